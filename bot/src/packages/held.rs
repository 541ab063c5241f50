//! Packages that stay as they are.

use potion_proto::actions::Action;
use potion_proto::admins::Role;
use potion_proto::names::PackageName;
use serde::Serialize;

use super::{Go, to};
use crate::go;
use crate::screen::{Button, Screen};
use crate::words::{Words, with};

/// Packages that get a button; the list names all.
const BUTTONS_MAX: usize = 30;

/// What `updates-held` names.
#[derive(Serialize)]
struct Values<'a> {
    names: Vec<&'a str>,
}

/// The screen; a press lets one go.
pub(super) fn screen(words: &Words, held: &[PackageName], role: Role) -> Screen {
    let values = Values {
        names: held.iter().map(PackageName::as_str).collect(),
    };
    let unhold = |name: &PackageName| {
        let label = words.plain("button-unhold-package", with([("name", name.as_str())]));
        Button::to(
            label,
            go::Go::act(Action::PackageUnhold(name.clone()), to(Go::Held)),
        )
    };
    let offered = if role >= Role::Operator {
        held.len().min(BUTTONS_MAX)
    } else {
        0
    };
    Screen::new(words.html("updates-held", values))
        .grid(held[..offered].iter().map(unhold).collect(), 2)
        .refresh_back(words, to(Go::Held), to(Go::Home))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::samples::name;
    use crate::samples::{english, labels};

    #[test]
    fn each_held_package_can_be_let_go_by_those_who_may() {
        let held = [name("nginx"), name("curl")];
        assert_eq!(labels(&screen(&english(), &held, Role::Operator)).len(), 4);
        assert_eq!(labels(&screen(&english(), &held, Role::Viewer)).len(), 2);
        assert!(
            screen(&english(), &[], Role::Owner)
                .html
                .contains("Nothing")
        );
    }
}
