//! The port to systemd's units.

use std::time::Duration;

use futures::future::BoxFuture;
use potion_proto::names::UnitName;
use potion_proto::units::{Detail, Outcome, Unit, Verb};
use tokio::sync::broadcast;

use super::watch::{Seen, UnitState};
use crate::bus::BusError;

/// Units as systemd has them. What is policy's (managed, protected, offered verbs) and the journal's (lines of an
/// outcome) is left empty here.
pub trait Units: Send + Sync {
    /// These units in this order; one that systemd does not know comes with load state `not-found`.
    fn named<'a>(&'a self, units: &'a [UnitName]) -> BoxFuture<'a, Result<Vec<Unit>, UnitError>>;

    /// Every loaded service, timer and socket, by name.
    fn loaded(&self) -> BoxFuture<'_, Result<Vec<Unit>, UnitError>>;

    /// Everything about one unit.
    fn show<'a>(&'a self, unit: &'a UnitName) -> BoxFuture<'a, Result<Detail, UnitError>>;

    /// Does a verb, waits at most `within` for its job to end, and tells what truly came of it.
    fn act<'a>(
        &'a self,
        verb: Verb,
        unit: &'a UnitName,
        within: Duration,
    ) -> BoxFuture<'a, Result<Outcome, UnitError>>;

    /// Which units to keep in the cache and to watch from now on; a [`Seen::Snapshot`] of them follows.
    fn manage(&self, units: Vec<UnitName>);

    /// What happens to managed units, from now on. A receiver that lags asks for a `snapshot`.
    fn watch(&self) -> broadcast::Receiver<Seen>;

    /// All managed units as they stand, to compare with what was known before.
    fn snapshot(&self) -> BoxFuture<'_, Result<Vec<UnitState>, UnitError>>;
}

/// Why systemd did not answer or did not obey.
#[derive(Debug, thiserror::Error)]
pub enum UnitError {
    /// systemd knows no such unit.
    #[error("there is no unit {0}; look at the list of all units")]
    Absent(UnitName),
    /// The unit is masked.
    #[error("{0} is masked; root can unmask it with `sudo systemctl unmask {0}`")]
    Masked(UnitName),
    /// The verb makes no sense for the unit, or not in its state; systemd's words.
    #[error("{unit} cannot do that: {why}")]
    NotApplicable {
        /// The unit.
        unit: UnitName,
        /// systemd's words.
        why: String,
    },
    /// The verb clashes with a job that systemd is already at, which must not be undone (a shutdown).
    #[error("systemd is busy with something that clashes: {0}; try again when it is over")]
    Clash(String),
    /// The bus or systemd does not answer.
    #[error(
        "systemd does not answer; try again, and look at `systemctl status dbus` on the machine if it stays so"
    )]
    Bus(#[from] BusError),
}
