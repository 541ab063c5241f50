//! One package: versions, hold, changelog.

use potion_proto::actions::Action;
use potion_proto::admins::Role;
use potion_proto::names::PackageName;
use potion_proto::packages::{Selection, Upgradable};
use serde::Serialize;

use super::{Go, to};
use crate::go;
use crate::screen::{Button, Screen};
use crate::words::{Words, with};

/// UTF-16 units of a changelog that leave room for its title.
const CHANGELOG_MAX_UNITS: usize = 3_600;

/// What `updates-package` names.
#[derive(Serialize)]
struct Values<'a> {
    name: &'a str,
    installed: &'a str,
    candidate: &'a str,
    download: u64,
    security: bool,
    held: bool,
}

/// What `updates-changelog` names.
#[derive(Serialize)]
struct Changes<'a> {
    package: &'a str,
    text: &'a str,
    cut: bool,
}

/// The screen.
pub(super) fn screen(words: &Words, package: &Upgradable, page: usize, role: Role) -> Screen {
    let name = &package.name;
    let values = Values {
        name: name.as_str(),
        installed: &package.installed,
        candidate: &package.candidate,
        download: package.download_bytes,
        security: package.security,
        held: package.held,
    };
    let here = to(Go::Package {
        name: name.clone(),
        page,
    });
    let act = |key: &str, action| Button::to(words.label(key), go::Go::act(action, here.clone()));
    let changelog = Button::to(
        words.label("button-changelog"),
        to(Go::Changelog {
            name: name.clone(),
            page,
        }),
    );
    let only = Action::PackagesUpgrade(Selection::Chosen(vec![name.clone()]));
    let hold = if package.held {
        act("button-unhold", Action::PackageUnhold(name.clone()))
    } else {
        act("button-hold", Action::PackageHold(name.clone()))
    };
    Screen::new(words.html("updates-package", values))
        .row((role >= Role::Owner && !package.held).then(|| act("button-upgrade-this", only)))
        .row(
            (role >= Role::Operator)
                .then_some(hold)
                .into_iter()
                .chain([changelog]),
        )
        .refresh_back(words, here.clone(), to(Go::List { page }))
}

/// There is nothing newer of it (any more).
pub(super) fn gone_screen(words: &Words, name: &PackageName, page: usize) -> Screen {
    Screen::new(words.html("updates-package-gone", with([("name", name.as_str())])))
        .back(words, to(Go::List { page }))
}

/// What changed in it, newest first.
pub(super) fn changelog_screen(
    words: &Words,
    name: &PackageName,
    text: &str,
    page: usize,
) -> Screen {
    let (text, cut) = beginning(text.trim_end());
    let values = Changes {
        package: name.as_str(),
        text,
        cut,
    };
    Screen::new(words.html("updates-changelog", values)).back(
        words,
        to(Go::Package {
            name: name.clone(),
            page,
        }),
    )
}

/// As many whole lines as fit one message.
fn beginning(text: &str) -> (&str, bool) {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > CHANGELOG_MAX_UNITS {
            let end = text[..at].rfind('\n').unwrap_or(at);
            return (&text[..end], true);
        }
    }
    (text, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::samples::{name, package};
    use crate::render;
    use crate::samples::{english, indonesian, labels};

    #[test]
    fn a_held_package_is_offered_to_be_let_go_and_not_to_be_upgraded() {
        let mut held = package("nginx", true);
        held.held = true;
        let found = labels(&screen(&indonesian(), &held, 0, Role::Owner));
        assert!(found[0].contains("Lepas"), "{found:?}");
        let free = labels(&screen(
            &indonesian(),
            &package("nginx", true),
            0,
            Role::Owner,
        ));
        assert!(free[0].contains("Perbarui"), "{free:?}");
    }

    #[test]
    fn an_operator_may_hold_and_a_viewer_may_read() {
        let acting = |role| {
            let screen = screen(&english(), &package("nginx", false), 0, role);
            screen
                .rows
                .iter()
                .flatten()
                .filter(|button| matches!(button.go, go::Go::Act { .. }))
                .count()
        };
        assert_eq!(
            (
                acting(Role::Owner),
                acting(Role::Operator),
                acting(Role::Viewer)
            ),
            (2, 1, 0)
        );
    }

    #[test]
    fn a_changelog_fits_one_message_and_is_no_markup() {
        let long = "  * Fix <b>CVE-2026-1</b> & more\n".repeat(400);
        let html = changelog_screen(&english(), &name("nginx"), &long, 0).html;
        assert!(render::units(&html) <= render::MESSAGE_MAX_UNITS);
        assert!(
            html.contains("&lt;b&gt;CVE-2026-1&lt;/b&gt; &amp; more"),
            "{html}"
        );
    }
}
