//! A unit by what somebody typed: the unit itself, or the names that they may have meant.

use potion_config::distance;
use potion_proto::client::CallError;
use potion_proto::failure::Code;
use potion_proto::names::UnitName;
use potion_proto::units::{Scope, Unit};
use serde::Serialize;

use super::{Go, Spot, detail, icon, short, show};
use crate::fault::Fault;
use crate::go;
use crate::reply::Reply;
use crate::screen::{Button, Screen};
use crate::visit::Visit;
use crate::words::{Words, with};

/// Names that are offered.
const OFFERED: usize = 6;
/// Characters of what was typed that are said back.
const TYPED_MAX_CHARS: usize = 60;

/// What `services-unknown` names.
#[derive(Serialize)]
struct Values {
    typed: String,
    near: usize,
}

/// Opens the unit, or offers the nearest names.
pub(super) async fn open(visit: &Visit, typed: &str) -> Result<Reply, Fault> {
    if let Ok(name) = UnitName::with_default_type(typed) {
        match show(visit, &name).await {
            Err(Fault::Call(CallError::Failure(failure))) if failure.code == Code::NotFound => {}
            Ok(found) if found.unit.load == "not-found" => {}
            Ok(found) => {
                let screen = detail::screen(&visit.words, &found, Spot::default());
                return Ok(Reply::Screen(screen));
            }
            Err(other) => return Err(other),
        }
    }
    let near = nearest(visit, typed).await?;
    Ok(Reply::Screen(screen(
        &visit.words,
        typed,
        &near,
        Go::unit,
        Go::home(),
    )))
}

/// The units whose names come nearest to what was typed, best first.
pub(crate) async fn nearest(visit: &Visit, typed: &str) -> Result<Vec<Unit>, Fault> {
    let asked =
        visit.ask(|stub, context, by| async move { stub.unit_list(context, by, Scope::All).await });
    let mut ranked: Vec<(usize, Unit)> = asked
        .await?
        .into_iter()
        .filter_map(|unit| Some((rank(typed, &unit.name)?, unit)))
        .collect();
    ranked.sort_by_key(|(rank, unit)| (*rank, !unit.managed));
    Ok(ranked
        .into_iter()
        .take(OFFERED)
        .map(|(_, unit)| unit)
        .collect())
}

/// How far a name is from what was typed; None when it has nothing of it.
fn rank(typed: &str, name: &UnitName) -> Option<usize> {
    let typed = typed.trim().to_ascii_lowercase();
    let typed = typed.strip_suffix(".service").unwrap_or(&typed);
    let name = short(name).to_ascii_lowercase();
    if typed.is_empty() {
        return None;
    }
    if name.starts_with(typed) {
        return Some(0);
    }
    if name.contains(typed) {
        return Some(1);
    }
    let edits = distance(typed, &name);
    (edits <= typed.chars().count().div_ceil(3)).then_some(1 + edits)
}

/// “There is no such unit”, with the names that come near.
pub(crate) fn screen(
    words: &Words,
    typed: &str,
    near: &[Unit],
    to: impl Fn(UnitName) -> go::Go,
    list: go::Go,
) -> Screen {
    let said = typed
        .chars()
        .filter(|c| !c.is_control())
        .take(TYPED_MAX_CHARS)
        .collect();
    let button = |unit: &Unit| {
        let label = words.plain(
            "services-button",
            with([("state", icon(unit.active)), ("name", short(&unit.name))]),
        );
        Button::to(label, to(unit.name.clone()))
    };
    Screen::new(words.html(
        "services-unknown",
        Values {
            typed: said,
            near: near.len(),
        },
    ))
    .grid(near.iter().map(button).collect(), 2)
    .row([Button::to(words.label("button-to-list"), list)])
}

#[cfg(test)]
mod tests {
    use potion_proto::units::Active;

    use super::*;
    use crate::samples::{indonesian, labels, unit, unit_name};

    #[test]
    fn a_slip_is_near_and_nonsense_is_not() {
        let rank = |typed: &str| rank(typed, &unit_name("nginx.service"));
        assert_eq!(rank("ngin"), Some(0));
        assert_eq!(rank("NGINX.service"), Some(0));
        assert_eq!(rank("inx"), Some(1));
        assert_eq!(rank("ngnix"), Some(3));
        assert_eq!(rank("docker"), None);
        assert_eq!(rank(" "), None);
    }

    #[test]
    fn what_was_typed_is_said_back_without_markup_beside_what_was_meant() {
        let near = [unit("nginx.service", Active::Active)];
        let screen = screen(&indonesian(), "<b>ngin\n", &near, Go::unit, Go::home());
        assert!(screen.html.contains("&lt;b&gt;ngin"), "{}", screen.html);
        assert!(labels(&screen)[0].ends_with("nginx") && labels(&screen).len() == 2);
    }
}
