//! Numbers that are changed in steps: − and +, or a tap on the number to type one.

use potion_config::Kind;
use potion_proto::actions::Action;
use potion_proto::admins::Role;
use potion_proto::names::SettingKey;
use potion_proto::settings::Setting;
use serde::Serialize;

use super::{Go, to};
use crate::go;
use crate::screen::{Button, Screen};
use crate::words::{Words, with};

/// A key, its step in tenths, the catalogue's key of its name, and its emoji.
const STEPS: [(&str, i64, &str, &str); 6] = [
    ("thresholds.disk-percent", 50, "settings-step-disk", "disk"),
    (
        "thresholds.memory-percent",
        50,
        "settings-step-memory",
        "memory",
    ),
    ("thresholds.swap-percent", 50, "settings-step-swap", "swap"),
    (
        "thresholds.temperature-celsius",
        50,
        "settings-step-temperature",
        "temperature",
    ),
    ("thresholds.load-per-core", 5, "settings-step-load", "load"),
    ("feedback.delay-ms", 1_000, "settings-step-delay", "working"),
];

/// What `settings-steps` names.
#[derive(Serialize)]
struct Values {
    steps: Vec<String>,
    owner: bool,
}

/// The screen; a row for each number.
pub(super) fn screen(words: &Words, settings: &[Setting], role: Role) -> Screen {
    let known = |name: &str| settings.iter().find(|setting| setting.key.as_str() == name);
    let found: Vec<(&Setting, i64, &str, &str)> = STEPS
        .iter()
        .filter_map(|(name, step, key, icon)| Some((known(name)?, *step, *key, *icon)))
        .collect();
    let label = |setting: &Setting, key: &str| words.plain(key, with([("value", &setting.value)]));
    let values = Values {
        steps: found
            .iter()
            .map(|(setting, _, key, _)| label(setting, key))
            .collect(),
        owner: role >= Role::Owner,
    };
    let mut screen = Screen::new(words.html("settings-steps", values));
    for (setting, step, _, icon) in found.iter().filter(|_| role >= Role::Owner) {
        let named = with([("icon", *icon), ("value", setting.value.as_str())]);
        let edit = to(Go::Edit(setting.key.clone()));
        let middle = Button::to(words.plain("button-step", named), edit);
        let less = stepped(words, setting, -step, "button-less");
        let more = stepped(words, setting, *step, "button-more");
        screen = screen.row(less.into_iter().chain([middle]).chain(more));
    }
    screen.refresh_back(words, to(Go::Steps), to(Go::Home))
}

/// A button that sets the number `step` tenths further; None where that is out of bounds.
fn stepped(words: &Words, setting: &Setting, step: i64, label: &str) -> Option<Button> {
    let value = after(&setting.key, &setting.value, step)?;
    let action = Action::SettingSet(setting.key.clone(), value);
    Some(Button::to(
        words.label(label),
        go::Go::act(action, to(Go::Steps)),
    ))
}

fn after(key: &SettingKey, value: &str, step: i64) -> Option<String> {
    let tenths = tenths(value)? + step;
    let within = |min: i64, max: i64| (min..=max).contains(&tenths);
    match potion_config::key(key.as_str())?.kind {
        Kind::Whole { min, max, .. } => {
            let bound = |number: u64| i64::try_from(number).unwrap_or(i64::MAX).saturating_mul(10);
            within(bound(min), bound(max)).then(|| (tenths / 10).to_string())
        }
        Kind::Decimal {
            min_tenths,
            max_tenths,
        } => within(min_tenths.into(), max_tenths.into())
            .then(|| format!("{}.{}", tenths / 10, tenths % 10)),
        _ => None,
    }
}

/// A number as TOML writes it, in tenths.
fn tenths(value: &str) -> Option<i64> {
    let (whole, rest) = value.split_once('.').unwrap_or((value, "0"));
    let tenth: i64 = rest.get(..1)?.parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 10 + tenth)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{indonesian, labels};
    use crate::settings::samples::setting;

    fn stepped_to(name: &str, value: &str, step: i64) -> Option<String> {
        after(&setting(name, value).key, value, step)
    }

    #[test]
    fn a_step_stays_within_the_keys_bounds() {
        assert_eq!(
            stepped_to("thresholds.disk-percent", "90", 50),
            Some("95".to_owned())
        );
        assert_eq!(stepped_to("thresholds.disk-percent", "98", 50), None);
        assert_eq!(
            stepped_to("thresholds.load-per-core", "4.0", -5),
            Some("3.5".to_owned())
        );
        assert_eq!(stepped_to("feedback.delay-ms", "50", -1_000), None);
        assert_eq!(stepped_to("thresholds.disk-percent", "many", 50), None);
    }

    #[test]
    fn every_step_is_a_number_of_the_configuration() {
        for (name, _, _, _) in STEPS {
            let value = potion_config::Config::default().value(name);
            assert!(
                value.as_deref().and_then(tenths).is_some(),
                "{name}: {value:?}"
            );
        }
    }

    #[test]
    fn an_owner_steps_and_others_look() {
        let settings = [setting("thresholds.disk-percent", "90")];
        let owner = screen(&indonesian(), &settings, Role::Owner);
        assert_eq!(owner.rows[0].len(), 3, "{:?}", labels(&owner));
        let viewer = screen(&indonesian(), &settings, Role::Viewer);
        assert!(viewer.html.contains("90") && labels(&viewer).len() == 2);
    }
}
