//! Stand-ins of the small ports.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use potion_proto::Failure;
use potion_proto::audit::Entry;
use potion_proto::events::KeepId;
use tokio::net::UnixStream;

use crate::agent::unavailable;
use crate::audit::{Mirror, Mirrored};
use crate::keeps::Timers;
use crate::listen::Peers;
use crate::policy::Caller;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes every peer for the same caller.
#[derive(Clone, Copy, Debug)]
pub struct FixedPeers {
    /// The uid that every peer has.
    pub uid: u32,
    /// What that uid may call as.
    pub caller: Option<Caller>,
}

impl Peers for FixedPeers {
    fn uid(&self, _: &UnixStream) -> io::Result<u32> {
        Ok(self.uid)
    }

    fn caller(&self, _: u32) -> Option<Caller> {
        self.caller
    }
}

/// A journal that keeps what it was told of the audit log.
#[derive(Default)]
pub struct FakeMirror {
    told: Mutex<Vec<(String, Mirrored)>>,
    defective: Mutex<bool>,
}

impl FakeMirror {
    /// Panics when it is asked, from now on.
    pub fn break_down(&self) {
        *lock(&self.defective) = true;
    }
}

impl Mirror for FakeMirror {
    fn tell(&self, chain: &str, entry: &Entry) {
        let mirrored = Mirrored {
            number: entry.number,
            hash: entry.hash.clone(),
        };
        lock(&self.told).push((chain.to_owned(), mirrored));
    }

    fn newest<'a>(&'a self, chain: &'a str) -> BoxFuture<'a, Option<Vec<Mirrored>>> {
        assert!(
            !*lock(&self.defective),
            "the mirror is broken, as the test says"
        );
        let told = lock(&self.told);
        let ours = told
            .iter()
            .filter(|(of, _)| of == chain)
            .map(|(_, entry)| entry.clone());
        let ours: Vec<Mirrored> = ours.collect();
        Box::pin(async move { Some(ours) })
    }
}

/// systemd's timers as a list.
#[derive(Default)]
pub struct FakeTimers {
    armed: Mutex<Vec<(KeepId, Duration)>>,
    refuses: Mutex<bool>,
    defective: Mutex<bool>,
}

impl FakeTimers {
    /// Those that run.
    #[must_use]
    pub fn armed(&self) -> Vec<(KeepId, Duration)> {
        lock(&self.armed).clone()
    }

    /// Panics when it is asked for a timer, from now on.
    pub fn break_down(&self) {
        *lock(&self.defective) = true;
    }

    /// Refuses every timer from now on.
    pub fn refuse(&self) {
        *lock(&self.refuses) = true;
    }
}

impl Timers for FakeTimers {
    fn arm(&self, id: KeepId, after: Duration) -> BoxFuture<'_, Result<(), Failure>> {
        assert!(
            !*lock(&self.defective),
            "the timers are broken, as the test says"
        );
        let refuses = *lock(&self.refuses);
        if !refuses {
            lock(&self.armed).push((id, after));
        }
        Box::pin(async move {
            if refuses {
                Err(unavailable("timers"))
            } else {
                Ok(())
            }
        })
    }

    fn disarm(&self, id: KeepId) -> BoxFuture<'_, ()> {
        lock(&self.armed).retain(|(armed, _)| *armed != id);
        Box::pin(async {})
    }
}
