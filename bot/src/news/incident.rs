//! An incident: its one live message.

use potion_proto::actions::Action;
use potion_proto::admins::Role;
use potion_proto::incidents::{Gauge, Incident, Phase, Program, Subject};
use potion_proto::journal::Line;
use potion_proto::units::Verb;
use serde::Serialize;

use super::Teller;
use crate::go::Go;
use crate::screen::{Button, Screen};
use crate::words::{Words, with};
use crate::{incidents, journal, units};

/// Lines that are shown; the newest ones.
const LINES_MAX: usize = 12;
/// Characters of a line that are shown.
const LINE_MAX_CHARS: usize = 240;

/// What the messages `incident-…` name; `at` in Unix seconds.
#[derive(Serialize)]
struct Values<'a> {
    subject: String,
    what: String,
    host: &'a str,
    lines: Vec<String>,
    attempts: u32,
    count: u32,
    by: String,
    at: i64,
    id: &'a str,
    summary: &'a str,
    value: &'a str,
}

/// The incident as it stands, with what can be done about it.
pub(super) fn screen(teller: &Teller<'_>, incident: &Incident) -> Screen {
    let subject = subject(teller.words, incident);
    let values = Values {
        what: subject.clone(),
        subject,
        host: teller.host,
        lines: lines(&incident.lines),
        attempts: incident.count,
        count: incident.count,
        by: teller.who(&incident.acknowledged_by),
        at: incident.changed.seconds(),
        id: incident.error.as_ref().map_or("", |id| id.as_str()),
        summary: &incident.reason,
        value: &incident.reason,
    };
    let screen = Screen::new(teller.words.html(key(incident), values));
    if is_over(incident.phase) {
        screen
    } else {
        screen.grid(buttons(teller, incident), 2)
    }
}

/// What it is about.
pub(super) fn subject(words: &Words, incident: &Incident) -> String {
    match &incident.subject {
        Subject::Unit(unit) => unit.to_string(),
        Subject::Program(program) => program_name(*program).to_owned(),
        Subject::Threshold(gauge) => of_gauge(words, gauge),
    }
}

fn program_name(program: Program) -> &'static str {
    match program {
        Program::Agent => "potiond",
        Program::Bot => "potion-bot",
        Program::Ctl => "potionctl",
    }
}

fn of_gauge(words: &Words, gauge: &Gauge) -> String {
    match gauge {
        Gauge::Disk(path) => words.plain("host-what-disk", with([("path", path)])),
        Gauge::Memory => words.label("host-what-memory"),
        Gauge::Swap => words.label("host-what-swap"),
        Gauge::Temperature => words.label("host-what-temperature"),
        Gauge::Load => words.label("host-what-load"),
    }
}

fn key(incident: &Incident) -> &'static str {
    match (&incident.subject, incident.phase) {
        // One that was killed runs again by the time it is told, and is still to be looked at.
        (Subject::Program(program), Phase::Failed | Phase::Healing | Phase::Healed) => {
            crash_key(*program)
        }
        (Subject::Threshold(_), Phase::Failed) => "incident-threshold",
        (Subject::Threshold(_), Phase::Healed | Phase::Resolved) => "host-threshold-over",
        (_, Phase::Failed) => "incident-failed",
        (_, Phase::Healing) => "incident-healing",
        (_, Phase::Healed) => "incident-healed",
        (_, Phase::GaveUp) => "incident-gave-up",
        (_, Phase::Acknowledged) => "incident-acknowledged",
        (_, Phase::Resolved) => "incident-resolved",
    }
}

/// With the error's id, which tells the whole.
fn crash_key(program: Program) -> &'static str {
    match program {
        Program::Agent => "incident-crash-agent",
        Program::Bot => "incident-crash-bot",
        Program::Ctl => "incident-crash-ctl",
    }
}

fn is_over(phase: Phase) -> bool {
    matches!(phase, Phase::Healed | Phase::Resolved)
}

/// Restart · Logs · Ack · Mute; a viewer reads the logs.
fn buttons(teller: &Teller<'_>, incident: &Incident) -> Vec<Button> {
    let words = teller.words;
    let go = |key: &str, go| Button::to(words.label(key), go).aside();
    let may = teller.admin.role >= Role::Operator;
    let mut buttons = Vec::new();
    if let Subject::Unit(unit) = &incident.subject {
        let restart = Action::Unit(Verb::Restart, unit.clone());
        let back = units::Go::unit(unit.clone());
        buttons.extend(may.then(|| go("button-restart", Go::act(restart, back))));
        buttons.push(go("button-logs", journal::Go::unit(unit.clone())));
    }
    if may && incident.phase != Phase::Acknowledged {
        let acknowledge = Action::IncidentAcknowledge(incident.id);
        buttons.push(go("button-ack", Go::act(acknowledge, Go::Menu)));
    }
    if may && incident.muted_until.is_none() {
        buttons.push(go(
            "button-mute",
            Go::Incidents(incidents::Go::Mute(incident.id)),
        ));
    }
    buttons
}

fn lines(lines: &[Line]) -> Vec<String> {
    let newest = &lines[lines.len().saturating_sub(LINES_MAX)..];
    newest
        .iter()
        .map(|line| line.message.chars().take(LINE_MAX_CHARS).collect())
        .collect()
}
