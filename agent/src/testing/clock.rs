//! Clocks that go when the test says so.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use potion_proto::time::Timestamp;
use tokio::sync::watch;

use crate::clock::Clock;

struct Hands {
    wall: Timestamp,
    since_boot: Duration,
    boots: u32,
}

/// Both clocks, in the test's hand.
pub struct HandClock {
    hands: Mutex<Hands>,
    moved: watch::Sender<u64>,
}

impl Default for HandClock {
    fn default() -> Self {
        let hands = Hands {
            wall: Timestamp(1_800_000_000_000),
            since_boot: Duration::from_secs(1_000),
            boots: 1,
        };
        Self {
            hands: Mutex::new(hands),
            moved: watch::channel(0).0,
        }
    }
}

impl HandClock {
    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn moved(&self) {
        self.moved.send_modify(|times| *times += 1);
    }

    /// Time goes by.
    pub fn advance(&self, by: Duration) {
        let mut hands = self.hands();
        hands.wall.0 += i64::try_from(by.as_millis()).unwrap_or(0);
        hands.since_boot += by;
        drop(hands);
        self.moved();
    }

    /// Somebody sets the wall clock by so many seconds; the boot clock does not notice.
    pub fn set_wall_by(&self, seconds: i64) {
        self.hands().wall.0 += seconds * 1000;
    }

    /// The machine is rebooted, in ten seconds.
    pub fn reboot(&self) {
        let mut hands = self.hands();
        hands.wall.0 += 10_000;
        hands.since_boot = Duration::from_secs(5);
        hands.boots += 1;
        drop(hands);
        self.moved();
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        self.hands().wall
    }

    fn monotonic(&self) -> Duration {
        self.hands().since_boot
    }

    fn boot(&self) -> String {
        format!("boot-{}", self.hands().boots)
    }

    fn until(&self, due: Duration) -> BoxFuture<'_, ()> {
        let mut moved = self.moved.subscribe();
        Box::pin(async move { while self.monotonic() < due && moved.changed().await.is_ok() {} })
    }
}
