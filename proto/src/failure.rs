//! Why a call did not do what was asked.

use serde::{Deserialize, Serialize};

/// The closed set of reasons. Each has a sentence `failure-<code>` in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The caller's role does not allow it.
    Denied,
    /// The caller must be root on the machine; `subject` is the `sudo potionctl …` line.
    LocalOnly,
    /// There is no such thing; `subject` names it.
    NotFound,
    /// The words of the request make no sense; `subject` names the part.
    Invalid,
    /// What it needs (systemd, the journal, apt, …) does not answer; `subject` names it.
    Unavailable,
    /// It clashes with something that goes on; `subject` names it and who started it.
    Conflict,
    /// The state it needs is gone: a plan's id is unknown, used, or of another caller.
    Expired,
    /// Too many requests; `subject` is the seconds to wait.
    RateLimited,
    /// A dangerous act needs a code.
    TotpRequired,
    /// A dangerous act needs a code, and no secret is enrolled; `subject` is the command that enrols.
    TotpNotEnrolled,
    /// The code is wrong; `subject` is how many tries are left.
    TotpWrong,
    /// The code was already used.
    TotpReused,
    /// Too many wrong codes; `subject` is the minutes until it opens.
    TotpLocked,
    /// The pairing code is wrong, used or too old.
    PairingRefused,
    /// Nobody may do this to this unit; `subject` names it.
    UnitRefused,
    /// The unit is not in `units.managed`; `subject` names it.
    UnitUnmanaged,
    /// The disk is full; `subject` names the folder.
    DiskFull,
    /// The filesystem recorded for `files.root` is not there; `subject` names the folder.
    DiskNotMounted,
    /// Another program holds apt's lock; `subject` names it.
    LockHeld,
    /// The audit log cannot be written, so nothing dangerous is done.
    AuditUnavailable,
    /// The two programs are of different versions; `subject` says what to restart.
    Mismatch,
    /// It took too long; it may still happen.
    Timeout,
    /// A defect of ours; `subject` is the error id that `potionctl error show` expands.
    Internal,
}

/// A refused or failed call. `message` is safe to show to anyone and never carries a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The reason.
    pub code: Code,
    /// What the reason is about (see each [`Code`]); may be empty.
    pub subject: String,
    /// A plain English sentence that names the next step.
    pub message: String,
    /// The request's id in the agent's journal; 0 when the request never got an id.
    pub request: u64,
}

impl Failure {
    /// A failure with its subject and English sentence; the session fills in `request`.
    #[must_use]
    pub fn new(code: Code, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            subject: subject.into(),
            message: message.into(),
            request: 0,
        }
    }
}
