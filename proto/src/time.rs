//! Points in time as they cross the wire.

use serde::{Deserialize, Serialize};

/// Unix time in milliseconds (UTC).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Unix time in whole seconds.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// From whole seconds of Unix time.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// From microseconds of Unix time, as systemd and journald count.
    #[must_use]
    pub fn from_micros(micros: u64) -> Self {
        Self(i64::try_from(micros / 1000).unwrap_or(i64::MAX))
    }
}
