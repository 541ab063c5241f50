//! What a unit hangs on, and where its files are.

use potion_proto::admins::Role;
use potion_proto::units::Detail;
use serde::Serialize;

use super::{Go, Spot, may_read_files};
use crate::go;
use crate::screen::{Button, Screen};
use crate::words::Words;

/// Names of each kind that are shown; the rest is counted.
const NAMES_SHOWN: usize = 20;

/// What `services-deps` names.
#[derive(Serialize)]
struct Values<'a> {
    name: &'a str,
    requires: &'a [String],
    requires_more: usize,
    required_by: &'a [String],
    required_by_more: usize,
    triggers: &'a [String],
    fragment: &'a str,
    drop_ins: &'a [String],
}

/// The screen.
pub(super) fn screen(words: &Words, detail: &Detail, spot: Spot, role: Role) -> Screen {
    let name = &detail.unit.name;
    let (requires, requires_more) = first(&detail.requires);
    let (required_by, required_by_more) = first(&detail.required_by);
    let values = Values {
        name: name.as_str(),
        requires,
        requires_more,
        required_by,
        required_by_more,
        triggers: first(&detail.triggered_by).0,
        fragment: &detail.fragment,
        drop_ins: first(&detail.drop_ins).0,
    };
    let here = go::Go::Units(Go::Deps(name.clone(), spot));
    let back = go::Go::Units(Go::Show(name.clone(), spot));
    let files = may_read_files(role).then(|| {
        let go = go::Go::Units(Go::Files(name.clone(), spot));
        Button::to(words.label("button-unit-files"), go)
    });
    Screen::new(words.html("services-deps", values))
        .row(files)
        .refresh_back(words, here, back)
}

fn first(names: &[String]) -> (&[String], usize) {
    let shown = names.len().min(NAMES_SHOWN);
    (&names[..shown], names.len() - shown)
}

#[cfg(test)]
mod tests {
    use potion_proto::units::Active;

    use super::*;
    use crate::samples::indonesian;
    use crate::units::detail::tests::detail;

    #[test]
    fn names_of_units_and_files_are_no_markup_and_many_are_counted() {
        let mut detail = detail(Active::Active, &[]);
        detail.required_by = (0..25).map(|n| format!("unit-{n}.service")).collect();
        let html = screen(&indonesian(), &detail, Spot::default(), Role::Viewer).html;
        assert!(
            html.contains("&lt;x&gt;.mount") && html.contains("a&amp;b.conf"),
            "{html}"
        );
        assert!(
            html.contains("5 lagi") && !html.contains("unit-20.service"),
            "{html}"
        );
    }
}
