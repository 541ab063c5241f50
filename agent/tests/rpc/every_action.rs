//! Every action there is, for those who try them all.

use potion_agent::testing::telegram_id;
use potion_proto::actions::Action;
use potion_proto::admins::{Language, Role};
use potion_proto::events::KeepId;
use potion_proto::incidents::IncidentId;
use potion_proto::jobs::JobId;
use potion_proto::names::{PackageName, SettingKey, TotpCode, UnitName};
use potion_proto::packages::Selection;
use potion_proto::units::Verb;

use crate::OWNER;

pub(crate) const VERBS: [Verb; 7] = [
    Verb::Start,
    Verb::Stop,
    Verb::Restart,
    Verb::Reload,
    Verb::Enable,
    Verb::Disable,
    Verb::ResetFailed,
];

/// Every verb on each of these units.
pub(crate) fn on(units: &[&str]) -> Vec<Action> {
    let each = |name: &&str| {
        let name = UnitName::new(*name).unwrap();
        VERBS.map(|verb| Action::Unit(verb, name.clone()))
    };
    units.iter().flat_map(each).collect()
}

pub(crate) fn local() -> Vec<Action> {
    let key = |name: &str| SettingKey::new(name).unwrap();
    let mut all = vec![
        Action::AdminAdd(Role::Owner),
        Action::AdminRemove(telegram_id(OWNER)),
        Action::AdminRole(telegram_id(2_001), Role::Owner),
        Action::TotpEnrol(telegram_id(OWNER)),
        Action::TotpConfirm(telegram_id(OWNER), TotpCode::new("123456").unwrap()),
        Action::TotpReset(telegram_id(OWNER)),
        Action::TotpUnlock(telegram_id(OWNER)),
        Action::FilesRootRecord,
        Action::SettingSet(key("no.such-key"), "1".into()),
    ];
    let local = potion_config::keys().filter(|key| key.scope == potion_config::Scope::Local);
    for setting in local {
        all.push(Action::SettingSet(key(setting.name), "1".into()));
        all.push(Action::SettingUnset(key(setting.name)));
    }
    all
}

pub(crate) fn dangerous() -> Vec<Action> {
    let package = PackageName::new("nginx").unwrap();
    vec![
        Action::HostReboot,
        Action::HostPowerOff,
        Action::PackagesUpgrade(Selection::All),
        Action::PackagesUpgrade(Selection::Security),
        Action::PackagesUpgrade(Selection::Chosen(vec![package])),
        Action::PackagesAutoremove,
        Action::PackagesRepair,
        Action::Unit(Verb::Stop, UnitName::new("ssh.service").unwrap()),
        Action::Unit(Verb::Disable, UnitName::new("ssh.service").unwrap()),
    ]
}

/// What needs no code: each is an operator's or an owner's to do with a tap.
pub(crate) fn harmless() -> Vec<Action> {
    let package = PackageName::new("nginx").unwrap();
    let key = SettingKey::new("thresholds.disk-percent").unwrap();
    let mut all = vec![
        Action::PackagesRefresh,
        Action::PackageHold(package.clone()),
        Action::PackageUnhold(package),
        Action::JobCancel(JobId(1)),
        Action::IncidentAcknowledge(IncidentId(1)),
        Action::IncidentMute(IncidentId(1), 60),
        Action::Keep(KeepId(1)),
        Action::Revert(KeepId(1)),
        Action::SettingSet(key.clone(), "85".into()),
        Action::SettingUnset(key),
    ];
    all.extend(on(&["nginx.service"]));
    all
}

/// What is everybody's own.
pub(crate) const OWN: Action = Action::AdminLanguage(Language::En);
