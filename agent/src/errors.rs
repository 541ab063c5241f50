//! Crashes and errors of our own programs: recorded whole, told short.
//!
//! The same error (program, place, kind) has the same id, folds into a count, and is one incident with
//! one live message. Everything is bounded and redacted before it is kept. A program that cannot speak
//! leaves a file ([`crashes`]) that the next good start picks up; one that was killed is known by the
//! mark it could not take away ([`ends`]).
//!
//! It does not tell of a killed `potion-bot`: that is a unit, and [`incidents`](crate::incidents)
//! watches it.

pub mod crashes;
mod drill;
pub mod ends;
mod fingerprint;
mod limits;
mod rows;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use potion_proto::errors::{Record, Report};
use potion_proto::incidents::Program;
use potion_proto::journal::Line;
use potion_proto::names::ErrorId;
use potion_proto::time::Timestamp;
use potion_proto::{Code, Failure};

use crate::agent::Agent;
use crate::policy::{BotOrLocal, Caller, Own, View};
use crate::store::{Opening, Verdict};
use crate::{incidents, panics};

pub use drill::drill;
pub(crate) use rows::SCHEMA;

/// Frames that a message shows.
const FRAMES_TOLD: usize = 6;
/// Whoever caught a panic records it within this time; what is left then was caught by nobody of ours.
const CAUGHT_WITHIN: Duration = Duration::from_secs(1);

/// `error_report`. Goes on when the caller hangs up: a dying program does.
///
/// # Errors
/// `unavailable`.
pub async fn report(
    agent: &Arc<Agent>,
    by: &BotOrLocal,
    report: Report,
) -> Result<ErrorId, Failure> {
    let program = match by.caller {
        Caller::Bot { .. } => Program::Bot,
        Caller::Local { .. } | Caller::Member { .. } => Program::Ctl,
    };
    let agent = agent.clone();
    let recorded = tokio::spawn(async move { record(&agent, program, report).await });
    recorded
        .await
        .map_err(|_| crate::agent::unavailable("errors"))
}

/// `error_list`; `limit` is 1 to 100.
///
/// # Errors
/// `unavailable`.
pub async fn list(agent: &Arc<Agent>, _by: &View, limit: u32) -> Result<Vec<Record>, Failure> {
    let call = agent.store.call(move |tx| rows::list(tx, limit));
    let records = call.await?.into_iter().map(limits::without_whole);
    Ok(records.collect())
}

/// `error_show`.
///
/// # Errors
/// `not-found`.
pub async fn show(agent: &Arc<Agent>, _by: &Own, id: ErrorId) -> Result<Record, Failure> {
    let wanted = id.clone();
    let found = agent.store.call(move |tx| rows::show(tx, &wanted)).await?;
    found.ok_or_else(|| {
        let sentence = format!("there is no error {id}; `sudo potionctl error list` shows them");
        Failure::new(Code::NotFound, id.as_str(), sentence)
    })
}

/// Records an error of the agent itself.
///
/// # Errors
/// None: an error that the disk does not take is told all the same.
pub async fn record_own(agent: &Arc<Agent>, report: Report) -> Result<ErrorId, Failure> {
    Ok(record(agent, Program::Agent, report).await)
}

/// Records the panic that was just caught while doing this.
pub(crate) async fn record_caught(agent: &Arc<Agent>, doing: &str) -> ErrorId {
    let caught = panics::take(doing);
    record_file(agent, caught.report, caught.file.as_deref()).await
}

async fn record(agent: &Arc<Agent>, program: Program, report: Report) -> ErrorId {
    let report = limits::bounded(report);
    let id = fingerprint::of(program, &report);
    let now = agent.clock.now();
    tracing::error!(
        error = id.as_str(), ?program, doing = report.doing, message = report.message,
        frames = ?report.frames, "recorded"
    );
    let (reason, lines) = (limits::reason(&report), lines(program, &report, now));
    keep(agent, program, id.clone(), report).await;
    incidents::erred(agent, program, id.clone(), reason, lines).await;
    id
}

