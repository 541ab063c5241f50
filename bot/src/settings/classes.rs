//! What may ring: a press mutes a class or lets it ring again.

use potion_config::{EventClass, Notify};
use potion_proto::actions::Action;
use potion_proto::admins::Role;

use super::{Go, key, to};
use crate::go;
use crate::screen::{Button, Screen};
use crate::words::{Words, with};

/// Every class, with the catalogue's key of its name.
const CLASSES: [(EventClass, &str); 6] = [
    (EventClass::Units, "settings-class-units"),
    (EventClass::Crashes, "settings-class-crashes"),
    (EventClass::Host, "settings-class-host"),
    (EventClass::Security, "settings-class-security"),
    (EventClass::Jobs, "settings-class-jobs"),
    (EventClass::Packages, "settings-class-packages"),
];
const KEY: &str = "notify.muted";

/// The screen; those who may not change it see how it stands.
pub(super) fn screen(words: &Words, notify: &Notify, role: Role) -> Screen {
    let buttons = CLASSES
        .iter()
        .map(|(class, _)| toggle(words, notify, *class, role))
        .collect();
    Screen::new(words.say("settings-notifications"))
        .grid(buttons, 2)
        .refresh_back(words, to(Go::Classes), to(Go::Home))
}

/// A class by its name.
pub(super) fn label(words: &Words, class: EventClass) -> String {
    let named = CLASSES.iter().find(|(known, _)| *known == class);
    named.map_or_else(String::new, |(_, key)| words.label(key))
}

fn toggle(words: &Words, notify: &Notify, class: EventClass, role: Role) -> Button {
    let rings = !notify.is_muted(class);
    let name = label(words, class);
    let label = words.plain(
        if rings {
            "button-rings"
        } else {
            "button-silent"
        },
        with([("label", &name)]),
    );
    let go = key(KEY).filter(|_| role >= Role::Owner).map(|key| {
        go::Go::act(
            Action::SettingSet(key, muted_after(notify, class)),
            to(Go::Classes),
        )
    });
    Button::to(label, go.unwrap_or(to(Go::Classes)))
}

/// The list as the file writes it, with one class turned over.
fn muted_after(notify: &Notify, class: EventClass) -> String {
    let muted = |known: EventClass| notify.is_muted(known) != (known == class);
    let words: Vec<String> = EventClass::ALL
        .iter()
        .filter(|known| muted(**known))
        .map(|known| format!("{:?}", known.word()))
        .collect();
    format!("[{}]", words.join(", "))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use potion_config::Config;

    use super::*;
    use crate::samples::{english, labels};

    #[test]
    fn a_press_turns_one_class_over_and_keeps_the_others() {
        let config = Config::parse("[notify]\nmuted = [\"jobs\"]\n", "test").unwrap();
        assert_eq!(
            muted_after(config.notify(), EventClass::Host),
            "[\"jobs\", \"host\"]"
        );
        assert_eq!(muted_after(config.notify(), EventClass::Jobs), "[]");
    }

    #[test]
    fn only_an_owner_changes_what_rings_for_all() {
        let acting = |role| {
            let screen = screen(&english(), Config::default().notify(), role);
            screen
                .rows
                .iter()
                .flatten()
                .filter(|button| matches!(button.go, go::Go::Act { .. }))
                .count()
        };
        assert_eq!(
            (acting(Role::Owner), acting(Role::Operator)),
            (CLASSES.len(), 0)
        );
    }

    #[test]
    fn a_muted_class_looks_muted() {
        let config = Config::parse("[notify]\nmuted = [\"jobs\"]\n", "test").unwrap();
        let found = labels(&screen(&english(), config.notify(), Role::Owner));
        assert_eq!(
            found.iter().filter(|label| label.contains('🔕')).count(),
            1,
            "{found:?}"
        );
    }
}
