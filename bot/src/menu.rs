//! The main menu and the help.

use potion_proto::events::Keep;

use crate::acts::{keep_buttons, keep_text};
use crate::fault::Fault;
use crate::go::Go;
use crate::reply::Reply;
use crate::screen::{Button, Screen};
use crate::units;
use crate::visit::Visit;
use crate::words::{Words, with};

/// Buttons in a row of the menu.
const WIDTH: usize = 2;

/// The main menu. Its one call to the agent shows at once whether it is there, and what waits for a Keep.
pub(crate) async fn main(visit: &Visit) -> Result<Reply, Fault> {
    let keep = visit
        .ask(|stub, context, by| async move { stub.keep_pending(context, by).await })
        .await?;
    Ok(Reply::Screen(screen(
        &visit.words,
        &visit.admin.name,
        &visit.desk.host(),
        keep.as_ref(),
    )))
}

/// What the bot can do.
pub(crate) fn help(visit: &Visit) -> Reply {
    Reply::Screen(Screen::new(visit.words.say("help-screen")).back(&visit.words, Go::Menu))
}

/// What the menu leads to; what exists stands in it.
fn entries() -> [(&'static str, Go); 2] {
    [
        (
            "menu-services",
            Go::Units(units::Go::List {
                all: false,
                page: 0,
            }),
        ),
        ("menu-help", Go::Help),
    ]
}

fn screen(words: &Words, name: &str, host: &str, keep: Option<&Keep>) -> Screen {
    let buttons = entries()
        .into_iter()
        .map(|(key, go)| Button::to(words.label(key), go))
        .collect();
    let mut screen = Screen::new(words.html("menu-main", with([("name", name), ("host", host)])));
    if let Some(keep) = keep {
        screen.html.push_str("\n\n");
        screen.html.push_str(&keep_text(words, keep));
        screen = screen.row(keep_buttons(words, keep));
    }
    screen.grid(buttons, WIDTH)
}
