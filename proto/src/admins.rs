//! The people who may use the bot.

use serde::{Deserialize, Serialize};

use crate::names::TelegramId;
use crate::time::Timestamp;

/// What one may do. Each includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Acts.
    Operator,
    /// Acts dangerously, with a code.
    Owner,
}

/// The languages of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Indonesian.
    Id,
    /// English.
    En,
}

/// One admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admin {
    /// Their Telegram user id.
    pub id: TelegramId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Their language; None means the configuration's.
    pub language: Option<Language>,
    /// Stands in config.toml (else paired).
    pub configured: bool,
    /// A TOTP secret is enrolled.
    pub totp: bool,
    /// When they were paired; None for configured ones.
    pub paired: Option<Timestamp>,
}

/// A person as Telegram describes them to the bot; words, not proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their Telegram user id.
    pub id: TelegramId,
    /// Their display name; at most 128 characters count.
    pub name: String,
    /// Their language, when it is one of ours.
    pub language: Option<Language>,
}
