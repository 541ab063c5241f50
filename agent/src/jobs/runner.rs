//! The port to transient units.

use futures::future::BoxFuture;
use potion_proto::jobs::JobId;
use potion_proto::{Code, Failure};

/// Why a job's unit could not be started, stopped or watched.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// Our own program cannot be run as a job.
    #[error("{0} cannot be run as a job: {1}")]
    Program(String, &'static str),
    /// systemd refused.
    #[error("systemd refused: {0}")]
    Refused(String),
    /// systemd does not answer.
    #[error("systemd does not answer: {0}")]
    Unavailable(String),
    /// systemd was asked, and its answer was lost: it may have done it.
    #[error("systemd's answer was lost: {0}")]
    Lost(String),
}

impl From<RunnerError> for Failure {
    fn from(error: RunnerError) -> Self {
        let sentence = format!("{error}; see `journalctl -u potiond`");
        match error {
            RunnerError::Program(..)
            | RunnerError::Refused(_)
            | RunnerError::Unavailable(_)
            | RunnerError::Lost(_) => Self::new(Code::Unavailable, "systemd", sentence),
        }
    }
}

/// Runs `potiond job ID` as the unit `potion-job-ID.service`, outside of the agent's own unit.
pub trait Runner: Send + Sync {
    /// Starts the unit.
    fn start(&self, job: JobId) -> BoxFuture<'_, Result<(), RunnerError>>;
    /// Sends SIGTERM to the unit's helper; a unit that is gone is no error.
    fn cancel(&self, job: JobId) -> BoxFuture<'_, Result<(), RunnerError>>;
    /// Returns once the unit is gone; at once when it never was.
    fn gone(&self, job: JobId) -> BoxFuture<'_, Result<(), RunnerError>>;
}

/// The unit of a job.
#[must_use]
pub fn unit(job: JobId) -> String {
    format!("potion-job-{job}.service")
}
