//! The agent's background tasks: each runs for as long as the agent does; one that panics is recorded
//! and begun anew.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::agent::Agent;
use crate::session::record_panic;
use crate::{errors, host, incidents, schedule};

/// Rest before a task is begun anew.
const REST: Duration = Duration::from_secs(1);

type Task = fn(Arc<Agent>) -> BoxFuture<'static, ()>;

/// All of them, by the name that a report of a panic gives.
const TASKS: [(&str, Task); 5] = [
    ("the record of errors", |agent| {
        Box::pin(errors::tend(agent))
    }),
    ("the watch on units", |agent| {
        Box::pin(incidents::watch(agent))
    }),
    ("the thresholds", |agent| Box::pin(host::watch(agent))),
    ("the chores", |agent| Box::pin(schedule::run(agent))),
    ("a drill", |agent| Box::pin(errors::drill(agent))),
];

/// Begins them.
pub(crate) fn begin(agent: &Arc<Agent>) {
    for (name, task) in TASKS {
        tokio::spawn(keep_up(Arc::clone(agent), name, task));
    }
}

async fn keep_up(agent: Arc<Agent>, name: &'static str, task: Task) {
    loop {
        let ended = AssertUnwindSafe(task(Arc::clone(&agent)))
            .catch_unwind()
            .await;
        if ended.is_err() {
            record_panic(&agent, name).await;
        }
        tracing::error!(name, "a task ended and is begun anew");
        tokio::time::sleep(REST).await;
    }
}
