//! The one door for change: plan, then apply.

use serde::{Deserialize, Serialize};

use crate::admins::{Language, Role};
use crate::events::{Keep, KeepId};
use crate::incidents::IncidentId;
use crate::jobs::JobId;
use crate::names::{PackageName, PairingCode, SettingKey, TelegramId, TotpCode, UnitName};
use crate::packages::Selection;
use crate::settings::Applies;
use crate::time::Timestamp;
use crate::units;

/// For whom a call is made. The agent believes `Telegram` from the bot alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behalf {
    /// The caller itself, as its peer credentials say.
    Own,
    /// The Telegram user whom the bot serves.
    Telegram(TelegramId),
}

/// All that changes anything.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A verb on a unit.
    Unit(units::Verb, UnitName),
    /// Reboots the machine.
    HostReboot,
    /// Powers the machine off.
    HostPowerOff,
    /// Refreshes apt's lists (a job).
    PackagesRefresh,
    /// Upgrades packages (a job).
    PackagesUpgrade(Selection),
    /// Removes packages that nothing needs (a job).
    PackagesAutoremove,
    /// Mends an interrupted dpkg (a job).
    PackagesRepair,
    /// Keeps a package at its version (a job).
    PackageHold(PackageName),
    /// Lets it upgrade again (a job).
    PackageUnhold(PackageName),
    /// Cancels a job.
    JobCancel(JobId),
    /// Takes an incident on.
    IncidentAcknowledge(IncidentId),
    /// Silences an incident for so many minutes (1 to 1440).
    IncidentMute(IncidentId, u16),
    /// Keeps a keep-or-revert act.
    Keep(KeepId),
    /// Undoes a keep-or-revert act now.
    Revert(KeepId),
    /// Sets one's own language.
    AdminLanguage(Language),
    /// Makes a pairing code for a new admin.
    AdminAdd(Role),
    /// Removes a paired admin.
    AdminRemove(TelegramId),
    /// Changes a paired admin's role.
    AdminRole(TelegramId, Role),
    /// Makes a new TOTP secret for an admin, in force once confirmed.
    TotpEnrol(TelegramId),
    /// Confirms the new secret with its first code.
    TotpConfirm(TelegramId, TotpCode),
    /// Removes an admin's secret.
    TotpReset(TelegramId),
    /// Opens a lock after wrong codes.
    TotpUnlock(TelegramId),
    /// Changes a key of config.toml; the value as a person would type it.
    SettingSet(SettingKey, String),
    /// Takes a key out of config.toml, back to its default.
    SettingUnset(SettingKey),
    /// Records the filesystem that `files.root` stands on.
    FilesRootRecord,
}

/// How much an action asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// Runs at once.
    Safe,
    /// One confirm tap.
    Notable,
    /// A confirm tap and a code.
    Dangerous,
    /// Root on the machine only.
    Local,
}

/// A plan's id: sixteen random bytes, good once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlanId(pub [u8; 16]);

/// What will happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Takes it to `apply`.
    pub id: PlanId,
    /// The action.
    pub action: Action,
    /// Its risk.
    pub risk: Risk,
    /// This caller must bring a code.
    pub totp: bool,
    /// What the agent saw when it planned.
    pub effects: Vec<Effect>,
    /// When it expires.
    pub expires: Timestamp,
}

/// One thing worth knowing before a confirm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The unit's state now.
    UnitIs {
        /// ActiveState.
        active: units::Active,
        /// SubState.
        sub: String,
    },
    /// The unit is protected.
    Protected,
    /// It will be undone after so many seconds unless kept.
    KeepOrRevert {
        /// Seconds.
        seconds: u32,
    },
    /// Packages that change.
    Upgrades {
        /// Names, at most 40.
        names: Vec<PackageName>,
        /// How many.
        count: u32,
        /// How many from a security archive.
        security: u32,
        /// Bytes to download.
        download_bytes: u64,
    },
    /// potion-server itself is among them: bot and agent restart.
    UpgradesPotion,
    /// Packages that will be removed.
    Removes {
        /// Names, at most 40.
        names: Vec<PackageName>,
        /// How many.
        count: u32,
    },
    /// People who are logged in would be thrown out.
    Sessions {
        /// How many.
        count: u32,
    },
    /// Jobs that run would be interrupted.
    Jobs {
        /// How many.
        count: u32,
    },
    /// The key's value now and then, as TOML.
    Changes {
        /// Now.
        from: String,
        /// Then.
        to: String,
    },
    /// When the change takes effect.
    Applies(Applies),
}

/// What the caller brings to `apply`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// A tap, or a yes on the terminal.
    Confirmed,
    /// A tap and a code.
    Totp(TotpCode),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applied {
    /// It is done.
    Done,
    /// A unit verb ended.
    Unit(Box<units::Outcome>),
    /// A unit verb ended and waits for its Keep.
    KeepPending(Box<units::Outcome>, Keep),
    /// A job was started.
    Job(JobId),
    /// A pairing code for a new admin.
    Pairing {
        /// The code.
        code: PairingCode,
        /// When it expires.
        expires: Timestamp,
    },
    /// A new TOTP secret.
    Enrolled {
        /// The `otpauth://` URI for a QR code.
        uri: String,
        /// The secret in base32, to type.
        secret: String,
    },
    /// A setting changed.
    Setting(Applies),
    /// The filesystem was recorded.
    FilesRoot {
        /// Its UUID, or a fallback identity; for people.
        filesystem: String,
    },
}
