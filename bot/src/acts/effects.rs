//! What a plan says will happen, in words.

use potion_proto::actions::{Effect, Plan};
use potion_proto::names::PackageName;
use potion_proto::settings::Applies;
use serde::Serialize;

use super::title::title;
use crate::words::{Words, active, with};

/// Names of packages that are shown; the rest is counted.
const NAMES_SHOWN: usize = 8;

/// The action and all that is worth knowing before a confirm; plain text, a line each.
pub(super) fn summary(words: &Words, plan: &Plan) -> String {
    let effects = plan.effects.iter().filter_map(|effect| line(words, effect));
    std::iter::once(title(words, &plan.action))
        .chain(effects)
        .collect::<Vec<_>>()
        .join("\n")
}

fn line(words: &Words, effect: &Effect) -> Option<String> {
    Some(match effect {
        Effect::UnitIs { active: state, sub } => words.plain(
            "effect-unit-is",
            with([
                ("active", words.label(active(*state)).as_str()),
                ("sub", sub.as_str()),
            ]),
        ),
        Effect::Protected => words.label("effect-protected"),
        Effect::KeepOrRevert { seconds } => {
            words.plain("effect-keep-or-revert", with([("seconds", seconds)]))
        }
        Effect::Upgrades {
            names,
            count,
            security,
            download_bytes,
        } => words.plain(
            "effect-upgrades",
            Upgrades {
                names: shown(names),
                count: *count,
                security: *security,
                download: *download_bytes,
            },
        ),
        Effect::UpgradesPotion => words.label("effect-upgrades-potion"),
        Effect::Removes { names, count } => words.plain(
            "effect-removes",
            Upgrades {
                names: shown(names),
                count: *count,
                security: 0,
                download: 0,
            },
        ),
        Effect::Sessions { count } => words.plain("effect-sessions", with([("count", count)])),
        Effect::Jobs { count } => words.plain("effect-jobs", with([("count", count)])),
        Effect::Changes { from, to } => {
            words.plain("effect-changes", with([("from", from), ("to", to)]))
        }
        Effect::Applies(Applies::Now) => return None,
        Effect::Applies(Applies::AfterRestart(what)) => {
            words.plain("effect-applies", with([("what", what)]))
        }
    })
}

#[derive(Serialize)]
struct Upgrades {
    names: String,
    count: u32,
    security: u32,
    download: u64,
}

fn shown(names: &[PackageName]) -> String {
    let some: Vec<&str> = names
        .iter()
        .take(NAMES_SHOWN)
        .map(PackageName::as_str)
        .collect();
    let more = if names.len() > NAMES_SHOWN {
        ", …"
    } else {
        ""
    };
    format!("{}{more}", some.join(", "))
}
