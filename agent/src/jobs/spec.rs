//! What the agent and a job's helper write for each other, as JSON files in the job's folder.
//!
//! An upgrade of `potion-server` replaces the agent while the old helper runs, so the two may be of
//! different versions: fields are only ever added, with a default, and unknown ones are passed over.

use potion_proto::jobs::{Ending, JobId, Phase, Progress};
use potion_proto::names::PackageName;
use potion_proto::packages::Selection;
use serde::{Deserialize, Serialize};

/// The work of a job: a closed list, like the actions it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Fetches apt's lists.
    Refresh,
    /// Upgrades packages; removes none.
    Upgrade(Selection),
    /// Removes these, which nothing needs, and no other.
    Autoremove(Vec<PackageName>),
    /// Finishes what an interrupted dpkg left; removes nothing.
    Repair,
    /// Keeps a package at its version.
    Hold(PackageName),
    /// Lets it upgrade again.
    Unhold(PackageName),
}

/// A job as the helper gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// The job's number.
    pub id: JobId,
    /// What to do.
    pub work: Work,
    /// Bytes of output that are kept.
    pub output_max_bytes: u64,
    /// Seconds to wait for another program that holds apt's lock.
    pub lock_wait_seconds: u64,
}

/// Where the helper stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// What it is doing.
    pub progress: Progress,
    /// SIGTERM would end it now; otherwise it goes on to a point where nothing breaks.
    #[serde(default)]
    pub cancellable: bool,
}

/// How the helper ended; once this is on disk it is the truth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// `Done`, `Failed` or `Cancelled`.
    pub phase: Phase,
    /// The details.
    pub ending: Ending,
}

impl Outcome {
    /// It went well.
    #[must_use]
    pub fn done(facts: Vec<(String, String)>) -> Self {
        let ending = Ending {
            facts,
            ..Ending::default()
        };
        Self {
            phase: Phase::Done,
            ending,
        }
    }

    /// It went badly, for this reason.
    #[must_use]
    pub fn failed(reason: impl Into<String>) -> Self {
        let ending = Ending {
            reason: reason.into(),
            ..Ending::default()
        };
        Self {
            phase: Phase::Failed,
            ending,
        }
    }

    /// Somebody cancelled it.
    #[must_use]
    pub fn cancelled() -> Self {
        Self {
            phase: Phase::Cancelled,
            ending: Ending::default(),
        }
    }
}
