//! What truly came of an act.

use potion_proto::actions::{Action, Applied};
use potion_proto::events::Keep;
use potion_proto::journal::Line;
use potion_proto::settings::Applies;
use potion_proto::units::{Outcome, Verb, Verdict};
use serde::Serialize;

use super::title::title;
use crate::clock::now_ms;
use crate::go::Go;
use crate::reply::Reply;
use crate::screen::{Button, Screen};
use crate::visit::{Origin, Visit};
use crate::words::{Words, with};
use crate::{journal, units};

/// Journal lines that are shown; the log has the others.
const LINES_MAX: usize = 12;
/// Characters of a line that are shown.
const LINE_MAX_CHARS: usize = 240;

/// The answer to an act that was applied.
pub(super) fn reply(visit: &Visit, action: &Action, applied: Applied, back: Go) -> Reply {
    let words = &visit.words;
    match applied {
        Applied::Job(job) => Reply::Job(job),
        Applied::Unit(outcome) => Reply::Screen(unit_outcome(words, &outcome).back(words, back)),
        Applied::KeepPending(outcome, keep) => {
            Reply::Screen(keep_pending(words, &outcome, &keep).back(words, back))
        }
        Applied::Setting(applies) => {
            visit.desk.live.refresh();
            Reply::Screen(setting(words, action, &applies).back(words, back))
        }
        Applied::Done if shows_by_itself(visit, action) => Reply::Quiet,
        Applied::Done
        | Applied::Pairing { .. }
        | Applied::Enrolled { .. }
        | Applied::FilesRoot { .. } => Reply::Screen(done(words, action).back(words, back)),
    }
}

/// Acknowledging and muting change the incident's own message, which is where the button was.
fn shows_by_itself(visit: &Visit, action: &Action) -> bool {
    matches!(visit.origin, Origin::Press { aside: true, .. })
        && matches!(
            action,
            Action::IncidentAcknowledge(_) | Action::IncidentMute(..) | Action::JobCancel(_)
        )
}

fn done(words: &Words, action: &Action) -> Screen {
    Screen::new(words.html("act-done", with([("title", title(words, action))])))
}

fn setting(words: &Words, action: &Action, applies: &Applies) -> Screen {
    let restart = match applies {
        Applies::Now => "",
        Applies::AfterRestart(what) => what,
    };
    let title = title(words, action);
    Screen::new(words.html(
        "act-setting",
        with([("title", title.as_str()), ("restart", restart)]),
    ))
}

/// The outcome of a verb on a unit, with what helps when it did not go as asked.
fn unit_outcome(words: &Words, outcome: &Outcome) -> Screen {
    let unit = &outcome.unit;
    let again = Action::Unit(Verb::ResetFailed, unit.clone());
    let reset = (outcome.verdict == Verdict::StartLimit).then(|| {
        let back = units::Go::unit(unit.clone());
        Button::to(words.label("button-reset-failed"), Go::act(again, back))
    });
    let went_well = matches!(outcome.verdict, Verdict::Done | Verdict::Unchanged);
    let logs = (!went_well)
        .then(|| Button::to(words.label("button-logs"), journal::Go::unit(unit.clone())));
    Screen::new(unit_text(words, outcome)).row(reset.into_iter().chain(logs))
}

fn unit_text(words: &Words, outcome: &Outcome) -> String {
    let lines = lines(&outcome.lines);
    let values = Values {
        unit: outcome.unit.as_str(),
        result: &outcome.ending.result,
        lines,
    };
    words.html(key(outcome), values)
}

#[derive(Serialize)]
struct Values<'a> {
    unit: &'a str,
    result: &'a str,
    lines: Vec<String>,
}

/// The newest lines, each cut so that all fit one message.
fn lines(lines: &[Line]) -> Vec<String> {
    let newest = &lines[lines.len().saturating_sub(LINES_MAX)..];
    let cut = |line: &Line| line.message.chars().take(LINE_MAX_CHARS).collect();
    newest.iter().map(cut).collect()
}

fn key(outcome: &Outcome) -> &'static str {
    match outcome.verdict {
        Verdict::Done => done_key(outcome.verb),
        Verdict::Skipped => "services-skipped",
        Verdict::StartLimit => "services-start-limit",
        Verdict::Failed => "services-failed",
        Verdict::Cancelled => "services-cancelled",
        Verdict::StillRunning => "services-still-running",
        Verdict::Unchanged => "services-unchanged",
    }
}

fn done_key(verb: Verb) -> &'static str {
    match verb {
        Verb::Start => "services-done-start",
        Verb::Stop => "services-done-stop",
        Verb::Restart => "services-done-restart",
        Verb::Reload => "services-done-reload",
        Verb::Enable => "services-done-enable",
        Verb::Disable => "services-done-disable",
        Verb::ResetFailed => "services-done-reset-failed",
    }
}

fn keep_pending(words: &Words, outcome: &Outcome, keep: &Keep) -> Screen {
    let mut screen = unit_outcome(words, outcome);
    screen.html.push_str("\n\n");
    screen.html.push_str(&keep_text(words, keep));
    screen.row(keep_buttons(words, keep))
}

/// “Still in? Press Keep.”
pub(crate) fn keep_text(words: &Words, keep: &Keep) -> String {
    #[derive(Serialize)]
    struct Asks {
        summary: String,
        expires: i64,
    }
    let expires = ((keep.until.0 - now_ms()) / 1000).max(0);
    words.html(
        "keep-prompt",
        Asks {
            summary: title(words, &keep.action),
            expires,
        },
    )
}

/// Keep and Revert.
pub(crate) fn keep_buttons(words: &Words, keep: &Keep) -> [Button; 2] {
    [
        Button::to(
            words.label("button-keep"),
            Go::act(Action::Keep(keep.id), Go::Menu),
        ),
        Button::to(
            words.label("button-revert"),
            Go::act(Action::Revert(keep.id), Go::Menu),
        ),
    ]
}
