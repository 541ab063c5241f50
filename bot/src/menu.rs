//! The main menu.

use potion_proto::admins::{Admin, Role};
use potion_proto::events::Keep;

use crate::acts::{keep_buttons, keep_text};
use crate::fault::Fault;
use crate::go::Go;
use crate::reply::Reply;
use crate::screen::{Button, Screen};
use crate::visit::Visit;
use crate::words::{Words, with};
use crate::{audit, host, journal, packages, settings, units};

/// Buttons in a row of the menu.
const WIDTH: usize = 2;

/// The main menu. Its one call to the agent shows at once whether it is there, and what waits for a Keep.
pub(crate) async fn main(visit: &Visit) -> Result<Reply, Fault> {
    let keep = visit
        .ask(|stub, context, by| async move { stub.keep_pending(context, by).await })
        .await?;
    Ok(Reply::Screen(screen(
        &visit.words,
        &visit.admin,
        &visit.desk.host(),
        keep.as_ref(),
    )))
}

/// What the menu leads to: what exists, for those who may.
fn entries(role: Role) -> Vec<(&'static str, Go)> {
    let audit = (role >= Role::Owner).then_some(("menu-audit", Go::Audit(audit::Go::Page(None))));
    [
        ("menu-status", Go::Host(host::Go::Status)),
        ("menu-services", units::Go::home()),
        ("menu-logs", Go::Journal(journal::Go::Choose)),
        ("menu-updates", Go::Packages(packages::Go::Home)),
        ("menu-settings", Go::Settings(settings::Go::Home)),
    ]
    .into_iter()
    .chain(audit)
    .chain([("menu-help", Go::Help)])
    .collect()
}

fn screen(words: &Words, admin: &Admin, host: &str, keep: Option<&Keep>) -> Screen {
    let buttons = entries(admin.role)
        .into_iter()
        .map(|(key, go)| Button::to(words.label(key), go))
        .collect();
    let named = with([("name", admin.name.as_str()), ("host", host)]);
    let mut screen = Screen::new(words.html("menu-main", named));
    if let Some(keep) = keep {
        screen.html.push_str("\n\n");
        screen.html.push_str(&keep_text(words, keep));
        screen = screen.row(keep_buttons(words, keep));
    }
    screen.grid(buttons, WIDTH)
}
