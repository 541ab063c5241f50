//! A job in words.

use potion_proto::actions::Action;
use potion_proto::admins::Role;
use potion_proto::jobs::{Job, Phase};
use serde::Serialize;

use crate::acts::title;
use crate::clock::now_ms;
use crate::go::Go;
use crate::packages;
use crate::screen::{Button, Screen};
use crate::words::{Words, with};

/// What the messages `job-…` name; `elapsed` in seconds.
#[derive(Serialize)]
struct Values<'a> {
    title: String,
    percent: Option<u8>,
    step: String,
    elapsed: i64,
    by: &'a str,
    reason: &'a str,
    lines: &'a [String],
    facts: Vec<String>,
}

/// A job as it stands, with Cancel while that is possible, and what helps once it is over.
pub(crate) fn screen(words: &Words, job: &Job, role: Role) -> Screen {
    let cancel = job.cancellable && !job.phase.is_over();
    let button = || {
        Button::to(
            words.label("button-cancel-job"),
            Go::act(Action::JobCancel(job.id), Go::Job(job.id)),
        )
        .aside()
    };
    let screen = Screen::new(text(words, job)).row(cancel.then(button));
    if job.phase.is_over() {
        return screen
            .row(next(words, job, role))
            .row([Button::to(words.label("button-menu"), Go::Menu)]);
    }
    screen
}

/// The output of what went wrong; what needs a restart after an upgrade that went well.
fn next(words: &Words, job: &Job, role: Role) -> Option<Button> {
    match (job.phase, &job.action) {
        (Phase::Failed | Phase::Interrupted, _) if role >= Role::Operator => {
            Some(Button::to(words.label("button-output"), Go::Output(job.id)).aside())
        }
        (Phase::Done, Action::PackagesUpgrade(_)) => {
            let restarts = Go::Packages(packages::Go::Restarts);
            Some(Button::to(words.label("button-restarts"), restarts))
        }
        _ => None,
    }
}

/// A job as it stands, HTML.
pub(crate) fn text(words: &Words, job: &Job) -> String {
    let until = job.ended.map_or_else(now_ms, |ended| ended.0);
    let values = Values {
        title: title(words, &job.action),
        percent: job.progress.percent,
        step: step(words, job),
        elapsed: ((until - job.at.0) / 1000).max(0),
        by: &job.by,
        reason: &job.ending.reason,
        lines: &job.ending.tail,
        facts: facts(words, job),
    };
    words.html(key(job.phase), values)
}

fn key(phase: Phase) -> &'static str {
    match phase {
        Phase::Queued => "job-queued",
        Phase::Running => "job-running",
        Phase::Done => "job-done",
        Phase::Failed => "job-failed",
        Phase::Cancelled => "job-cancelled",
        Phase::Interrupted => "job-interrupted",
    }
}

/// The step in words; one that the catalogue does not know yet as the agent calls it.
fn step(words: &Words, job: &Job) -> String {
    let progress = &job.progress;
    let key = format!("job-step-{}", progress.step);
    if progress.step.is_empty() || !words.has(&key) {
        return [progress.step.as_str(), progress.item.as_str()]
            .join(" ")
            .trim()
            .to_owned();
    }
    words.plain(&key, with([("item", &progress.item)]))
}

/// What the job found out, for those facts that the catalogue has words for.
fn facts(words: &Words, job: &Job) -> Vec<String> {
    let known = job.ending.facts.iter().filter_map(|(name, value)| {
        let key = format!("job-fact-{name}");
        words
            .has(&key)
            .then(|| words.plain(&key, with([("value", value)])))
    });
    known.collect()
}
