//! An action in a few words.

use potion_proto::actions::Action;
use potion_proto::packages::Selection;
use potion_proto::units::Verb;

use crate::words::{Words, with};

/// What an action is called: “Restart nginx.service”. Plain text, one line.
pub(crate) fn title(words: &Words, action: &Action) -> String {
    let (key, what) = named(action);
    words.plain(key, with([("what", what)]))
}

/// The catalogue's key, and what the action is about.
fn named(action: &Action) -> (&'static str, String) {
    match action {
        Action::Unit(verb, unit) => (of_verb(*verb), unit.to_string()),
        Action::HostReboot => ("action-reboot", String::new()),
        Action::HostPowerOff => ("action-power-off", String::new()),
        Action::PackagesRefresh => ("action-packages-refresh", String::new()),
        Action::PackagesUpgrade(selection) => of_upgrade(selection),
        Action::PackagesAutoremove => ("action-packages-autoremove", String::new()),
        Action::PackagesRepair => ("action-packages-repair", String::new()),
        Action::PackageHold(package) => ("action-package-hold", package.to_string()),
        Action::PackageUnhold(package) => ("action-package-unhold", package.to_string()),
        Action::JobCancel(job) => ("action-job-cancel", job.to_string()),
        Action::IncidentAcknowledge(incident) => {
            ("action-incident-acknowledge", incident.to_string())
        }
        Action::IncidentMute(incident, _) => ("action-incident-mute", incident.to_string()),
        Action::Keep(_) => ("action-keep", String::new()),
        Action::Revert(_) => ("action-revert", String::new()),
        Action::AdminLanguage(_) => ("action-language", String::new()),
        Action::SettingSet(key, _) => ("action-setting-set", key.to_string()),
        Action::SettingUnset(key) => ("action-setting-unset", key.to_string()),
        Action::AdminAdd(_)
        | Action::AdminRemove(_)
        | Action::AdminRole(..)
        | Action::TotpEnrol(_)
        | Action::TotpConfirm(..)
        | Action::TotpReset(_)
        | Action::TotpUnlock(_)
        | Action::FilesRootRecord => ("action-local", String::new()),
    }
}

fn of_verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Start => "action-unit-start",
        Verb::Stop => "action-unit-stop",
        Verb::Restart => "action-unit-restart",
        Verb::Reload => "action-unit-reload",
        Verb::Enable => "action-unit-enable",
        Verb::Disable => "action-unit-disable",
        Verb::ResetFailed => "action-unit-reset-failed",
    }
}

fn of_upgrade(selection: &Selection) -> (&'static str, String) {
    match selection {
        Selection::All => ("action-packages-upgrade", String::new()),
        Selection::Security => ("action-packages-upgrade-security", String::new()),
        Selection::Chosen(names) => {
            let names: Vec<&str> = names.iter().take(3).map(|name| name.as_str()).collect();
            ("action-packages-upgrade-chosen", names.join(", "))
        }
    }
}
