//! The port to the machine.

use std::path::{Path, PathBuf};

use futures::future::BoxFuture;
use potion_proto::host::{Disk, Order, Process, Session, Status};

use crate::bus::BusError;

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
    /// One look; `roots` are folders that should be filesystems of their own (`files.root`), told when missing.
    fn status<'a>(&'a self, roots: &'a [PathBuf]) -> BoxFuture<'a, Result<Status, HostError>>;

    /// The top processes, at most `limit`.
    fn processes(
        &self,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Process>, HostError>>;

    /// logind's sessions of people.
    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, HostError>>;

    /// What thresholds look at; no sampling window, no bus.
    fn readings(&self, roots: &[PathBuf]) -> Result<Readings, HostError>;

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
    /// logind or systemd does not answer.
    #[error(
        "the login manager does not answer; look at `systemctl status systemd-logind` on the machine"
    )]
    Bus(#[from] BusError),
}

impl HostError {
    pub(crate) fn read(path: &Path, source: std::io::Error) -> Self {
        Self::Read {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn strange(path: impl Into<PathBuf>) -> Self {
        Self::Strange(path.into())
    }
}
