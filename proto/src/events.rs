//! The event log: what the bot must tell people.

use serde::{Deserialize, Serialize};

use crate::actions::Action;
use crate::host::BootReason;
use crate::incidents::Incident;
use crate::jobs::Job;
use crate::names::TelegramId;
use crate::time::Timestamp;

/// A place in the log; 0 is before the first event.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(pub u64);

/// What can be muted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Incidents of units.
    Units,
    /// Ends of jobs.
    Jobs,
    /// Crashes of our own programs.
    Crashes,
    /// Thresholds, boots.
    Host,
    /// Pairings, lock-outs, the audit head, keep-or-revert.
    Security,
    /// Upgrades that wait.
    Packages,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Every admin.
    Everyone,
    /// This one.
    Only(TelegramId),
    /// Owners.
    Owners,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its place.
    pub seq: Seq,
    /// When it happened.
    pub at: Timestamp,
    /// Its class.
    pub class: Class,
    /// Who is told.
    pub audience: Audience,
    /// It should make a phone ring (a bot's quiet hours may still silence it).
    pub sounding: bool,
    /// What happened.
    pub news: News,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum News {
    /// An incident began or changed: its whole state.
    Incident(Box<Incident>),
    /// A job ended.
    JobEnded(Box<Job>),
    /// A keep-or-revert act waits for its Keep.
    KeepPending(Keep),
    /// It was kept.
    Kept(Keep),
    /// It was undone; `reason` is `time`, `asked`, `reboot` or `restart`.
    Reverted {
        /// What was undone.
        keep: Keep,
        /// Why.
        reason: String,
    },
    /// The machine came up.
    Booted(BootReason),
    /// An admin was paired.
    Paired {
        /// Who.
        id: TelegramId,
        /// Their name.
        name: String,
    },
    /// An admin's TOTP is locked after wrong codes.
    TotpLocked {
        /// Whose.
        id: TelegramId,
        /// For how many minutes.
        minutes: u32,
    },
    /// The weekly head of the audit chain.
    AuditHead {
        /// Number of entries.
        entries: u64,
        /// SHA-256 of the last entry, hex.
        hash: String,
    },
    /// Upgrades wait.
    UpgradesWaiting {
        /// From a security archive.
        security: u32,
        /// Others.
        other: u32,
    },
    /// Undelivered events were folded because there were too many.
    Folded {
        /// How many.
        count: u64,
        /// The first one's time.
        from: Timestamp,
        /// The last one's time.
        to: Timestamp,
    },
}

/// An act that is undone unless kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// Its number.
    pub id: KeepId,
    /// The act.
    pub action: Action,
    /// When it will be undone.
    pub until: Timestamp,
}

/// A keep-or-revert's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeepId(pub u64);

/// Events after a cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// In order of `seq`; empty when none came within the wait.
    pub events: Vec<Event>,
    /// What `events_delivered` last recorded.
    pub delivered: Seq,
    /// The last event there is.
    pub head: Seq,
}
