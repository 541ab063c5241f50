//! A runner for tests: units that are numbers in a list.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use potion_proto::jobs::JobId;
use tokio::sync::watch;

use super::runner::{Runner, RunnerError};

#[derive(Debug, Default)]
struct Seen {
    running: BTreeSet<JobId>,
    cancelled: Vec<JobId>,
    refuses: bool,
}

/// Starts nothing; a test says when a unit is gone.
#[derive(Debug, Default)]
pub struct FakeRunner {
    seen: Mutex<Seen>,
    changes: watch::Sender<u64>,
}

impl FakeRunner {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses every start from now on.
    pub fn refuse(&self) {
        self.seen().refuses = true;
    }

    /// The unit of this job is gone.
    pub fn end(&self, job: JobId) {
        self.seen().running.remove(&job);
        self.changes.send_modify(|count| *count += 1);
    }

    /// The jobs whose units run.
    #[must_use]
    pub fn running(&self) -> Vec<JobId> {
        self.seen().running.iter().copied().collect()
    }

    /// The jobs whose helpers got a SIGTERM.
    #[must_use]
    pub fn cancelled(&self) -> Vec<JobId> {
        self.seen().cancelled.clone()
    }
}

impl Runner for FakeRunner {
    fn start(&self, job: JobId) -> BoxFuture<'_, Result<(), RunnerError>> {
        let mut seen = self.seen();
        let started = if seen.refuses {
            Err(RunnerError::Refused("as the test says".to_owned()))
        } else {
            seen.running.insert(job);
            Ok(())
        };
        Box::pin(std::future::ready(started))
    }

    fn cancel(&self, job: JobId) -> BoxFuture<'_, Result<(), RunnerError>> {
        self.seen().cancelled.push(job);
        Box::pin(std::future::ready(Ok(())))
    }

    fn gone(&self, job: JobId) -> BoxFuture<'_, Result<(), RunnerError>> {
        let mut changes = self.changes.subscribe();
        Box::pin(async move {
            let wait = changes.wait_for(|_| !self.seen().running.contains(&job));
            let lost = |_| RunnerError::Unavailable("the fake is gone".to_owned());
            wait.await.map(drop).map_err(lost)
        })
    }
}
