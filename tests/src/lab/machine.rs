//! A booted machine and what a test can do to it from outside.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::boot::Boot;
use super::image::Image;
use super::reaper::{self, Reaper};
use super::storage::{self, Disk};
use super::suite::Suite;
use super::{LabError, cgroup};
use crate::tools;

/// Where the machines of this host live while they run.
const HOME: &str = "/run/potion-lab";

/// A machine may take this long to go down before it counts as stuck.
const DOWN_SECONDS: u64 = 120;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// What a machine shall be; [`Machine::of`] begins one.
pub struct Builder {
    suite: Suite,
    packages: Vec<String>,
    disks: Vec<Disk>,
}

impl Builder {
    /// Adds Debian packages to the image (a separate, cached one for each set). Give them in one fixed order.
    #[must_use]
    pub fn packages(mut self, names: &[&str]) -> Self {
        self.packages.extend(names.iter().map(ToString::to_string));
        self
    }

    /// Adds an ext4 filesystem of `mebibytes`, with its own UUID, mounted at `point` (`/mnt/dre`).
    #[must_use]
    pub fn disk(mut self, point: &str, mebibytes: u64) -> Self {
        self.disks.push(Disk {
            point: point.into(),
            mebibytes,
        });
        self
    }

    /// Builds the image if need be, boots, and returns when systemd is `running` or `degraded`.
    pub fn boot(self) -> Result<Machine, LabError> {
        tools::need(&["systemd-nspawn", "nsenter"])?;
        fs::create_dir_all(HOME)?;
        reaper::sweep(Path::new(HOME))?;
        let image = Image::cached(self.suite, &self.packages)?;
        Machine::start(self.suite, &image, &self.disks)
    }
}

/// A running machine; dropping it leaves nothing behind.
pub struct Machine {
    suite: Suite,
    directory: PathBuf,
    cgroups: Vec<PathBuf>,
    binds: Vec<String>,
    boot: Mutex<Option<Boot>>,
    // Dropped in this order, after `boot`.
    _reaper: Reaper,
    _lock: File,
}

impl Machine {
    /// A plain machine: [`Machine::of`]`(suite).boot()`.
    pub fn boot(suite: Suite) -> Result<Machine, LabError> {
        Machine::of(suite).boot()
    }

    /// Describes a machine to boot.
    #[must_use]
    pub fn of(suite: Suite) -> Builder {
        Builder {
            suite,
            packages: Vec::new(),
            disks: Vec::new(),
        }
    }

    fn start(suite: Suite, image: &Image, disks: &[Disk]) -> Result<Machine, LabError> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("potion-{}-{number}", std::process::id());
        let directory = Path::new(HOME).join(&name);
        let lock = File::create(directory.with_extension("lock"))?;
        lock.lock()?;
        fs::create_dir(&directory)?;
        let reaper = Reaper::start(&directory)?;
        storage::overlay(&directory, &image.root)?;
        let machine = Machine {
            suite,
            cgroups: cgroup::create(&name)?,
            binds: storage::attach(&directory, disks)?,
            directory,
            boot: Mutex::new(None),
            _reaper: reaper,
            _lock: lock,
        };
        machine.come_up()?;
        Ok(machine)
    }

    /// The release it runs.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// The host's number of the machine's PID 1.
    ///
    /// # Panics
    /// Between a power-off and the next [`Machine::power_on`].
    #[must_use]
    pub fn leader(&self) -> i32 {
        let boot = self.boot.lock().expect("no thread panics with it");
        boot.as_ref().expect("the machine is off").leader
    }

    /// `systemctl reboot`, and back up with the same files. Open processes and connections are gone.
    pub fn reboot(&self) -> Result<(), LabError> {
        let _ = self.run(["systemctl", "reboot"]);
        self.rebooted()
    }

    /// Waits for a reboot that somebody else asked for, and brings the machine up again.
    pub fn rebooted(&self) -> Result<(), LabError> {
        if !self.down()? {
            return Err(LabError::PoweredOff);
        }
        self.come_up()
    }

    /// Waits for a power-off that somebody asked for; the files stay for [`Machine::power_on`].
    pub fn powered_off(&self) -> Result<(), LabError> {
        if self.down()? {
            return Err(LabError::Rebooted);
        }
        Ok(())
    }

    /// Pulls the plug: every process dies at once, nothing is written out by systemd. The files stay for [`Machine::power_on`].
    pub fn cut_power(&self) -> Result<(), LabError> {
        let leader = nix::unistd::Pid::from_raw(self.leader());
        nix::sys::signal::kill(leader, nix::sys::signal::Signal::SIGKILL)?;
        self.down().map(|_| ())
    }

    /// Boots it again after a power-off.
    pub fn power_on(&self) -> Result<(), LabError> {
        self.come_up()
    }

    fn down(&self) -> Result<bool, LabError> {
        let mut boot = self.boot.lock().expect("no thread panics with it");
        let Some(mut running) = boot.take() else {
            return Err(LabError::PoweredOff);
        };
        running.ended(Duration::from_secs(DOWN_SECONDS))
    }

    fn come_up(&self) -> Result<(), LabError> {
        let boot = Boot::start(&self.directory, &self.cgroups, &self.binds)?;
        *self.boot.lock().expect("no thread panics with it") = Some(boot);
        let state = self
            .run(["systemctl", "is-system-running", "--wait"])
            .text();
        match state.as_str() {
            "running" | "degraded" => Ok(()),
            _ => Err(LabError::State(state)),
        }
    }
}
