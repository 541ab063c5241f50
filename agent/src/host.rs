//! The machine: its numbers, its processes, who is logged in, reboot and power off.

mod port;

pub use port::{Host, HostError, Readings};

use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::actions::{Action, Applied, Effect};
use potion_proto::host::{Order, Process, Session, Status};

use crate::agent::{Agent, unavailable};
use crate::plans::Approved;
use crate::policy::View;

/// `host_status`.
///
/// # Errors
/// `unavailable`.
pub async fn status(_: &Arc<Agent>, _: &View) -> Result<Status, Failure> {
    std::future::ready(Err(unavailable("host"))).await
}

/// `host_processes`; `limit` is 1 to 50.
///
/// # Errors
/// `unavailable`.
pub async fn processes(
    _: &Arc<Agent>,
    _: &View,
    _: Order,
    _limit: u32,
) -> Result<Vec<Process>, Failure> {
    std::future::ready(Err(unavailable("host"))).await
}

/// `host_sessions`.
///
/// # Errors
/// `unavailable`.
pub async fn sessions(_: &Arc<Agent>, _: &View) -> Result<Vec<Session>, Failure> {
    std::future::ready(Err(unavailable("logind"))).await
}

/// What a reboot or power off would interrupt.
///
/// # Errors
/// `unavailable`.
pub async fn plan_effects(_: &Arc<Agent>, _: &Action) -> Result<Vec<Effect>, Failure> {
    std::future::ready(Err(unavailable("logind"))).await
}

/// Reboots, powers off, or records the filesystem of `files.root`.
///
/// # Errors
/// `unavailable`.
pub async fn carry_out(_: &Arc<Agent>, _: &Approved, _: &Action) -> Result<Applied, Failure> {
    std::future::ready(Err(unavailable("logind"))).await
}
