//! Long work: transient units whose truth is a result file.

use serde::{Deserialize, Serialize};

use crate::actions::Action;
use crate::time::Timestamp;

/// A job's number; grows for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub u64);

impl std::fmt::Display for JobId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Written down, its unit not started yet.
    Queued,
    /// Its unit runs.
    Running,
    /// It ended well.
    Done,
    /// It ended badly; `ending` says how.
    Failed,
    /// Somebody cancelled it.
    Cancelled,
    /// Its unit is gone and left no result: a power cut or a kill. Never read as done.
    Interrupted,
}

impl Phase {
    /// Nothing more will happen.
    #[must_use]
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// What it is doing now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// 0–100; None while it cannot be told.
    pub percent: Option<u8>,
    /// The step: `waiting-for-lock`, `downloading`, `installing`, `checking`, `repairing`, `refreshing`.
    pub step: String,
    /// What the step is at (a package, the lock's holder); may be empty.
    pub item: String,
}

/// How it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Exit status of the program that failed; None when it was none.
    pub status: Option<i32>,
    /// A short reason for people, redacted; empty when it went well.
    pub reason: String,
    /// Result facts, each `key` and `value` (`upgraded` = `3`, `version` = `1.1`).
    pub facts: Vec<(String, String)>,
    /// The last lines of output, redacted, when it went badly.
    pub tail: Vec<String>,
}

/// One job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// What was asked for.
    pub action: Action,
    /// Who asked, as the audit log names them (`telegram:1001`, `uid:0`).
    pub by: String,
    /// When it was asked for.
    pub at: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Where it stands.
    pub phase: Phase,
    /// What it is doing.
    pub progress: Progress,
    /// How it ended.
    pub ending: Ending,
    /// Grows with every change; `job_wait` waits until it differs from the one you saw.
    pub revision: u64,
    /// This caller may cancel it now.
    pub cancellable: bool,
}

/// A piece of its output, redacted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Text from `from` on, at most 64 KiB.
    pub text: String,
    /// Where the next piece starts, in bytes of the raw output.
    pub next: u64,
    /// There is no more for now.
    pub end: bool,
}
