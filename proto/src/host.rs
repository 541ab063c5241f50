//! The machine: numbers for the status screen.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// One look at the machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The host name.
    pub name: String,
    /// PRETTY_NAME of os-release.
    pub system: String,
    /// The kernel's release.
    pub kernel: String,
    /// When it booted.
    pub booted: Timestamp,
    /// Seconds since it booted.
    pub uptime_seconds: u64,
    /// How the boot before this one ended.
    pub last_boot: BootReason,
    /// Busy share of all cores, 0–100, over about the last second.
    pub cpu_percent: f32,
    /// Busy share of each core, 0–100.
    pub cores_percent: Vec<f32>,
    /// Load averages over 1, 5 and 15 minutes.
    pub load: [f32; 3],
    /// RAM; `used` is total − MemAvailable.
    pub memory: Gauge,
    /// Swap; total 0 when there is none.
    pub swap: Gauge,
    /// Sensors, hottest first.
    pub temperatures: Vec<Temperature>,
    /// Filesystems: `/` and `files.root` first, pseudo ones left out.
    pub disks: Vec<Disk>,
    /// A restart of the machine is pending, and for these packages (may be empty).
    pub reboot: Option<Vec<String>>,
}

/// Bytes used of bytes there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gauge {
    /// Bytes.
    pub used: u64,
    /// Bytes.
    pub total: u64,
}

impl Gauge {
    /// 0–100; 0 of nothing.
    #[must_use]
    pub fn percent(self) -> f32 {
        if self.total == 0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a share needs no 53 bits")]
        let share = self.used as f64 / self.total as f64;
        #[expect(clippy::cast_possible_truncation, reason = "0 to 100 fits")]
        let percent = (share * 100.0) as f32;
        percent
    }
}

/// A sensor of /sys/class/hwmon or /sys/class/thermal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Temperature {
    /// Its label.
    pub sensor: String,
    /// Degrees Celsius.
    pub celsius: f32,
}

/// A filesystem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// Where it is mounted.
    pub mount: String,
    /// Its type (`ext4`).
    pub kind: String,
    /// Its space; `total` is what unprivileged users can have.
    pub space: Gauge,
    /// It should be mounted (`files.root`) and is not.
    pub missing: bool,
}

/// How the previous boot ended, as far as the journal tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BootReason {
    /// There is no earlier boot in the journal.
    Unknown,
    /// It was shut down or rebooted in order.
    Clean,
    /// Its journal stops in mid-sentence: power cut, crash or hard reset.
    Unclean,
}

/// What processes are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// CPU share over about the last second.
    Cpu,
    /// Resident memory.
    Memory,
}

/// One process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its name (comm), never its arguments: those hold secrets.
    pub name: String,
    /// Its user.
    pub user: String,
    /// The unit it runs in; may be empty.
    pub unit: String,
    /// Share of one core, so up to 100 × cores.
    pub cpu_percent: f32,
    /// Resident bytes.
    pub memory: u64,
}

/// A session of logind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// logind's id.
    pub id: String,
    /// The user's name.
    pub user: String,
    /// `sshd`, `login`, …
    pub service: String,
    /// The address it came from; empty for local ones.
    pub from: String,
    /// The terminal; may be empty.
    pub tty: String,
    /// When it began.
    pub since: Timestamp,
}
