//! systemd units as callers see them.

use serde::{Deserialize, Serialize};

use crate::journal::Line;
use crate::names::UnitName;
use crate::time::Timestamp;

/// Which units a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Those of `units.managed`, in the file's order.
    Managed,
    /// Managed ones first, then every loaded service, timer and socket.
    All,
}

/// systemd's ActiveState.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Active {
    /// Running, listening, waiting.
    Active,
    /// Reloading its configuration.
    Reloading,
    /// Stopped.
    Inactive,
    /// Stopped by a failure.
    Failed,
    /// On its way up.
    Activating,
    /// On its way down.
    Deactivating,
    /// In maintenance (a clean or a freeze).
    Maintenance,
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its name.
    pub name: UnitName,
    /// systemd's Description.
    pub description: String,
    /// ActiveState.
    pub active: Active,
    /// SubState (`running`, `exited`, `dead`, …).
    pub sub: String,
    /// UnitFileState (`enabled`, `static`, …); empty when there is no file.
    pub file_state: String,
    /// LoadState (`loaded`, `not-found`, `masked`, …).
    pub load: String,
    /// When it entered its ActiveState; None when it never did.
    pub since: Option<Timestamp>,
    /// Listed in `units.managed`.
    pub managed: bool,
    /// Listed in `units.protected`: stopping it is dangerous.
    pub protected: bool,
}

/// How the last run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// systemd's Result (`success`, `exit-code`, `signal`, `start-limit-hit`, …).
    pub result: String,
    /// The exit status, or the signal's number when `signalled`; None when it never ran.
    pub status: Option<i32>,
    /// The main process was killed by a signal.
    pub signalled: bool,
    /// A Condition*= or Assert*= kept the last start from happening.
    pub skipped: bool,
}

/// Everything about one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// The row.
    pub unit: Unit,
    /// The last ending.
    pub ending: Ending,
    /// MainPID; None when there is none.
    pub main_pid: Option<u32>,
    /// NRestarts: automatic restarts since it was last started by hand.
    pub restarts: u32,
    /// MemoryCurrent in bytes; None when not accounted.
    pub memory: Option<u64>,
    /// CPUUsageNSec in nanoseconds; None when not accounted.
    pub cpu_nanos: Option<u64>,
    /// TasksCurrent; None when not accounted.
    pub tasks: Option<u64>,
    /// Requires= and Wants=, sorted.
    pub requires: Vec<String>,
    /// RequiredBy= and WantedBy=, sorted.
    pub required_by: Vec<String>,
    /// TriggeredBy= (its sockets and timers), sorted.
    pub triggered_by: Vec<String>,
    /// For a timer: when it fires next.
    pub next: Option<Timestamp>,
    /// FragmentPath, for people.
    pub fragment: String,
    /// DropInPaths, for people.
    pub drop_ins: Vec<String>,
    /// systemd says that the file changed on disk since it was loaded.
    pub needs_reload: bool,
    /// Verbs that this caller may use on it now.
    pub verbs: Vec<Verb>,
}

/// A unit's files with their text, as `systemctl cat` shows them, through the redactor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its path, for people.
    pub path: String,
    /// Its text, at most 64 KiB.
    pub text: String,
}

/// What can be done to a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// StartUnit.
    Start,
    /// StopUnit.
    Stop,
    /// RestartUnit.
    Restart,
    /// ReloadUnit.
    Reload,
    /// EnableUnitFiles.
    Enable,
    /// DisableUnitFiles.
    Disable,
    /// ResetFailedUnit.
    ResetFailed,
}

/// What truly came of a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is in the state that was asked for.
    Done,
    /// A condition of the unit kept it from starting; nothing ran.
    Skipped,
    /// It was started too often too quickly; `reset-failed` opens it.
    StartLimit,
    /// It tried and failed; `lines` say why.
    Failed,
    /// The job was cancelled or replaced by another.
    Cancelled,
    /// systemd is still at it after the time a call may take.
    StillRunning,
    /// It was so already; nothing was done.
    Unchanged,
}

/// The outcome of a verb on a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The unit.
    pub unit: UnitName,
    /// The verb.
    pub verb: Verb,
    /// What came of it.
    pub verdict: Verdict,
    /// ActiveState afterwards.
    pub active: Active,
    /// SubState afterwards.
    pub sub: String,
    /// The last ending, where the verdict speaks of one.
    pub ending: Ending,
    /// MainPID afterwards.
    pub main_pid: Option<u32>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Its last journal lines when it failed, oldest first.
    pub lines: Vec<Line>,
}
