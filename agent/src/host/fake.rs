//! A machine of a test's making.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use potion_proto::host::{BootReason, Disk, Gauge, Order, Process, Session, Status, Temperature};
use potion_proto::time::Timestamp;

use super::port::{Host, HostError, Readings, Root};
use crate::bus::BusError;

/// Shows what the test put there; counts what it was asked to do.
pub struct FakeHost(Mutex<World>);

struct World {
    status: Status,
    readings: Readings,
    processes: Vec<Process>,
    sessions: Vec<Session>,
    asked: Vec<&'static str>,
    gone: bool,
}

impl Default for FakeHost {
    fn default() -> Self {
        Self(Mutex::new(World {
            status: status(),
            readings: Readings::default(),
            processes: Vec::new(),
            sessions: Vec::new(),
            asked: Vec::new(),
            gone: false,
        }))
    }
}

impl FakeHost {
    /// Changes the status.
    pub fn edit(&self, edit: impl FnOnce(&mut Status)) {
        edit(&mut self.world().status);
    }

    /// Sets what thresholds see.
    pub fn read(&self, readings: Readings) {
        self.world().readings = readings;
    }

    /// Adds a process.
    pub fn run(&self, process: Process) {
        self.world().processes.push(process);
    }

    /// Adds a session.
    pub fn log_in(&self, session: Session) {
        self.world().sessions.push(session);
    }

    /// logind is away (or back).
    pub fn lose(&self, gone: bool) {
        self.world().gone = gone;
    }

    /// `reboot` and `power-off`, in the order they were asked for.
    #[must_use]
    pub fn asked(&self) -> Vec<&'static str> {
        self.world().asked.clone()
    }

    /// Panics when a reboot or power off was asked for.
    #[track_caller]
    pub fn expect_untouched(&self) {
        assert!(
            self.asked().is_empty(),
            "the machine was told to {:?}",
            self.asked()
        );
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, what: &'static str) -> Result<(), HostError> {
        let mut world = self.world();
        if world.gone {
            return Err(HostError::Bus(BusError::Slow));
        }
        world.asked.push(what);
        Ok(())
    }
}

impl Host for FakeHost {
    fn status<'a>(&'a self, _: &'a Root) -> BoxFuture<'a, Result<Status, HostError>> {
        Box::pin(async { Ok(self.world().status.clone()) })
    }

    fn processes(&self, _: Order, limit: usize) -> BoxFuture<'_, Result<Vec<Process>, HostError>> {
        Box::pin(async move { Ok(self.world().processes.iter().take(limit).cloned().collect()) })
    }

    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, HostError>> {
        Box::pin(async {
            let world = self.world();
            if world.gone {
                Err(HostError::Bus(BusError::Slow))
            } else {
                Ok(world.sessions.clone())
            }
        })
    }

    fn readings(&self, _: &Root) -> Result<Readings, HostError> {
        Ok(self.world().readings.clone())
    }

    fn filesystem(&self, path: &Path) -> Result<String, HostError> {
        Ok(format!("uuid-of-{}", path.display()))
    }

    fn reboot(&self) -> BoxFuture<'_, Result<(), HostError>> {
        Box::pin(async { self.ask("reboot") })
    }

    fn power_off(&self) -> BoxFuture<'_, Result<(), HostError>> {
        Box::pin(async { self.ask("power-off") })
    }
}

fn status() -> Status {
    let space = |used, total| Gauge { used, total };
    let disk = |mount: &str, used, total| Disk {
        mount: mount.to_owned(),
        kind: "ext4".to_owned(),
        space: space(used, total),
        missing: false,
    };
    Status {
        name: "laptop".to_owned(),
        system: "Debian GNU/Linux 12 (bookworm)".to_owned(),
        kernel: "6.1.0-40-amd64".to_owned(),
        booted: Timestamp::from_seconds(1_700_000_000),
        uptime_seconds: 93_784,
        last_boot: BootReason::Clean,
        cpu_percent: 12.5,
        cores_percent: vec![10.0, 15.0],
        load: [0.42, 0.3, 0.2],
        memory: space(3 << 30, 8 << 30),
        swap: space(0, 2 << 30),
        temperatures: vec![Temperature {
            sensor: "coretemp".to_owned(),
            celsius: 51.0,
        }],
        disks: vec![
            disk("/", 20 << 30, 100 << 30),
            disk("/mnt/dre", 300 << 30, 500 << 30),
        ],
        reboot: None,
    }
}
