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
use crate::{acts, audit, help, host, incidents, jobs, journal, menu, packages, settings, units};

/// Every command there is, with the catalogue's key of its line in Telegram's list.
pub(crate) const COMMANDS: [(&str, &str); 8] = [
    ("start", "command-start"),
    ("status", "command-status"),
    ("services", "command-services"),
    ("logs", "command-logs"),
    ("update", "command-update"),
    ("settings", "command-settings"),
    ("audit", "command-audit"),
    ("help", "command-help"),
];

/// Where a command leads; None when there is none of that name.
fn command(name: &str, rest: &str) -> Option<Go> {
    Some(match name {
        "start" | "menu" => Go::Menu,
        "help" => Go::Help,
        "status" => Go::Host(host::Go::Status),
        "services" if rest.is_empty() => units::Go::home(),
        "services" => Go::Units(units::Go::Find(rest.to_owned())),
        "logs" if rest.is_empty() => Go::Journal(journal::Go::Choose),
        "logs" => Go::Journal(journal::Go::Find(rest.to_owned())),
        "update" => Go::Packages(packages::Go::Home),
        "settings" => Go::Settings(settings::Go::Home),
        "audit" => Go::Audit(audit::Go::Page(None)),
        _ => return None,
    })
}

/// Where a button or a command leads.
pub(crate) async fn open(visit: &Visit, go: Go) -> Result<Reply, Fault> {
    visit.desk.drill.take_part();
    match go {
        Go::Menu => menu::main(visit).await,
        Go::Help => Ok(Reply::Screen(help::screen(&visit.words, visit.admin.role))),
        Go::Host(go) => host::open(visit, go).await,
        Go::Units(go) => units::open(visit, go).await,
        Go::Journal(go) => journal::open(visit, go).await,
        Go::Packages(go) => packages::open(visit, go).await,
        Go::Settings(go) => settings::open(visit, go).await,
        Go::Audit(go) => audit::open(visit, go).await,
        Go::Incidents(go) => Ok(Reply::Screen(incidents::screen(&visit.words, &go))),
        Go::Job(job) => Ok(Reply::Job(job)),
        Go::Output(job) => jobs::output(visit, job).await,
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
            Self::Answer(waiting) => waiting.prompt.name(),
            Self::StrayCode => "code",
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
        Meaning::Answer(waiting) => answered(visit, waiting, text).await,
        Meaning::StrayCode => stray_code(visit).await,
        Meaning::Unknown(key) => {
            let menu = Button::to(visit.words.label("button-menu"), Go::Menu);
            Ok(Reply::Screen(Screen::new(visit.words.say(key)).row([menu])))
        }
    }
}

/// Hands an answer to the one who asked.
async fn answered(visit: &Visit, waiting: Waiting, text: &str) -> Result<Reply, Fault> {
    let message = waiting.message;
    match waiting.prompt {
        Prompt::Code { plan, action, back } => {
            let back = *back;
            acts::code(
                visit,
                acts::Asked {
                    message,
                    plan,
                    action,
                    back,
                },
                text,
            )
            .await
        }
        Prompt::LogText { view } => journal::answered(visit, view, text).await,
        Prompt::Setting { key } => settings::answered(visit, key, text).await,
        Prompt::QuietHours => settings::quiet_answered(visit, text).await,
    }
}

/// A code must not stay in the chat, even when nobody asked for it.
async fn stray_code(visit: &Visit) -> Result<Reply, Fault> {
    if let Origin::Text { message, .. } = visit.origin {
        visit.desk.telegram.delete(visit.id(), message).await?;
    }
    Ok(Reply::Screen(Screen::new(visit.words.say("totp-stray"))))
}
