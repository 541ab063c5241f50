//! Crashes and errors of our own programs.

use serde::{Deserialize, Serialize};

use crate::incidents::Program;
use crate::names::ErrorId;
use crate::time::Timestamp;

/// What a program says of its own error or panic. Bounded by the agent: whole ≤ 64 KiB.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// It was a panic (else an error that a handler returned).
    pub panic: bool,
    /// What was being done (`bot handler services/restart`).
    pub doing: String,
    /// The panic's message or the error with its whole chain, one cause a line.
    pub message: String,
    /// Frames of ours, innermost first: `function at file:line`.
    pub frames: Vec<String>,
    /// The whole backtrace.
    pub whole: String,
}

/// A recorded error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its id, the same for the same program, place and kind.
    pub id: ErrorId,
    /// Whose.
    pub program: Program,
    /// First seen.
    pub first: Timestamp,
    /// Last seen.
    pub last: Timestamp,
    /// How often.
    pub count: u32,
    /// The last report, redacted.
    pub report: Report,
}
