//! How much waits, and what to do about it.

use potion_proto::actions::Action;
use potion_proto::admins::Role;
use potion_proto::packages::{Selection, Status};
use serde::Serialize;

use super::{Go, to};
use crate::clock::now_seconds;
use crate::go;
use crate::screen::{Button, Screen};
use crate::words::Words;

/// What `updates-screen` names; `checked` in seconds since then.
#[derive(Serialize)]
struct Values {
    total: usize,
    security: usize,
    download: u64,
    checked: Option<i64>,
    held: usize,
    removable: usize,
    broken: bool,
}

/// The screen.
pub(super) fn screen(words: &Words, status: &Status, role: Role) -> Screen {
    let free = || status.upgradable.iter().filter(|package| !package.held);
    let values = Values {
        total: free().count(),
        security: free().filter(|package| package.security).count(),
        download: status.download_bytes,
        checked: status
            .refreshed
            .map(|at| (now_seconds() - at.seconds()).max(0)),
        held: status.held.len(),
        removable: status.removable.len(),
        broken: status.broken,
    };
    let rows = rows(words, &values, role);
    let screen = Screen::new(words.html("updates-screen", values));
    let filled = rows.into_iter().fold(screen, Screen::row);
    filled.refresh_back(words, to(Go::Home), go::Go::Menu)
}

/// What can be done about it. Acting buttons are for those whose role may.
fn rows(words: &Words, values: &Values, role: Role) -> [Vec<Button>; 5] {
    let owner = role >= Role::Owner;
    let any = values.total > 0;
    let act = |key: &str, when: bool, action| {
        when.then(|| Button::to(words.label(key), go::Go::act(action, to(Go::Home))))
    };
    let go = |key: &str, when: bool, go| when.then(|| Button::to(words.label(key), to(go)));
    let upgrade = Action::PackagesUpgrade;
    let security = owner && values.security > 0;
    let row = |buttons: [Option<Button>; 2]| buttons.into_iter().flatten().collect();
    let choose = Go::Choose {
        chosen: vec![],
        page: 0,
    };
    let refresh = Action::PackagesRefresh;
    let remove = Action::PackagesAutoremove;
    [
        row([
            act(
                "button-repair",
                owner && values.broken,
                Action::PackagesRepair,
            ),
            None,
        ]),
        row([
            act("button-upgrade-all", owner && any, upgrade(Selection::All)),
            act(
                "button-upgrade-security",
                security,
                upgrade(Selection::Security),
            ),
        ]),
        row([
            go("button-packages", any, Go::List { page: 0 }),
            go("button-choose", owner && any, choose),
        ]),
        row([
            go("button-restarts", true, Go::Restarts),
            go("button-held", values.held > 0, Go::Held),
        ]),
        row([
            act("button-check-updates", role >= Role::Operator, refresh),
            act("button-autoremove", owner && values.removable > 0, remove),
        ]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::samples::{name, package, status};
    use crate::samples::{indonesian, labels};

    #[test]
    fn what_waits_is_counted_and_offered_to_the_owner() {
        let waiting = status(vec![package("nginx", true), package("curl", false)]);
        let screen = screen(&indonesian(), &waiting, Role::Owner);
        assert!(
            screen.html.contains("<b>2</b>") && screen.html.contains("812 kB"),
            "{}",
            screen.html
        );
        for part in ["Perbarui semua", "keamanan", "Pilih", "Periksa sekarang"] {
            assert!(
                labels(&screen).iter().any(|label| label.contains(part)),
                "{part}: {:?}",
                labels(&screen)
            );
        }
    }

    #[test]
    fn a_viewer_is_offered_nothing_that_acts() {
        let waiting = status(vec![package("nginx", true)]);
        let screen = screen(&indonesian(), &waiting, Role::Viewer);
        assert!(
            !screen
                .rows
                .iter()
                .flatten()
                .any(|button| matches!(button.go, go::Go::Act { .. }))
        );
    }

    #[test]
    fn a_broken_dpkg_is_said_first_and_offered_to_be_mended() {
        let mut broken = status(vec![]);
        broken.broken = true;
        broken.held = vec![name("nginx")];
        let screen = screen(&indonesian(), &broken, Role::Owner);
        assert_eq!(
            screen.rows[0][0].go,
            go::Go::act(Action::PackagesRepair, to(Go::Home))
        );
        assert!(screen.html.contains("dpkg"), "{}", screen.html);
    }

    #[test]
    fn held_packages_are_not_offered_to_be_upgraded() {
        let mut held = package("nginx", true);
        held.held = true;
        let screen = screen(&indonesian(), &status(vec![held]), Role::Owner);
        assert!(
            !labels(&screen)
                .iter()
                .any(|label| label.contains("Perbarui semua"))
        );
    }
}
