//! The risk of each action and the role it asks for. Both matches are exhaustive on purpose: a new
//! action does not compile until somebody decided.

use potion_config::{Config, Scope};
use potion_proto::actions::{Action, Risk};
use potion_proto::admins::Role;
use potion_proto::names::{SettingKey, UnitName};
use potion_proto::units::Verb;

use super::units::is_protected;

/// How much the action asks for.
#[must_use]
pub fn risk(config: &Config, action: &Action) -> Risk {
    match action {
        Action::Unit(verb, unit) => unit_risk(config, *verb, unit),
        Action::HostReboot
        | Action::HostPowerOff
        | Action::PackagesUpgrade(_)
        | Action::PackagesAutoremove
        | Action::PackagesRepair => Risk::Dangerous,
        Action::PackageHold(_) | Action::PackageUnhold(_) | Action::JobCancel(_) => Risk::Notable,
        Action::PackagesRefresh
        | Action::IncidentAcknowledge(_)
        | Action::IncidentMute(..)
        | Action::Keep(_)
        | Action::Revert(_)
        | Action::AdminLanguage(_) => Risk::Safe,
        Action::AdminAdd(_)
        | Action::AdminRemove(_)
        | Action::AdminRole(..)
        | Action::TotpEnrol(_)
        | Action::TotpConfirm(..)
        | Action::TotpReset(_)
        | Action::TotpUnlock(_)
        | Action::FilesRootRecord => Risk::Local,
        Action::SettingSet(key, _) | Action::SettingUnset(key) => setting_risk(key),
    }
}

fn unit_risk(config: &Config, verb: Verb, unit: &UnitName) -> Risk {
    match verb {
        Verb::Stop | Verb::Disable if is_protected(config, unit) => Risk::Dangerous,
        Verb::Start
        | Verb::Stop
        | Verb::Restart
        | Verb::Reload
        | Verb::Enable
        | Verb::Disable
        | Verb::ResetFailed => Risk::Notable,
    }
}

/// A key that nobody knows is local too: what it would do cannot be told.
fn setting_risk(key: &SettingKey) -> Risk {
    match potion_config::key(key.as_str()).map(|key| key.scope) {
        Some(Scope::Anyone) => Risk::Notable,
        Some(Scope::Local) | None => Risk::Local,
    }
}

/// The least role that may ask for it through the bot.
#[must_use]
pub fn required_role(config: &Config, action: &Action) -> Role {
    match action {
        Action::AdminLanguage(_) => Role::Viewer,
        // Keeping ends the safety net of a dangerous act; settings bind everybody.
        Action::Keep(_) | Action::SettingSet(..) | Action::SettingUnset(_) => Role::Owner,
        Action::Unit(..)
        | Action::HostReboot
        | Action::HostPowerOff
        | Action::PackagesRefresh
        | Action::PackagesUpgrade(_)
        | Action::PackagesAutoremove
        | Action::PackagesRepair
        | Action::PackageHold(_)
        | Action::PackageUnhold(_)
        | Action::JobCancel(_)
        | Action::IncidentAcknowledge(_)
        | Action::IncidentMute(..)
        | Action::Revert(_)
        | Action::AdminAdd(_)
        | Action::AdminRemove(_)
        | Action::AdminRole(..)
        | Action::TotpEnrol(_)
        | Action::TotpConfirm(..)
        | Action::TotpReset(_)
        | Action::TotpUnlock(_)
        | Action::FilesRootRecord => match risk(config, action) {
            Risk::Safe | Risk::Notable => Role::Operator,
            Risk::Dangerous | Risk::Local => Role::Owner,
        },
    }
}
