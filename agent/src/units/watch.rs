//! What happens to managed units, for whoever keeps incidents.
//!
//! Each managed unit's state comes from systemd's own signals, never from polling. A change says whether it was asked
//! for: systemd tells of a job in the same signals, and the jobs that it queues for its own `Restart=` are told apart
//! by NRestarts, which only those raise.
//!
//! While the bus is away nothing is seen, so each time it comes (the start included) a [`Seen::Snapshot`] comes first:
//! compare `invocation` and `restarts` with what you remember; a unit that died and was restarted meanwhile shows
//! `success` as its result, and only those two moved.

use potion_proto::names::UnitName;
use potion_proto::time::Timestamp;
use potion_proto::units::{Active, Ending};

/// One managed unit at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitState {
    /// The unit.
    pub unit: UnitName,
    /// ActiveState.
    pub active: Active,
    /// SubState (`running`, `auto-restart`, …).
    pub sub: String,
    /// How its last run ended; `result` is `success` while it runs.
    pub ending: Ending,
    /// InvocationID as 32 hex digits; empty when it never ran since boot.
    pub invocation: String,
    /// NRestarts: automatic restarts since it was last started by hand.
    pub restarts: u32,
    /// MainPID; None when there is none.
    pub main_pid: Option<u32>,
    /// When it entered its ActiveState; None when it never did.
    pub since: Option<Timestamp>,
}

impl UnitState {
    /// systemd is about to start it again by itself.
    #[must_use]
    pub fn is_healing(&self) -> bool {
        self.sub.ends_with("auto-restart") || self.sub.ends_with("auto-restart-queued")
    }
}

/// Who is behind a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The unit itself: it ended, died, failed to start, or systemd restarts it by `Restart=`.
    Itself,
    /// A job that somebody or something queued: a stop, restart or start by a person, a package, a dependency. A unit
    /// that goes down for this cause went down deliberately; one that fails *while starting* has `Itself`.
    Asked,
}

/// A managed unit changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitChange {
    /// As it was last seen.
    pub before: UnitState,
    /// As it is now.
    pub now: UnitState,
    /// Who is behind it.
    pub cause: Cause,
}

/// What the watch tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The bus is here, or the list of managed units changed: all of them as they stand.
    Snapshot(Vec<UnitState>),
    /// A unit changed.
    Change(Box<UnitChange>),
    /// The bus is gone; a snapshot follows when it is back.
    Lost,
}
