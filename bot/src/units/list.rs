//! The list: a line and a button for each unit.

use potion_proto::units::{Active, Unit};
use serde::Serialize;

use super::{Go, Spot, icon, short};
use crate::clock::now_seconds;
use crate::go;
use crate::screen::{self, Button, Screen};
use crate::words::{Words, active, with};

/// Buttons in a row.
const WIDTH: usize = 2;

/// What `services-list` names.
#[derive(Serialize)]
struct Values<'a> {
    units: Vec<Row<'a>>,
    all: bool,
    running: usize,
    failed: usize,
    page: usize,
    pages: usize,
}

/// `elapsed`: seconds in its state; None when it never was in another.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    state: &'static str,
    active: String,
    elapsed: Option<i64>,
}

/// The screen of one page.
pub(super) fn screen(words: &Words, units: &[Unit], spot: Spot, rows: usize) -> Screen {
    let (shown, pages) = screen::page(units, spot.page, rows);
    let spot = Spot {
        page: spot.page.min(pages - 1),
        ..spot
    };
    let count = |state| units.iter().filter(|unit| unit.active == state).count();
    let values = Values {
        units: shown.iter().map(|unit| row(words, unit)).collect(),
        all: spot.all,
        running: count(Active::Active),
        failed: count(Active::Failed),
        page: spot.page + 1,
        pages,
    };
    let key = if spot.all {
        "button-managed-units"
    } else {
        "button-all-units"
    };
    let other = Go::List(Spot {
        all: !spot.all,
        page: 0,
    });
    Screen::new(words.html("services-list", values))
        .grid(
            shown.iter().map(|unit| button(words, unit, spot)).collect(),
            WIDTH,
        )
        .pages(words, spot.page, pages, |page| {
            go::Go::Units(Go::List(Spot { page, ..spot }))
        })
        .row([Button::to(words.label(key), go::Go::Units(other))])
        .refresh_back(words, go::Go::Units(Go::List(spot)), go::Go::Menu)
}

fn row<'a>(words: &Words, unit: &'a Unit) -> Row<'a> {
    let elapsed = unit
        .since
        .map(|since| (now_seconds() - since.seconds()).max(0));
    Row {
        name: short(&unit.name),
        state: icon(unit.active),
        active: words.label(active(unit.active)),
        elapsed,
    }
}

fn button(words: &Words, unit: &Unit, spot: Spot) -> Button {
    let label = words.plain(
        "services-button",
        with([("state", icon(unit.active)), ("name", short(&unit.name))]),
    );
    Button::to(label, go::Go::Units(Go::Show(unit.name.clone(), spot)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{english, indonesian, labels, unit};

    #[test]
    fn the_list_says_how_many_run_and_each_unit_has_its_button() {
        let units = [
            unit("nginx.service", Active::Active),
            unit("backup.timer", Active::Failed),
        ];
        let screen = screen(&indonesian(), &units, Spot::default(), 8);
        assert!(
            screen.html.contains("1 berjalan") && screen.html.contains("1 gagal"),
            "{}",
            screen.html
        );
        let labels = labels(&screen);
        assert!(
            labels.iter().any(|label| label.ends_with(" nginx")),
            "{labels:?}"
        );
        assert!(
            labels.iter().any(|label| label.ends_with(" backup.timer")),
            "{labels:?}"
        );
    }

    #[test]
    fn an_empty_list_says_where_units_come_from() {
        let screen = screen(&english(), &[], Spot::default(), 8);
        assert!(screen.html.contains("units.managed"), "{}", screen.html);
    }

    #[test]
    fn a_page_beyond_the_list_is_its_last() {
        let units: Vec<Unit> = (0..5)
            .map(|n| unit(&format!("u{n}.service"), Active::Active))
            .collect();
        let screen = screen(&english(), &units, Spot { all: true, page: 9 }, 2);
        assert!(
            screen.html.contains("3/3") && screen.html.contains("u4"),
            "{}",
            screen.html
        );
    }
}