/// Writes it into the table, or counts it there.
async fn keep(agent: &Arc<Agent>, program: Program, id: ErrorId, report: Report) {
    let now = agent.clock.now();
    let record = Record {
        id,
        program,
        first: now,
        last: now,
        count: 1,
        report,
    };
    if let Err(error) = agent.store.call(move |tx| rows::put(tx, &record)).await {
        tracing::error!(%error, "the error is told, but not kept");
    }
}

/// The id of the record of a program that was killed, whatever killed it.
pub(crate) fn killed_id(program: Program) -> ErrorId {
    fingerprint::of(program, &killed_report(String::new(), String::new()))
}

fn killed_report(message: String, whole: String) -> Report {
    Report {
        panic: false,
        doing: "killed".to_owned(),
        message,
        frames: Vec::new(),
        whole,
    }
}

/// Keeps the last words of a program that was killed; the incident is the caller's.
pub(crate) async fn record_killed(
    agent: &Arc<Agent>,
    program: Program,
    reason: &str,
    words: &[Line],
) {
    let words: Vec<String> = words
        .iter()
        .map(|line| format!("{}: {}", line.source, line.message))
        .collect();
    let report = killed_report(reason.to_owned(), words.join("\n"));
    keep(agent, program, killed_id(program), limits::bounded(report)).await;
}

/// The short traceback as an incident shows it.
fn lines(program: Program, report: &Report, at: Timestamp) -> Vec<Line> {
    let source = match program {
        Program::Agent => "potiond",
        Program::Bot => "potion-bot",
        Program::Ctl => "potionctl",
    };
    let frames = report.frames.iter().take(FRAMES_TOLD);
    let told = frames.map(|frame| Line {
        at,
        priority: None,
        unit: String::new(),
        source: source.to_owned(),
        pid: None,
        message: frame.clone(),
        cut: false,
    });
    told.collect()
}

/// Tells how the last run ended, and then for ever of panics that nobody of ours caught.
pub async fn tend(agent: Arc<Agent>) {
    tell_of_last_run(&agent).await;
    tell_of_store(&agent).await;
    loop {
        panics::happened().await;
        tokio::time::sleep(CAUGHT_WITHIN).await;
        while let Some(panic) = panics::unclaimed(CAUGHT_WITHIN) {
            record_file(&agent, panic.report, panic.file.as_deref()).await;
        }
    }
}

async fn record_file(agent: &Arc<Agent>, report: Report, file: Option<&Path>) -> ErrorId {
    let id = record(agent, Program::Agent, report).await;
    crashes::forget(file);
    id
}

/// What it left in files, and whether it was killed. A panic that ended it is told once.
async fn tell_of_last_run(agent: &Arc<Agent>) {
    let left = crashes::left(&agent.paths.state);
    let panicked = left.iter().any(|(_, report)| report.panic);
    for (file, report) in left {
        record_file(agent, report, Some(&file)).await;
    }
    if ends::begin(&agent.paths.state, std::process::id()) && !panicked {
        ends::tell_killed(agent).await;
    }
}

async fn tell_of_store(agent: &Arc<Agent>) {
    if let Some(report) = store_report(agent.store.opening()) {
        record(agent, Program::Agent, report).await;
    }
}

/// A database that was lost is a crash of ours, too.
fn store_report(opening: &Opening) -> Option<Report> {
    let why = &opening.why;
    let message = match &opening.verdict {
        Verdict::Sound => return None,
        Verdict::MovedAside(aside) => format!(
            "the database was damaged ({why}): it lies at {}, and a new one was made",
            aside.display()
        ),
        Verdict::MemoryOnly => format!(
            "no database can be opened ({why}): what is recorded now is lost at the next restart"
        ),
    };
    Some(Report {
        panic: false,
        doing: "potiond, opening its database".to_owned(),
        message,
        frames: Vec::new(),
        whole: String::new(),
    })
}

#[cfg(test)]
mod tests;
