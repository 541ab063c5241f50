//! Whose log.

use potion_proto::admins::Role;
use potion_proto::journal::Place;
use potion_proto::units::{Scope, Unit};

use super::{Go, View, may_read_all};
use crate::fault::Fault;
use crate::go;
use crate::reply::Reply;
use crate::screen::{Button, Screen};
use crate::units;
use crate::visit::Visit;
use crate::words::{Words, with};

/// Units that are offered; `/logs NAME` reaches the others.
const OFFERED: usize = 30;

/// Asks whose log.
pub(super) async fn open(visit: &Visit) -> Result<Reply, Fault> {
    let asked = visit
        .ask(|stub, context, by| async move { stub.unit_list(context, by, Scope::Managed).await });
    Ok(Reply::Screen(screen(
        &visit.words,
        &asked.await?,
        visit.admin.role,
    )))
}

fn screen(words: &Words, managed: &[Unit], role: Role) -> Screen {
    let page = |view| go::Go::Journal(Go::Page(view, Place::Newest));
    let unit = |unit: &Unit| {
        let state = units::icon(unit.active);
        let label = words.plain(
            "services-button",
            with([("state", state), ("name", units::short(&unit.name))]),
        );
        Button::to(label, page(View::of(unit.name.clone())))
    };
    let all = may_read_all(role)
        .then(|| Button::to(words.label("button-all-logs"), page(View::default())));
    Screen::new(words.say("logs-choose"))
        .row(all)
        .grid(managed.iter().take(OFFERED).map(unit).collect(), 2)
        .back(words, go::Go::Menu)
}

#[cfg(test)]
mod tests {
    use potion_proto::units::Active;

    use super::*;
    use crate::samples::{indonesian, unit};

    #[test]
    fn a_viewer_is_not_offered_the_whole_journal() {
        let units = [unit("nginx.service", Active::Failed)];
        let rows = |role| screen(&indonesian(), &units, role).rows.len();
        assert_eq!(rows(Role::Viewer) + 1, rows(Role::Operator));
    }
}
