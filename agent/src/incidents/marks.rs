//! How a unit was last seen, so that what happened meanwhile can be told.
//!
//! Seen: after a SIGKILL of a unit with `Restart=` its result reads `success`; only InvocationID and
//! NRestarts moved. NRestarts counts since the unit was last started by hand, so it may also have gone
//! back to zero and up again.

use potion_proto::names::UnitName;
use potion_proto::units::Active;
use serde::{Deserialize, Serialize};

use crate::units::watch::UnitState;

/// One unit at the last look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) unit: UnitName,
    invocation: String,
    restarts: u32,
    failed: bool,
}

impl From<&UnitState> for Mark {
    fn from(state: &UnitState) -> Self {
        Self {
            unit: state.unit.clone(),
            invocation: state.invocation.clone(),
            restarts: state.restarts,
            failed: state.active == Active::Failed,
        }
    }
}

impl Mark {
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

    /// Whether this very failure was seen already.
    pub(super) fn knows_failure(&self, now: &UnitState) -> bool {
        self.failed && self.invocation == now.invocation
    }
}
