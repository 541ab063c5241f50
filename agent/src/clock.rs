//! Two clocks: the wall's, which people set and which jumps, and the boot clock, which only goes on,
//! suspended or not. Expiry, locks and rates use the boot clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::future::BoxFuture;
use nix::time::{ClockId, clock_gettime};
use potion_proto::time::Timestamp;

/// The port to time.
pub trait Clock: Send + Sync {
    /// Wall time.
    fn now(&self) -> Timestamp;
    /// Time since boot, suspend included (CLOCK_BOOTTIME).
    fn monotonic(&self) -> Duration;
    /// The boot that `monotonic` counts from (`/proc/sys/kernel/random/boot_id`).
    fn boot(&self) -> String;

    /// Returns once the boot clock has reached `due`.
    fn until(&self, due: Duration) -> BoxFuture<'_, ()>;

    /// The wall time that is so far ahead.
    fn ahead(&self, by: Duration) -> Timestamp {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        Timestamp(self.now().0.saturating_add(millis))
    }
}

/// tokio's timers stand still while the machine is suspended, so a long sleep is cut into pieces.
const SLEEP_MAX: Duration = Duration::from_secs(5);

/// The machine's clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since.unwrap_or_default().as_millis();
        Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Duration {
        clock_gettime(ClockId::CLOCK_BOOTTIME).map_or(Duration::ZERO, Duration::from)
    }

    fn boot(&self) -> String {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
        id.map(|id| id.trim().to_owned()).unwrap_or_default()
    }

    fn until(&self, due: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            while let Some(left) = due
                .checked_sub(self.monotonic())
                .filter(|left| !left.is_zero())
            {
                tokio::time::sleep(left.min(SLEEP_MAX)).await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boot_clock_only_goes_on() {
        let (before, after) = (SystemClock.monotonic(), SystemClock.monotonic());
        assert!(before > Duration::ZERO && after >= before);
    }
}
