//! How a job begins: room, its record, its folder, its unit; and how what was begun is taken back.

use std::sync::Arc;

use potion_proto::actions::Action;
use potion_proto::jobs::JobId;
use potion_proto::{Code, Failure};

use super::folder::{self, Folder};
use super::runner::RunnerError;
use super::spec::{Spec, Work};
use super::table::{self, New, Stored};
use super::{AGENT, tending};
use crate::agent::Agent;
use crate::plans::Approved;

/// Free bytes under the agent's state without which no job starts.
const RESERVE_BYTES: u64 = 32 << 20;
/// All work there is uses apt, and apt serves one at a time.
const LANE: &str = "packages";

/// Starts the work of an approved action.
///
/// # Errors
/// `conflict` with the job that is under way, `disk-full`, `unavailable`.
pub async fn start(agent: &Arc<Agent>, approved: &Approved, work: Work) -> Result<JobId, Failure> {
    begin(agent, approved.name(), approved.action(), work).await
}

/// Starts work that the agent does by itself (it refreshes apt's lists).
///
/// # Errors
/// As [`start`].
pub async fn start_own(agent: &Arc<Agent>, action: &Action, work: Work) -> Result<JobId, Failure> {
    begin(agent, AGENT.to_owned(), action, work).await
}

async fn begin(
    agent: &Arc<Agent>,
    who: String,
    action: &Action,
    work: Work,
) -> Result<JobId, Failure> {
    room(agent)?;
    let id = write_down(agent, who, action).await?;
    match launch(agent, id, work).await {
        // Whether it began will be seen: its unit is there, or it is not.
        Ok(()) | Err(Unlaunched::Runner(RunnerError::Lost(_))) => {}
        Err(unlaunched) => {
            take_back(agent, id).await;
            return Err(unlaunched.into());
        }
    }
    tending::follow(agent, id);
    // Its unit runs already; a start of the agent takes a queued job for a running one.
    if let Err(error) = agent.store.call(move |tx| table::began(tx, id)).await {
        tracing::warn!(job = id.0, %error, "it runs and is recorded as queued");
    }
    Ok(id)
}

fn room(agent: &Agent) -> Result<(), Failure> {
    let state = agent.paths.state.display().to_string();
    let full = || {
        let sentence = format!("{state} has no room for a job: free some space first");
        Failure::new(Code::DiskFull, &state, sentence)
    };
    let stat = nix::sys::statvfs::statvfs(&agent.paths.state).map_err(|_| full())?;
    let free = stat.blocks_available().saturating_mul(stat.fragment_size());
    if free < RESERVE_BYTES {
        Err(full())
    } else {
        Ok(())
    }
}

async fn write_down(agent: &Arc<Agent>, who: String, action: &Action) -> Result<JobId, Failure> {
    let new = New {
        lane: LANE,
        action: serde_json::to_string(action).map_err(|error| invalid(&error.to_string()))?,
        who,
        at: agent.clock.now(),
        above: folder::highest(&agent.paths.jobs()),
    };
    let written = agent.store.call(move |tx| table::insert(tx, &new)).await?;
    written.map_err(|busy| conflict(busy.as_ref()))
}

/// Why a job that was written down did not begin.
#[derive(Debug)]
enum Unlaunched {
    Folder(std::io::Error, String),
    Runner(RunnerError),
}

impl From<Unlaunched> for Failure {
    fn from(unlaunched: Unlaunched) -> Self {
        match unlaunched {
            Unlaunched::Folder(error, state) => {
                let sentence = format!("the job's folder cannot be made: {error}");
                Self::new(Code::DiskFull, state, sentence)
            }
            Unlaunched::Runner(error) => error.into(),
        }
    }
}

async fn launch(agent: &Arc<Agent>, id: JobId, work: Work) -> Result<(), Unlaunched> {
    let config = agent.config();
    let spec = Spec {
        id,
        work,
        output_max_bytes: config.jobs().output_max_bytes(),
        lock_wait_seconds: config.packages().lock_wait().as_secs(),
    };
    let state = || agent.paths.state.display().to_string();
    let folder = Folder::of(&agent.paths.jobs(), id);
    let made = folder.create(&spec);
    made.map_err(|error| Unlaunched::Folder(error, state()))?;
    agent.runner.start(id).await.map_err(Unlaunched::Runner)
}

async fn take_back(agent: &Arc<Agent>, id: JobId) {
    if let Err(error) = Folder::of(&agent.paths.jobs(), id).remove() {
        tracing::warn!(job = id.0, %error, "its folder cannot be removed");
    }
    if let Err(error) = agent.store.call(move |tx| table::forget(tx, id)).await {
        tracing::warn!(job = id.0, %error, "it never began and is recorded all the same");
    }
}

fn conflict(busy: Option<&Stored>) -> Failure {
    let Some(busy) = busy else {
        return Failure::new(Code::Conflict, "", "another job is running already");
    };
    let sentence = format!(
        "job {} is running already, started by {}",
        busy.id, busy.who
    );
    Failure::new(
        Code::Conflict,
        format!("job {} ({})", busy.id, busy.who),
        sentence,
    )
}

fn invalid(why: &str) -> Failure {
    Failure::new(
        Code::Invalid,
        "action",
        format!("the action makes no sense: {why}"),
    )
}
