//! The audit log: who, what, verdict; append-only and hash-chained.

use std::path::PathBuf;
use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::audit::{Entry, Verdict, Verification};

use crate::agent::Agent;
use crate::paths::Paths;
use crate::policy::Own;

/// The log's file and the state of its chain.
pub struct Audit {
    #[expect(dead_code, reason = "the writer follows in the next commit")]
    path: PathBuf,
}

impl Audit {
    /// The log beneath these paths; opened when first written.
    #[must_use]
    pub fn new(paths: &Paths) -> Self {
        Self {
            path: paths.audit(),
        }
    }
}

/// One line to write.
#[derive(Clone, Debug)]
pub struct Line {
    /// `Actor::name()`, or `agent`.
    pub who: String,
    /// What, as on the command line of potionctl.
    pub what: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The reason or result, short; may be empty.
    pub detail: String,
    /// The request's id.
    pub request: u64,
}

/// Appends a line, durably.
///
/// # Errors
/// `audit-unavailable`: then nothing dangerous may be done.
#[expect(clippy::unused_async, reason = "the writer follows in the next commit")]
pub async fn write(agent: &Arc<Agent>, line: Line) -> Result<(), Failure> {
    let _ = agent;
    tracing::info!(who = line.who, what = line.what, "audit");
    Ok(())
}

/// Entries before `before`, newest first.
///
/// # Errors
/// `unavailable`.
#[expect(clippy::unused_async, reason = "the reader follows in the next commit")]
pub async fn list(
    agent: &Arc<Agent>,
    _by: &Own,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<Entry>, Failure> {
    let _ = (agent, before, limit);
    Err(crate::agent::unavailable("audit"))
}

/// Walks the chain.
///
/// # Errors
/// `unavailable`.
#[expect(clippy::unused_async, reason = "the reader follows in the next commit")]
pub async fn verify(agent: &Arc<Agent>, _by: &Own) -> Result<Verification, Failure> {
    let _ = agent;
    Err(crate::agent::unavailable("audit"))
}
