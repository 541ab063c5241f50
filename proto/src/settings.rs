//! Keys of config.toml as callers see and change them.

use serde::{Deserialize, Serialize};

use crate::names::SettingKey;

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The key.
    pub key: SettingKey,
    /// Its value now, as TOML.
    pub value: String,
    /// Its default, as TOML.
    pub default: String,
    /// What it means, one line.
    pub doc: String,
    /// Only root on the machine may change it.
    pub local: bool,
    /// When a change takes effect.
    pub applies: Applies,
}

/// When a change takes effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applies {
    /// At once.
    Now,
    /// After this is restarted (`potiond.service`, `potion-bot.service`).
    AfterRestart(String),
}
