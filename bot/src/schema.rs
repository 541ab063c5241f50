//! The tree of handlers: what a command, a text and a press lead to.
//!
//! Each arm is one plain async function of the noun it belongs to.

use potion_proto::names::TotpCode;

use crate::fault::Fault;
use crate::go::Go;
use crate::prompts::{self, Prompt, Waiting};
use crate::reply::Reply;
use crate::screen::{Button, Screen};
use crate::visit::{Origin, Visit};
use crate::{acts, menu, units};

/// Every command there is, with the catalogue's key of its line in Telegram's list.
pub(crate) const COMMANDS: [(&str, &str); 3] = [
    ("start", "command-start"),
    ("help", "command-help"),
    ("services", "command-services"),
];

/// Where a command leads; None when there is none of that name.
fn command(name: &str, _rest: &str) -> Option<Go> {
    match name {
        "start" | "menu" => Some(Go::Menu),
        "help" => Some(Go::Help),
        "services" => Some(Go::Units(units::Go::List {
            all: false,
            page: 0,
        })),
        _ => None,
    }
}

/// Where a button or a command leads.
pub(crate) async fn open(visit: &Visit, go: Go) -> Result<Reply, Fault> {
    match go {
        Go::Menu => menu::main(visit).await,
        Go::Help => Ok(menu::help(visit)),
        Go::Units(go) => units::open(visit, go).await,
        Go::Job(job) => Ok(Reply::Job(job)),
        Go::Act { action, back } => acts::begin(visit, action, *back).await,
        Go::Confirm {
            plan,
            action,
            code,
            back,
        } => acts::confirmed(visit, plan, action, code, *back).await,
        Go::Drop { back } => acts::give_up(visit, *back).await,
    }
}

/// What a text means: a command, the answer to a question, or neither.
pub(crate) enum Meaning {
    /// It leads somewhere.
    Go(Go),
    /// It answers a question.
    Answer(Waiting),
    /// It may be a code that nobody asked for.
    StrayCode,
    /// The bot does not know it.
    Unknown(&'static str),
}

impl Meaning {
    /// Its name for the log and for reports of crashes.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Go(go) => go.name(),
            Self::Answer(_) | Self::StrayCode => "code",
            Self::Unknown(_) => "text",
        }
    }

    /// Where it can be tried again.
    pub(crate) fn way(&self) -> Option<Go> {
        match self {
            Self::Go(go) => Some(go.clone()),
            Self::Answer(_) | Self::StrayCode | Self::Unknown(_) => None,
        }
    }
}

/// Reads a text. A command ends a question that waits.
pub(crate) fn read(visit: &Visit, text: &str) -> Result<Meaning, Fault> {
    let state = &visit.desk.state;
    if let Some(line) = text.strip_prefix('/') {
        prompts::end(state, visit.id())?;
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let name = name.split('@').next().unwrap_or_default();
        return Ok(
            command(name, rest.trim()).map_or(Meaning::Unknown("unknown-command"), Meaning::Go)
        );
    }
    if let Some(waiting) = prompts::waiting(state, visit.id())? {
        return Ok(Meaning::Answer(waiting));
    }
    if TotpCode::new(text.trim()).is_ok() {
        Ok(Meaning::StrayCode)
    } else {
        Ok(Meaning::Unknown("unknown-text"))
    }
}

/// Answers a text.
pub(crate) async fn text(visit: &Visit, meaning: Meaning, text: &str) -> Result<Reply, Fault> {
    match meaning {
        Meaning::Go(go) => open(visit, go).await,
        Meaning::Answer(Waiting {
            message,
            prompt: Prompt::Code { plan, action, back },
        }) => {
            acts::code(
                visit,
                acts::Asked {
                    message,
                    plan,
                    action,
                    back: *back,
                },
                text,
            )
            .await
        }
        Meaning::StrayCode => stray_code(visit).await,
        Meaning::Unknown(key) => {
            let menu = Button::to(visit.words.label("button-menu"), Go::Menu);
            Ok(Reply::Screen(Screen::new(visit.words.say(key)).row([menu])))
        }
    }
}

/// A code must not stay in the chat, even when nobody asked for it.
async fn stray_code(visit: &Visit) -> Result<Reply, Fault> {
    if let Origin::Text { message, .. } = visit.origin {
        visit.desk.telegram.delete(visit.id(), message).await?;
    }
    Ok(Reply::Screen(Screen::new(visit.words.say("totp-stray"))))
}
