//! The bytes that the bot may fetch in an hour: enough for a person who reads logs, too little for a
//! thief who copies the machine.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use potion_proto::{Code, Failure};

const BYTES_PER_HOUR: u64 = 256 << 20;
const HOUR: Duration = Duration::from_secs(3600);

#[derive(Default)]
struct Used {
    bytes: u64,
    since: Duration,
}

/// What was fetched within the hour, by the boot clock.
#[derive(Default)]
pub(super) struct Hourly(Mutex<Used>);

impl Hourly {
    /// Takes so many bytes out of this hour's.
    ///
    /// # Errors
    /// `rate-limited` with the seconds to wait.
    pub(super) fn take(&self, bytes: u64, now: Duration) -> Result<(), Failure> {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_sub(used.since) >= HOUR {
            *used = Used {
                bytes: 0,
                since: now,
            };
        }
        let after = used.bytes.saturating_add(bytes);
        if after > BYTES_PER_HOUR {
            let wait = (used.since + HOUR)
                .saturating_sub(now)
                .as_secs()
                .max(1)
                .to_string();
            let sentence = format!("the bot fetched enough for this hour: try again in {wait} s");
            return Err(Failure::new(Code::RateLimited, wait, sentence));
        }
        used.bytes = after;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_so_many_bytes_and_the_next_one_has_them_again() {
        let (hourly, start) = (Hourly::default(), Duration::from_secs(10_000));
        assert!(hourly.take(BYTES_PER_HOUR, start).is_ok());
        let refused = hourly.take(1, start + Duration::from_secs(600)).err();
        let refused = refused.map(|failure| (failure.code, failure.subject));
        assert_eq!(refused, Some((Code::RateLimited, "3000".to_owned())));
        assert!(hourly.take(1, start + HOUR).is_ok());
    }
}
