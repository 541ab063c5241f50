//! What the job list remembers while it runs: where live jobs stand, and who waits for a change.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use potion_proto::jobs::JobId;
use potion_proto::time::Timestamp;
use tokio::sync::watch;

use super::spec::Snapshot;

/// The revision of every job that is over. Those of live jobs start at the wall clock in milliseconds,
/// so that one from before a restart of the agent is not met again, and stay far below this.
pub(super) const OVER: u64 = 1 << 52;

#[derive(Clone, Debug, Default)]
pub(super) struct Live {
    pub(super) snapshot: Snapshot,
    pub(super) revision: u64,
}

/// Live jobs and their waiters.
#[derive(Debug, Default)]
pub struct State {
    live: Mutex<HashMap<JobId, Live>>,
    changes: watch::Sender<u64>,
}

impl State {
    fn live(&self) -> MutexGuard<'_, HashMap<JobId, Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, id: JobId, now: Timestamp) {
        let revision = now.0.unsigned_abs().clamp(1, OVER / 2);
        let live = Live {
            snapshot: Snapshot::default(),
            revision,
        };
        self.live().entry(id).or_insert(live);
        self.stir();
    }

    pub(super) fn update(&self, id: JobId, snapshot: Snapshot) {
        let changed = match self.live().get_mut(&id) {
            Some(live) if live.snapshot != snapshot => {
                live.snapshot = snapshot;
                live.revision += 1;
                true
            }
            _ => false,
        };
        if changed {
            self.stir();
        }
    }

    pub(super) fn end(&self, id: JobId) {
        self.live().remove(&id);
        self.stir();
    }

    pub(super) fn get(&self, id: JobId) -> Option<Live> {
        self.live().get(&id).cloned()
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// How many jobs run.
    #[must_use]
    pub fn running(&self) -> usize {
        self.live().len()
    }

    fn stir(&self) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}
