//! Which units may be acted on.
//!
//! Through the bot, and for members of group `potion`, verbs act only on services, timers and sockets
//! that `units.managed` lists. Some names nobody may act on through us, root included, even when
//! listed: `StartUnit("reboot.target")` reboots, `debug-shell.service` is a root shell.

use potion_config::Config;
use potion_proto::names::UnitName;
use potion_proto::units::Verb;
use potion_proto::{Code, Failure};

use super::{Actor, Caller};

/// Beginnings of names that are never accepted.
pub const NEVER: [&str; 7] = [
    "potion",
    "systemd-",
    "apt-",
    "dbus",
    "debug-shell",
    "rescue",
    "emergency",
];

const KINDS: [&str; 3] = ["service", "timer", "socket"];

const VERBS: [Verb; 7] = [
    Verb::Start,
    Verb::Stop,
    Verb::Restart,
    Verb::Reload,
    Verb::Enable,
    Verb::Disable,
    Verb::ResetFailed,
];

/// Whether the actor may use verbs on the unit at all.
///
/// # Errors
/// `unit-refused` for what nobody may touch, `unit-unmanaged` and `local-only` for what root alone may.
pub fn unit_rules(config: &Config, actor: &Actor, unit: &UnitName) -> Result<(), Failure> {
    if is_never_accepted(unit) {
        return Err(refused(unit));
    }
    match actor.caller {
        Caller::Local { .. } => Ok(()),
        Caller::Bot { .. } | Caller::Member { .. } if is_managed(config, unit) => Ok(()),
        Caller::Bot { .. } | Caller::Member { .. } => Err(unmanaged(unit)),
    }
}

/// The verbs that a screen may offer to this actor.
#[must_use]
pub fn unit_verbs(config: &Config, actor: &Actor, unit: &UnitName) -> Vec<Verb> {
    let offered = |verb: &Verb| super::permit(config, actor, &action(*verb, unit)).is_ok();
    VERBS.into_iter().filter(offered).collect()
}

fn action(verb: Verb, unit: &UnitName) -> potion_proto::actions::Action {
    potion_proto::actions::Action::Unit(verb, unit.clone())
}

/// systemd escapes (`\x2d` for `-`) name the same unit only to those who unescape, so a name that
/// holds one is compared as it stands; systemd does not resolve escapes when it looks a unit up.
fn is_never_accepted(unit: &UnitName) -> bool {
    let name = unit.as_str();
    !KINDS.contains(&unit.kind()) || NEVER.iter().any(|start| name.starts_with(start))
}

/// Listed in `units.managed`.
pub(crate) fn is_managed(config: &Config, unit: &UnitName) -> bool {
    config
        .units()
        .managed()
        .iter()
        .any(|name| name == unit.as_str())
}

/// Listed in `units.protected`.
pub(crate) fn is_protected(config: &Config, unit: &UnitName) -> bool {
    config
        .units()
        .protected()
        .iter()
        .any(|name| name == unit.as_str())
}

fn refused(unit: &UnitName) -> Failure {
    let sentence = format!("nobody may act on {unit} through Potion; use systemctl on the machine");
    Failure::new(Code::UnitRefused, unit.as_str(), sentence)
}

fn unmanaged(unit: &UnitName) -> Failure {
    let sentence =
        format!("{unit} is read-only here: it is not in units.managed; root can add it there");
    Failure::new(Code::UnitUnmanaged, unit.as_str(), sentence)
}
