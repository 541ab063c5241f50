//! Long work as transient units of systemd.
//!
//! The agent writes the job down (database, then folder), starts `potiond job ID` as a unit of its own, and
//! from then on only looks: at the files that the helper puts into the folder ([`folder`]), and at whether the
//! unit is still there. No pipe or descriptor leads from the one to the other, so either may die and the
//! other goes on; the agent may even be upgraded by its own job.
//!
//! Invariants: a job is `done` only when its result file says so; a job whose unit is gone without one
//! is `interrupted`; one job at a time uses apt; each end is recorded before it is published.
//!
//! It does not know what the work is: that is the noun's ([`crate::packages`]).

mod desk;
mod fake;
mod folder;
pub mod helper;
mod output;
mod runner;
pub mod spec;
mod starting;
mod state;
mod systemd;
mod table;
mod tending;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use potion_proto::admins::Role;
use potion_proto::jobs::{Job, JobId, Output};
use potion_proto::{Code, Failure};

pub use desk::{Desk, Halt, Ran};
pub use fake::FakeRunner;
pub use folder::Folder;
pub use runner::{Runner, RunnerError, unit};
pub use starting::{start, start_own};
pub use state::State;
pub use systemd::{Systemd, own_program};
pub(crate) use table::SCHEMA;
pub use tending::adopt;

use crate::agent::Agent;
use crate::plans::Approved;
use crate::policy::{Actor, Operate, View};
use crate::redactor::redact;
use table::Stored;

/// Who starts the agent's own housekeeping.
pub const AGENT: &str = "agent";
/// Raw bytes of one piece of output: even if each becomes three, the text fits into 64 KiB.
const PIECE_MAX_BYTES: usize = 20 * 1024;

/// `job_list`; `limit` is 1 to 100.
///
/// # Errors
/// `unavailable`.
pub async fn list(agent: &Arc<Agent>, view: &View, limit: u32) -> Result<Vec<Job>, Failure> {
    let may = may_cancel(view);
    let jobs = agent.store.call(move |tx| table::newest(tx, limit)).await?;
    Ok(jobs
        .into_iter()
        .map(|stored| job(agent, stored, may))
        .collect())
}

/// How many jobs wait or run.
///
/// # Errors
/// `unavailable`.
pub(crate) async fn under_way(agent: &Arc<Agent>) -> Result<usize, Failure> {
    Ok(agent.store.call(table::open).await?.len())
}

/// `job_show`.
///
/// # Errors
/// `not-found`.
pub async fn show(agent: &Arc<Agent>, view: &View, id: JobId) -> Result<Job, Failure> {
    let stored = find(agent, id).await?;
    Ok(job(agent, stored, may_cancel(view)))
}

/// `job_wait`: the job as soon as its revision is not `seen`, or after `wait` as it is.
///
/// # Errors
/// `not-found`.
pub async fn wait(
    agent: &Arc<Agent>,
    view: &View,
    id: JobId,
    seen: u64,
    wait: Duration,
) -> Result<Job, Failure> {
    let mut changes = agent.jobs.changes();
    let mut timer = std::pin::pin!(tokio::time::sleep(wait));
    let mut late = false;
    loop {
        changes.mark_unchanged();
        if late || revision(agent, id).is_none_or(|revision| revision != seen) {
            let job = show(agent, view, id).await?;
            if late || job.revision != seen {
                return Ok(job);
            }
        }
        tokio::select! {
            () = &mut timer => late = true,
            _ = changes.changed() => {}
        }
    }
}

fn revision(agent: &Agent, id: JobId) -> Option<u64> {
    agent.jobs.get(id).map(|live| live.revision)
}

/// `job_output`.
///
/// # Errors
/// `not-found`.
pub async fn output(
    agent: &Arc<Agent>,
    _: &Operate,
    id: JobId,
    from: u64,
) -> Result<Output, Failure> {
    find(agent, id).await?;
    let folder = Folder::of(&agent.paths.jobs(), id);
    let piece = output::read(folder.path(), from, PIECE_MAX_BYTES).map_err(|error| {
        tracing::warn!(job = id.0, %error, "its output cannot be read");
        Failure::new(Code::NotFound, id.to_string(), "this job's output is gone")
    })?;
    let text = String::from_utf8_lossy(&piece.bytes);
    let gap = match piece.skipped {
        0 => String::new(),
        bytes => format!("[… {bytes} bytes were not kept …]\n"),
    };
    Ok(Output {
        text: gap + &redact(&text),
        next: piece.next,
        end: piece.end,
    })
}

/// Cancels a job, as far as its step allows.
///
/// # Errors
/// `not-found`; `conflict` when it is over or at a step that must not be broken off.
pub async fn cancel(agent: &Arc<Agent>, _: &Approved, id: JobId) -> Result<(), Failure> {
    let stored = find(agent, id).await?;
    let refuse = |sentence| Err(Failure::new(Code::Conflict, id.to_string(), sentence));
    if stored.phase.is_over() {
        return refuse("this job is over already");
    }
    let live = agent.jobs.get(id).unwrap_or_default();
    if !live.snapshot.cancellable {
        return refuse("this step must not be broken off; wait for its end");
    }
    Ok(agent.runner.cancel(id).await?)
}

async fn find(agent: &Arc<Agent>, id: JobId) -> Result<Stored, Failure> {
    let found = agent.store.call(move |tx| table::get(tx, id)).await?;
    found.ok_or_else(|| {
        let sentence = format!("there is no job {id}; see `potionctl job list`");
        Failure::new(Code::NotFound, id.to_string(), sentence)
    })
}

fn may_cancel(actor: &Actor) -> bool {
    actor.role() >= Some(Role::Operator)
}

fn job(agent: &Agent, stored: Stored, may_cancel: bool) -> Job {
    let live = match stored.phase.is_over() {
        true => None,
        false => agent.jobs.get(stored.id),
    };
    let revision = match (&live, stored.phase.is_over()) {
        (Some(live), _) => live.revision,
        (None, true) => state::OVER,
        (None, false) => 0,
    };
    let live = live.unwrap_or_default();
    let mut progress = live.snapshot.progress;
    progress.item = redact(&progress.item).into_owned();
    Job {
        id: stored.id,
        action: stored.action,
        by: stored.who,
        at: stored.at,
        ended: stored.ended,
        phase: stored.phase,
        progress,
        ending: stored.ending,
        revision,
        cancellable: may_cancel && live.snapshot.cancellable,
    }
}

#[cfg(test)]
mod tests;
