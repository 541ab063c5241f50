//! The machine: its numbers, its processes, who is logged in, reboot and power off.
//!
//! [`Host`] is the port, [`Machine`] its adapter over /proc, /sys and logind. Numbers are read when somebody asks;
//! [`watch`] alone looks by itself, every `thresholds.check-seconds`.

mod boots;
mod cpu;
mod disks;
#[cfg(any(test, feature = "testing"))]
mod fake;
mod logind;
mod machine;
mod memory;
mod mounts;
mod pending;
mod port;
mod processes;
mod roots;
mod sampler;
mod sensors;
mod thresholds;
mod tree;

use std::sync::Arc;

use potion_proto::actions::{Action, Applied, Effect};
use potion_proto::host::{Order, Process, Session, Status};
use potion_proto::{Code, Failure};

#[cfg(any(test, feature = "testing"))]
pub use fake::FakeHost;
pub use machine::Machine;
pub use port::{Host, HostError, Readings, Root};
pub(crate) use roots::SCHEMA;
pub use thresholds::watch;

use crate::agent::{Agent, unavailable};
use crate::jobs;
use crate::plans::Approved;
use crate::policy::View;

/// `host_status`.
///
/// # Errors
/// `unavailable`.
pub async fn status(agent: &Arc<Agent>, _: &View) -> Result<Status, Failure> {
    let root = roots::root(agent).await;
    Ok(agent.host.status(&root).await?)
}

/// `host_processes`; `limit` is 1 to 50.
///
/// # Errors
/// `unavailable`.
pub async fn processes(
    agent: &Arc<Agent>,
    _: &View,
    order: Order,
    limit: u32,
) -> Result<Vec<Process>, Failure> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(agent.host.processes(order, limit).await?)
}

/// `host_sessions`.
///
/// # Errors
/// `unavailable`.
pub async fn sessions(agent: &Arc<Agent>, _: &View) -> Result<Vec<Session>, Failure> {
    Ok(agent.host.sessions().await?)
}

/// What a reboot or power off would interrupt. Whoever logind cannot name is not counted: a login manager that hangs
/// is a reason to reboot, not to refuse it.
///
/// # Errors
/// `unavailable`.
pub async fn plan_effects(agent: &Arc<Agent>, action: &Action) -> Result<Vec<Effect>, Failure> {
    if !matches!(action, Action::HostReboot | Action::HostPowerOff) {
        return Ok(Vec::new());
    }
    let sessions = agent
        .host
        .sessions()
        .await
        .map_or(0, |sessions| sessions.len());
    let jobs = jobs::under_way(agent).await?;
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let sessions = (sessions > 0).then(|| Effect::Sessions {
        count: count(sessions),
    });
    let jobs = (jobs > 0).then(|| Effect::Jobs { count: count(jobs) });
    Ok(sessions.into_iter().chain(jobs).collect())
}

/// Reboots, powers off, or records the filesystem of `files.root`.
///
/// # Errors
/// `unavailable`, `disk-not-mounted`.
pub async fn carry_out(
    agent: &Arc<Agent>,
    approved: &Approved,
    action: &Action,
) -> Result<Applied, Failure> {
    tracing::info!(by = approved.name(), ?action, "the machine is told");
    match action {
        Action::HostReboot => agent.host.reboot().await?,
        Action::HostPowerOff => agent.host.power_off().await?,
        Action::FilesRootRecord => return record_root(agent).await,
        _ => return Err(unavailable("this action")),
    }
    Ok(Applied::Done)
}

async fn record_root(agent: &Arc<Agent>) -> Result<Applied, Failure> {
    let config = agent.config();
    let path = config.files().root();
    let shown = path.display().to_string();
    let Ok(filesystem) = agent.host.filesystem(path) else {
        let sentence = format!("{shown} is not there: mount the disk, then try again");
        return Err(Failure::new(Code::DiskNotMounted, shown, sentence));
    };
    roots::record(agent, shown, filesystem.clone()).await?;
    Ok(Applied::FilesRoot { filesystem })
}

impl From<HostError> for Failure {
    fn from(error: HostError) -> Self {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the machine does not tell"
        );
        let subject = match &error {
            HostError::Read { path, .. } | HostError::Strange(path) => path.display().to_string(),
            HostError::Exec(_) => "journal".to_owned(),
            HostError::Bus(_) => "logind".to_owned(),
        };
        Self::new(Code::Unavailable, subject, error.to_string())
    }
}
