//! Long work as transient units.

use std::sync::Arc;
use std::time::Duration;

use potion_proto::Failure;
use potion_proto::jobs::{Job, JobId, Output};

use crate::agent::{Agent, unavailable};
use crate::plans::Approved;
use crate::policy::{Operate, View};

/// The port to transient units.
pub trait Runner: Send + Sync {}

/// The port's stand-in.
#[derive(Default)]
pub struct FakeRunner;

impl Runner for FakeRunner {}

/// What the job list remembers while it runs.
#[derive(Default)]
pub struct State {}

/// `job_list`; `limit` is 1 to 100.
///
/// # Errors
/// `unavailable`.
pub async fn list(_: &Arc<Agent>, _: &View, _limit: u32) -> Result<Vec<Job>, Failure> {
    std::future::ready(Err(unavailable("jobs"))).await
}

/// `job_show`.
///
/// # Errors
/// `not-found`.
pub async fn show(_: &Arc<Agent>, _: &View, _: JobId) -> Result<Job, Failure> {
    std::future::ready(Err(unavailable("jobs"))).await
}

/// `job_wait`.
///
/// # Errors
/// `not-found`.
pub async fn wait(
    _: &Arc<Agent>,
    _: &View,
    _: JobId,
    _seen: u64,
    _wait: Duration,
) -> Result<Job, Failure> {
    std::future::ready(Err(unavailable("jobs"))).await
}

/// `job_output`.
///
/// # Errors
/// `not-found`.
pub async fn output(_: &Arc<Agent>, _: &Operate, _: JobId, _from: u64) -> Result<Output, Failure> {
    std::future::ready(Err(unavailable("jobs"))).await
}

/// Cancels a job.
///
/// # Errors
/// `not-found`, `conflict`.
pub async fn cancel(_: &Arc<Agent>, _: &Approved, _: JobId) -> Result<(), Failure> {
    std::future::ready(Err(unavailable("jobs"))).await
}
