//! apt: what can be upgraded, what is held, what needs a restart.

use serde::{Deserialize, Serialize};

use crate::names::{PackageName, UnitName};
use crate::time::Timestamp;

/// What apt would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// When the lists were last refreshed; None when never.
    pub refreshed: Option<Timestamp>,
    /// Upgradable packages: security first, then by name.
    pub upgradable: Vec<Upgradable>,
    /// Held packages, by name.
    pub held: Vec<PackageName>,
    /// Packages that nothing needs any more.
    pub removable: Vec<PackageName>,
    /// Bytes to download for all upgradable packages.
    pub download_bytes: u64,
    /// dpkg was interrupted or packages are half-configured; `PackagesRepair` mends it.
    pub broken: bool,
}

/// A package with a newer version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upgradable {
    /// Its name.
    pub name: PackageName,
    /// The installed version.
    pub installed: String,
    /// The candidate version.
    pub candidate: String,
    /// It comes from a security archive.
    pub security: bool,
    /// Bytes of its archive.
    pub download_bytes: u64,
    /// It is held: an upgrade leaves it.
    pub held: bool,
}

/// What runs on code that was replaced, as `needrestart -b` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restarts {
    /// needrestart is not installed, so nothing is known.
    pub unknown: bool,
    /// Units that run outdated code.
    pub units: Vec<UnitName>,
    /// The running kernel.
    pub kernel: String,
    /// The newest installed kernel, when it is another.
    pub kernel_waiting: Option<String>,
}

/// Which packages an upgrade takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// All that are upgradable and not held.
    All,
    /// Those from a security archive.
    Security,
    /// These; at most 500.
    Chosen(Vec<PackageName>),
}
