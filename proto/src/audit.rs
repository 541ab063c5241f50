//! The audit log: append-only, hash-chained.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It was allowed and begun; written before the act.
    Allowed,
    /// It was refused.
    Refused,
    /// It ended as asked.
    Done,
    /// It was tried and failed.
    Failed,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who (`telegram:1001`, `uid:0`, `agent`).
    pub who: String,
    /// What (`unit-restart nginx.service`).
    pub what: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The reason or result, short; may be empty.
    pub detail: String,
    /// The request's id in the journal.
    pub request: u64,
    /// SHA-256 over the previous hash and this entry, hex.
    pub hash: String,
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Entries checked.
    pub entries: u64,
    /// The head's hash, hex; empty for an empty log.
    pub head: String,
    /// What is wrong, each a sentence; empty means intact.
    pub faults: Vec<String>,
}
