//! An owner's authenticator app: enrols through potionctl, then shows codes.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::{Builder, Secret};

use crate::lab::Machine;

/// Enrols `admin` as `potionctl totp enrol` asks a person to; returns the secret in base32.
///
/// # Panics
/// When potionctl does not play along.
#[must_use]
pub fn enrol(machine: &Machine, admin: i64) -> String {
    let mut child = machine
        .command(["potionctl", "totp", "enrol", &admin.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("potionctl starts");
    let mut said = BufReader::new(child.stderr.take().expect("stderr is piped")).lines();
    let secret = said
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            line.split_once("the secret: ")
                .map(|(_, secret)| secret.to_owned())
        })
        .expect("potionctl shows the secret");
    let mut typed = child.stdin.take().expect("stdin is piped");
    writeln!(typed, "{}", code_now(&secret)).expect("potionctl reads");
    let status = child.wait().expect("potionctl ends");
    assert!(
        status.success(),
        "enrolment failed: {:?}",
        said.map_while(Result::ok).collect::<Vec<_>>()
    );
    secret
}

/// The code that an app shows for this base32 secret now.
///
/// # Panics
/// When the secret is none.
#[must_use]
pub fn code_now(secret: &str) -> String {
    code_at(secret, now_seconds())
}

/// The code for the next 30 seconds: a fresh one when this window's was used.
#[must_use]
pub fn code_next(secret: &str) -> String {
    code_at(secret, now_seconds() + 30)
}

/// The code of the window that `seconds` of Unix time fall into.
///
/// # Panics
/// When the secret is no base32.
#[must_use]
pub fn code_at(secret: &str, seconds: u64) -> String {
    let secret = Secret::try_from_base32(secret).expect("a base32 secret");
    let totp = Builder::new()
        .with_secret(secret)
        .with_account_name("lab")
        .build();
    totp.expect("a long enough secret")
        .generate(seconds)
        .to_string()
}

fn now_seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
