//! The adapter: the machine that potiond runs on.

use std::path::{Path, PathBuf};

use futures::future::BoxFuture;
use nix::sys::utsname::uname;
use potion_proto::host::{BootReason, Order, Process, Session, Status};
use potion_proto::time::Timestamp;
use tokio::sync::OnceCell;

use super::memory::{self, Memory};
use super::port::{Host, HostError, Readings, Root};
use super::sampler::Sampler;
use super::tree::Tree;
use super::{boots, disks, logind, pending, sensors};
use crate::bus::Bus;

/// This machine.
pub struct Machine {
    bus: Bus,
    tree: Tree,
    journal: Option<PathBuf>,
    sampler: Sampler,
    last_boot: OnceCell<BootReason>,
}

impl Machine {
    /// The machine potiond runs on.
    #[must_use]
    pub fn new(bus: Bus) -> Self {
        Self::at(bus, "/".into(), None)
    }

    /// A machine whose files are beneath `root` and whose journal is in a folder of its own; for tests that look into
    /// one from outside.
    #[must_use]
    pub fn at(bus: Bus, root: PathBuf, journal: Option<PathBuf>) -> Self {
        let (sampler, last_boot) = (Sampler::default(), OnceCell::new());
        Self {
            bus,
            tree: Tree::at(root),
            journal,
            sampler,
            last_boot,
        }
    }

    /// Does not change while the machine runs, so it is looked up once. Not knowing it spoils no screen.
    async fn last_boot(&self) -> BootReason {
        let look = self
            .last_boot
            .get_or_try_init(|| boots::last(self.journal.as_deref()));
        look.await.copied().unwrap_or(BootReason::Unknown)
    }

    async fn look(&self, root: &Root) -> Result<Status, HostError> {
        let (shares, last_boot) = futures::join!(self.sampler.cpu(&self.tree), self.last_boot());
        let shares = shares?;
        let memory = self.memory()?;
        let kernel = self
            .tree
            .text("proc/sys/kernel/osrelease")?
            .trim()
            .to_owned();
        Ok(Status {
            name: name(),
            system: self.system(),
            booted: Timestamp::from_seconds(shares.booted),
            uptime_seconds: self.tree.parsed("proc/uptime", memory::uptime)?,
            last_boot,
            cpu_percent: shares.all,
            cores_percent: shares.cores,
            load: self.load()?,
            memory: memory.ram,
            swap: memory.swap,
            temperatures: sensors::temperatures(&self.tree),
            disks: disks::disks(&self.tree, root)?,
            reboot: pending::reboot(&self.tree, &kernel),
            kernel,
        })
    }

    fn memory(&self) -> Result<Memory, HostError> {
        self.tree.parsed("proc/meminfo", Memory::parse)
    }

    fn load(&self) -> Result<[f32; 3], HostError> {
        self.tree.parsed("proc/loadavg", memory::load)
    }

    fn system(&self) -> String {
        let text = self.tree.maybe("etc/os-release").unwrap_or_default();
        let name = text
            .lines()
            .find_map(|line| line.strip_prefix("PRETTY_NAME="));
        name.unwrap_or("Linux").trim_matches('"').to_owned()
    }
}

impl Host for Machine {
    fn status<'a>(&'a self, root: &'a Root) -> BoxFuture<'a, Result<Status, HostError>> {
        Box::pin(self.look(root))
    }

    fn processes(
        &self,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Process>, HostError>> {
        Box::pin(self.sampler.processes(&self.tree, order, limit))
    }

    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, HostError>> {
        Box::pin(async { Ok(logind::sessions(&self.bus.connection().await?).await?) })
    }

    fn readings(&self, root: &Root) -> Result<Readings, HostError> {
        let memory = self.memory()?;
        let temperatures = sensors::temperatures(&self.tree);
        Ok(Readings {
            memory_percent: memory.ram.percent(),
            swap_percent: memory.swap.percent(),
            celsius: temperatures.first().map(|hottest| hottest.celsius),
            load_per_core: self.load()?[1] / cores(),
            disks: disks::disks(&self.tree, root)?,
        })
    }

    fn filesystem(&self, path: &Path) -> Result<String, HostError> {
        disks::filesystem(&self.tree, path)
    }

    fn reboot(&self) -> BoxFuture<'_, Result<(), HostError>> {
        Box::pin(async { Ok(logind::reboot(&self.bus.connection().await?).await?) })
    }

    fn power_off(&self) -> BoxFuture<'_, Result<(), HostError>> {
        Box::pin(async { Ok(logind::power_off(&self.bus.connection().await?).await?) })
    }
}

fn name() -> String {
    uname().map_or_else(
        |_| String::new(),
        |names| names.nodename().to_string_lossy().into_owned(),
    )
}

fn cores() -> f32 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    f32::from(u16::try_from(cores).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    #[tokio::test]
    async fn this_machine_shows_plausible_numbers() {
        let machine = Machine::new(Bus::at("unix:path=/nowhere"));
        let root = Root {
            path: "/".into(),
            recorded: None,
        };
        let status = machine.look(&root).await.unwrap();
        assert!(!status.name.is_empty() && !status.kernel.is_empty() && !status.system.is_empty());
        assert!(status.memory.used > 0 && status.memory.used < status.memory.total);
        assert!(!status.cores_percent.is_empty() && status.booted > Timestamp(0));
        assert_eq!(status.disks[0].mount, "/");
        let readings = machine.readings(&root).unwrap();
        assert!(readings.memory_percent > 0.0 && readings.memory_percent <= 100.0);
    }
}
