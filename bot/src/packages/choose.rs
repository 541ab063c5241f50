//! Packages to choose from; the choice travels with the buttons, so that nothing is left behind when somebody
//! walks away.

use potion_proto::actions::Action;
use potion_proto::names::PackageName;
use potion_proto::packages::{Selection, Status, Upgradable};
use serde::Serialize;

use super::{Go, find, to};
use crate::go;
use crate::screen::{self, Button, Screen};
use crate::words::{Words, with};

/// What `updates-choose` names.
#[derive(Serialize)]
struct Values {
    chosen: usize,
    download: u64,
    page: usize,
    pages: usize,
}

/// The screen: a press takes a package in or out.
pub(super) fn screen(
    words: &Words,
    status: &Status,
    chosen: &[PackageName],
    page: usize,
    rows: usize,
) -> Screen {
    let offered: Vec<&Upgradable> = status
        .upgradable
        .iter()
        .filter(|package| !package.held)
        .collect();
    let chosen: Vec<PackageName> = chosen
        .iter()
        .filter(|name| find(status, name).is_some())
        .cloned()
        .collect();
    let (shown, pages) = screen::page(&offered, page, rows);
    let page = page.min(pages - 1);
    let download = chosen
        .iter()
        .filter_map(|name| find(status, name))
        .map(|package| package.download_bytes)
        .sum();
    let values = Values {
        chosen: chosen.len(),
        download,
        page: page + 1,
        pages,
    };
    let here = to(Go::Choose {
        chosen: chosen.clone(),
        page,
    });
    let upgrade = || {
        let action = Action::PackagesUpgrade(Selection::Chosen(chosen.clone()));
        let label = words.plain("button-upgrade-chosen", with([("count", chosen.len())]));
        Button::to(label, go::Go::act(action, here.clone()))
    };
    Screen::new(words.html("updates-choose", values))
        .grid(
            shown
                .iter()
                .map(|package| toggle(words, package, &chosen, page))
                .collect(),
            1,
        )
        .pages(words, page, pages, |page| {
            to(Go::Choose {
                chosen: chosen.clone(),
                page,
            })
        })
        .row((!chosen.is_empty()).then(upgrade))
        .refresh_back(words, here.clone(), to(Go::Home))
}

fn toggle(words: &Words, package: &Upgradable, chosen: &[PackageName], page: usize) -> Button {
    let on = chosen.contains(&package.name);
    let mut after: Vec<PackageName> = chosen
        .iter()
        .filter(|name| **name != package.name)
        .cloned()
        .collect();
    if !on {
        after.push(package.name.clone());
    }
    let key = match (on, package.security) {
        (true, _) => "button-chosen",
        (false, true) => "button-choice-security",
        (false, false) => "button-choice",
    };
    Button::to(
        words.plain(key, with([("label", package.name.as_str())])),
        to(Go::Choose {
            chosen: after,
            page,
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::samples::{name, package, status};
    use crate::samples::{indonesian, labels};

    #[test]
    fn a_press_takes_a_package_in_and_another_out() {
        let waiting = status(vec![package("nginx", true), package("curl", false)]);
        let none = screen(&indonesian(), &waiting, &[], 0, 8);
        let one = Go::Choose {
            chosen: vec![name("nginx")],
            page: 0,
        };
        assert_eq!(none.rows[0][0].go, to(one));
        let chosen = screen(&indonesian(), &waiting, &[name("nginx")], 0, 8);
        assert_eq!(
            chosen.rows[0][0].go,
            to(Go::Choose {
                chosen: vec![],
                page: 0
            })
        );
        assert!(
            labels(&chosen)
                .iter()
                .any(|label| label.contains("Perbarui 1")),
            "{:?}",
            labels(&chosen)
        );
        assert!(!labels(&none).iter().any(|label| label.contains("Perbarui")));
    }

    #[test]
    fn what_was_upgraded_meanwhile_falls_out_of_the_choice() {
        let screen = screen(
            &indonesian(),
            &status(vec![package("curl", false)]),
            &[name("nginx")],
            0,
            8,
        );
        assert!(
            !labels(&screen)
                .iter()
                .any(|label| label.contains("Perbarui")),
            "{:?}",
            labels(&screen)
        );
    }
}
