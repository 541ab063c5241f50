//! What stands behind the ports on a real machine.

use std::sync::Arc;

use potion_config::Config;

use super::StartError;
use crate::agent::Parts;
use crate::audit::JournalMirror;
use crate::bus::Bus;
use crate::clock::SystemClock;
use crate::keeps::SystemdTimers;
use crate::paths::Paths;
use crate::store::Store;
use crate::{host, jobs, journal, packages, units};

/// Opens the database and connects nothing yet. Must be called within the runtime.
pub(super) fn parts(paths: &Paths, config: Config) -> Result<Parts, StartError> {
    let bus = Bus::system();
    let program = jobs::own_program();
    let program = program.map_err(|error| StartError::System("its own path", error))?;
    Ok(Parts {
        config,
        paths: paths.clone(),
        store: Store::open(&paths.state)?,
        clock: Arc::new(SystemClock),
        units: Arc::new(units::Systemd::new(bus.clone())),
        journal: Arc::new(journal::Journalctl::system()),
        host: Arc::new(host::Machine::new(bus.clone())),
        packages: Arc::new(packages::Apt::new(bus.clone())),
        runner: Arc::new(jobs::Systemd::new(bus, program)),
        mirror: Arc::new(JournalMirror),
        timers: Arc::new(SystemdTimers),
    })
}
