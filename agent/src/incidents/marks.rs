//! How a unit was last seen, so that what happened meanwhile can be told.
//!
//! Seen: after a SIGKILL of a unit with `Restart=` its result reads `success`; only InvocationID and
//! NRestarts moved. NRestarts counts since the unit was last started by hand, so it may also have gone
//! back to zero and up again.

use potion_proto::names::UnitName;
use potion_proto::units::Active;
use serde::{Deserialize, Serialize};

use crate::units::watch::{Cause, UnitChange, UnitState};

/// One unit at the last look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) unit: UnitName,
    invocation: String,
    restarts: u32,
    /// The last invocation whose break was counted; empty for none. Each breaks once, however many
    /// states systemd shows on the way from it to the next.
    broken: String,
}

impl Mark {
    /// How the unit stands at this look.
    pub(super) fn of(state: &UnitState) -> Self {
        let broken = if is_broken(state) {
            state.invocation.clone()
        } else {
            String::new()
        };
        Self {
            unit: state.unit.clone(),
            invocation: state.invocation.clone(),
            restarts: state.restarts,
            broken,
        }
    }

    /// How it stands after a change; what was counted before stays counted.
    pub(super) fn after(before: Option<&Self>, change: &UnitChange) -> Self {
        let mut mark = Self::of(&change.now);
        if change.cause == Cause::Asked || !breaks_now(&change.before, &change.now) {
            mark.broken = before.map_or_else(String::new, |before| before.broken.clone());
        }
        mark
    }

    /// How often the unit was restarted by systemd between this look and `now`.
    pub(super) fn restarts_until(&self, now: &UnitState) -> u32 {
        if self.invocation == now.invocation {
            0
        } else if now.restarts > self.restarts {
            now.restarts - self.restarts
        } else {
            now.restarts
        }
    }

    /// Whether this invocation's break was counted.
    pub(super) fn counts(&self, state: &UnitState) -> bool {
        !state.invocation.is_empty() && self.broken == state.invocation
    }
}

/// Its last run ended badly: it waits for a restart, or for nothing any more.
pub(super) fn is_broken(state: &UnitState) -> bool {
    state.is_healing() || state.active == Active::Failed
}

/// Whether it is the invocation of `now` that broke. Seen: the next run's id shows before its state does,
/// so for a moment the old state stands with the new id.
pub(super) fn breaks_now(before: &UnitState, now: &UnitState) -> bool {
    let moved = before.invocation != now.invocation;
    let still_failed = before.active == Active::Failed && now.active == Active::Failed;
    let ahead = moved && (now.sub == "auto-restart-queued" || still_failed);
    is_broken(now) && !ahead
}
