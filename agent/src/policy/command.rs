//! The `sudo potionctl …` line of an action, ready to paste, and its short name in the audit log.

use potion_proto::actions::Action;
use potion_proto::admins::{Language, Role};
use potion_proto::packages::Selection;
use potion_proto::units::Verb;

/// What to type on the machine to have the same done.
#[must_use]
pub(crate) fn sudo_line(action: &Action) -> String {
    format!("sudo potionctl {}", words(action))
}

fn words(action: &Action) -> String {
    match action {
        Action::Unit(verb, unit) => format!("unit {} {}", verb_word(*verb), quoted(unit.as_str())),
        Action::HostReboot => "host reboot".to_owned(),
        Action::HostPowerOff => "host power-off".to_owned(),
        Action::PackagesRefresh => "package refresh".to_owned(),
        Action::PackagesUpgrade(selection) => upgrade(selection),
        Action::PackagesAutoremove => "package autoremove".to_owned(),
        Action::PackagesRepair => "package repair".to_owned(),
        Action::PackageHold(name) => format!("package hold {name}"),
        Action::PackageUnhold(name) => format!("package unhold {name}"),
        Action::JobCancel(id) => format!("job cancel {id}"),
        Action::IncidentAcknowledge(id) => format!("incident ack {id}"),
        Action::IncidentMute(id, minutes) => format!("incident mute {id} --minutes {minutes}"),
        Action::Keep(id) => format!("keep {}", id.0),
        Action::Revert(id) => format!("revert {}", id.0),
        Action::AdminLanguage(language) => format!("admin language {}", language_word(*language)),
        Action::AdminAdd(role) => format!("admin add --role {}", role_word(*role)),
        Action::AdminRemove(id) => format!("admin remove {id}"),
        Action::AdminRole(id, role) => format!("admin role {id} {}", role_word(*role)),
        Action::TotpEnrol(id) => format!("totp enrol {id}"),
        Action::TotpConfirm(id, _) => format!("totp enrol {id}"),
        Action::TotpReset(id) => format!("totp reset {id}"),
        Action::TotpUnlock(id) => format!("totp unlock {id}"),
        Action::SettingSet(key, value) => format!("config set {key} {}", quoted(value)),
        Action::SettingUnset(key) => format!("config unset {key}"),
        Action::FilesRootRecord => "setup".to_owned(),
    }
}

/// The action in the audit log (`unit restart nginx.service`). Never holds a code or a value.
#[must_use]
pub(crate) fn audit_line(action: &Action) -> String {
    match action {
        Action::SettingSet(key, _) => format!("config set {key}"),
        other => words(other),
    }
}

fn upgrade(selection: &Selection) -> String {
    match selection {
        Selection::All => "package upgrade".to_owned(),
        Selection::Security => "package upgrade --security".to_owned(),
        Selection::Chosen(names) => {
            let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            format!("package upgrade {}", names.join(" "))
        }
    }
}

fn verb_word(verb: Verb) -> &'static str {
    match verb {
        Verb::Start => "start",
        Verb::Stop => "stop",
        Verb::Restart => "restart",
        Verb::Reload => "reload",
        Verb::Enable => "enable",
        Verb::Disable => "disable",
        Verb::ResetFailed => "reset-failed",
    }
}

/// The role's word in config.toml and on the command line.
#[must_use]
pub(crate) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Viewer => "viewer",
        Role::Operator => "operator",
        Role::Owner => "owner",
    }
}

/// The language's word in config.toml.
#[must_use]
pub(crate) fn language_word(language: Language) -> &'static str {
    match language {
        Language::Id => "id",
        Language::En => "en",
    }
}

/// A word for a POSIX shell: as it is when nothing in it is special, else in single quotes.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-:@/,=+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
