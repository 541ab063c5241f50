//! RFC 6238 through totp-rs.

use potion_proto::names::{TelegramId, TotpCode};
use potion_proto::{Code, Failure};
use totp_rs::{Algorithm, Builder, Secret, Totp, TotpError};

use super::Enrolment;

/// Bytes of a secret: 160 bits, as RFC 4226 recommends for SHA-1.
pub(super) const SECRET_BYTES: usize = 20;
const DIGITS: u8 = 6;
const STEP_SECONDS: u64 = 30;
/// Steps either way that a phone's clock may be off.
const SKEW_STEPS: u16 = 1;
const ISSUER: &str = "Potion Server";

fn totp(secret: &[u8], account: &str) -> Result<Totp, TotpError> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_skew(SKEW_STEPS)
        .with_step_duration(STEP_SECONDS)
        .with_secret(Secret::from(secret.to_vec()))
        .with_account_name(account)
        .with_issuer(Some(ISSUER))
        .build()
}

/// The step whose code this is, if it is one of the steps that count now.
pub(super) fn step(secret: &[u8], code: &TotpCode, wall_seconds: i64) -> Option<i64> {
    let seconds = u64::try_from(wall_seconds).ok()?;
    let step = totp(secret, "potion").ok()?.check(code.as_str(), seconds)?;
    i64::try_from(step).ok()
}

/// The secret as people get it.
pub(super) fn enrolment(secret: &[u8], id: TelegramId) -> Result<Enrolment, Failure> {
    let totp = totp(secret, &id.to_string()).map_err(|error| defect(&error))?;
    let uri = totp.to_url().map_err(|error| defect(&error))?;
    Ok(Enrolment {
        uri,
        secret: totp.secret().to_base32(),
    })
}

fn defect(error: &TotpError) -> Failure {
    Failure::new(
        Code::Internal,
        "",
        format!("no secret could be made: {error}"),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    /// RFC 6238, appendix B: the last six of the eight digits at each time.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (20_000_000_000, "353130"),
        ] {
            let code = TotpCode::new(code).unwrap();
            assert_eq!(step(secret, &code, seconds), Some(seconds / 30));
            assert_eq!(
                step(secret, &code, seconds + 30),
                Some(seconds / 30),
                "one step late"
            );
            assert_eq!(step(secret, &code, seconds + 90), None, "three steps late");
        }
    }
}
