//! Something broke: one incident, one live message.

use serde::{Deserialize, Serialize};

use crate::journal::Line;
use crate::names::{ErrorId, UnitName};
use crate::time::Timestamp;

/// An incident's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub u64);

impl std::fmt::Display for IncidentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What it is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A managed unit.
    Unit(UnitName),
    /// One of our own programs crashed or erred.
    Program(Program),
    /// A number of the host passed its threshold.
    Threshold(Gauge),
}

/// Our programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Program {
    /// potiond.
    Agent,
    /// potion-bot.
    Bot,
    /// potionctl.
    Ctl,
}

/// What is watched against `[thresholds]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gauge {
    /// A filesystem by its mount point.
    Disk(String),
    /// RAM.
    Memory,
    /// Swap.
    Swap,
    /// The hottest sensor.
    Temperature,
    /// Load per core.
    Load,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// It broke.
    Failed,
    /// systemd is restarting it.
    Healing,
    /// It runs again by itself.
    Healed,
    /// systemd has stopped trying.
    GaveUp,
    /// Somebody took it on; `acknowledged_by` says who.
    Acknowledged,
    /// It is well again after somebody acted.
    Resolved,
}

/// The whole incident as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// What it is about.
    pub subject: Subject,
    /// Where it stands.
    pub phase: Phase,
    /// When it first broke.
    pub since: Timestamp,
    /// When `phase` was last entered.
    pub changed: Timestamp,
    /// How often it broke within this incident (1 or more).
    pub count: u32,
    /// systemd's Result, the panic's message, or the gauge's reading; redacted, one line.
    pub reason: String,
    /// The short traceback or the journal lines that matter, oldest first.
    pub lines: Vec<Line>,
    /// The id that `potionctl error show` expands.
    pub error: Option<ErrorId>,
    /// Who acknowledged it, as the audit log names them; empty when nobody did.
    pub acknowledged_by: String,
    /// Until when it is muted.
    pub muted_until: Option<Timestamp>,
}
