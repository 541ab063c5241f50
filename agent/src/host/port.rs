//! The port to the machine.

use std::path::PathBuf;

use futures::future::BoxFuture;
use potion_proto::host::{Disk, Order, Process, Session, Status};

use crate::bus::BusError;
use crate::exec::ExecError;

/// A folder that should be on a filesystem that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The folder.
    pub path: PathBuf,
    /// The filesystem as [`Host::filesystem`] named it when it was recorded; None before that.
    pub recorded: Option<String>,
}

/// The numbers that thresholds look at; cheap to take.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    /// Used share of RAM, 0–100.
    pub memory_percent: f32,
    /// Used share of swap, 0–100; 0 when there is none.
    pub swap_percent: f32,
    /// The hottest sensor in degrees Celsius; None without sensors.
    pub celsius: Option<f32>,
    /// Load average of five minutes for each core.
    pub load_per_core: f32,
    /// Filesystems as in [`Status`].
    pub disks: Vec<Disk>,
}

/// The machine potiond runs on.
pub trait Host: Send + Sync {
    /// One look. `root` is told as missing when its filesystem is not there.
    fn status<'a>(&'a self, root: &'a Root) -> BoxFuture<'a, Result<Status, HostError>>;

    /// The top processes, at most `limit`.
    fn processes(
        &self,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Process>, HostError>>;

    /// logind's sessions of people.
    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, HostError>>;

    /// What thresholds look at; no sampling window, no bus.
    fn readings(&self, root: &Root) -> Result<Readings, HostError>;

    /// The filesystem that a folder stands on: its UUID, or what else tells it from others.
    fn filesystem(&self, path: &std::path::Path) -> Result<String, HostError>;

    /// Reboots, in order.
    fn reboot(&self) -> BoxFuture<'_, Result<(), HostError>>;

    /// Powers off, in order.
    fn power_off(&self) -> BoxFuture<'_, Result<(), HostError>>;
}

/// Why the machine does not tell or obey.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// A file of /proc, /sys or /etc could not be read.
    #[error("{path} cannot be read")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// A file of /proc does not read as its man page says.
    #[error("{0} reads as nothing known")]
    Strange(PathBuf),
    /// A program could not be run.
    #[error("the journal of the last boot cannot be read")]
    Exec(#[from] ExecError),
    /// logind or systemd does not answer.
    #[error(
        "the login manager does not answer; look at `systemctl status systemd-logind` on the machine"
    )]
    Bus(#[from] BusError),
}
