//! The phone of somebody who was enrolled.

use std::sync::Arc;
use std::time::Duration;

use potion_proto::names::TotpCode;
use totp_rs::{Builder, Secret, Totp};

use super::HandClock;
use crate::clock::Clock;

/// An authenticator app.
pub struct Authenticator {
    totp: Totp,
    clock: Arc<HandClock>,
}

impl Authenticator {
    /// How long a code is shown.
    pub const STEP: Duration = Duration::from_secs(30);

    /// One with this base32 secret.
    #[must_use]
    pub fn new(secret: &str, clock: Arc<HandClock>) -> Self {
        let secret = Secret::try_from_base32(secret).unwrap();
        Self {
            totp: Builder::new()
                .with_secret(secret)
                .with_account_name("test")
                .build()
                .unwrap(),
            clock,
        }
    }

    /// The code that it shows now.
    #[must_use]
    pub fn code(&self) -> TotpCode {
        let now = self.clock.now().seconds().unsigned_abs();
        TotpCode::new(self.totp.generate(now).to_string()).unwrap()
    }

    /// A code that it does not show, nor did or will within a minute.
    #[must_use]
    pub fn wrong_code(&self) -> TotpCode {
        let now = self.clock.now().seconds().unsigned_abs();
        let shown = |code: &String| {
            [now - 60, now - 30, now, now + 30, now + 60]
                .iter()
                .any(|at| self.totp.generate(*at).to_string() == *code)
        };
        let mut codes = (0..).map(|number| format!("{number:06}"));
        TotpCode::new(codes.find(|code| !shown(code)).unwrap()).unwrap()
    }

    /// Waits for the next code.
    pub fn wait(&self) {
        self.clock.advance(Self::STEP);
    }
}
