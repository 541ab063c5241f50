//! What runs on code that was replaced. Restarting it is the person's choice, never apt's.

use potion_proto::actions::Action;
use potion_proto::admins::Role;
use potion_proto::names::UnitName;
use potion_proto::packages::Restarts;
use potion_proto::units::Verb;
use serde::Serialize;

use super::{Go, to};
use crate::go;
use crate::screen::{Button, Screen};
use crate::units;
use crate::words::{Words, with};

/// Units of others that are named; the rest is counted.
const NAMED: usize = 15;

/// What `updates-restarts` names.
#[derive(Serialize)]
struct Values<'a> {
    unknown: bool,
    units: usize,
    /// Those that the bot may not restart.
    others: Vec<&'a str>,
    others_more: usize,
    kernel: &'a str,
    waiting: Option<&'a str>,
}

/// The screen: a button for each unit that the bot may restart.
pub(super) fn screen(words: &Words, restarts: &Restarts, managed: &[String], role: Role) -> Screen {
    let is_ours = |unit: &&UnitName| managed.iter().any(|name| name == unit.as_str());
    let (ours, others): (Vec<&UnitName>, Vec<&UnitName>) = restarts.units.iter().partition(is_ours);
    let values = Values {
        unknown: restarts.unknown,
        units: restarts.units.len(),
        others: others
            .iter()
            .take(NAMED)
            .map(|unit| unit.as_str())
            .collect(),
        others_more: others.len().saturating_sub(NAMED),
        kernel: &restarts.kernel,
        waiting: restarts.kernel_waiting.as_deref(),
    };
    let act = |label: String, action| Button::to(label, go::Go::act(action, to(Go::Restarts)));
    let restart = |unit: &&UnitName| {
        let label = words.plain("button-restart-unit", with([("name", units::short(unit))]));
        act(label, Action::Unit(Verb::Restart, (*unit).clone()))
    };
    let buttons = if role >= Role::Operator {
        ours.iter().map(restart).collect()
    } else {
        Vec::new()
    };
    let reboot = role >= Role::Owner && restarts.kernel_waiting.is_some();
    Screen::new(words.html("updates-restarts", values))
        .grid(buttons, 2)
        .row(reboot.then(|| act(words.label("button-reboot"), Action::HostReboot)))
        .refresh_back(words, to(Go::Restarts), to(Go::Home))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{indonesian, labels, unit_name};

    fn restarts() -> Restarts {
        Restarts {
            unknown: false,
            units: vec![unit_name("nginx.service"), unit_name("dbus.service")],
            kernel: "6.1.0-18".to_owned(),
            kernel_waiting: Some("6.1.0-21<b>".to_owned()),
        }
    }

    #[test]
    fn only_what_the_bot_may_restart_has_a_button() {
        let managed = ["nginx.service".to_owned()];
        let screen = screen(&indonesian(), &restarts(), &managed, Role::Owner);
        let found = labels(&screen);
        assert!(
            found[0].contains("nginx") && found[1].contains("Reboot") && found.len() == 4,
            "{found:?}"
        );
        assert!(
            screen.html.contains("dbus.service") && screen.html.contains("6.1.0-21&lt;b&gt;"),
            "{}",
            screen.html
        );
    }

    #[test]
    fn a_viewer_reads_only() {
        let managed = ["nginx.service".to_owned()];
        assert_eq!(
            labels(&screen(&indonesian(), &restarts(), &managed, Role::Viewer)).len(),
            2
        );
    }

    #[test]
    fn nothing_known_says_how_to_know() {
        let unknown = Restarts {
            unknown: true,
            ..Restarts::default()
        };
        assert!(
            screen(&indonesian(), &unknown, &[], Role::Owner)
                .html
                .contains("needrestart")
        );
    }
}
