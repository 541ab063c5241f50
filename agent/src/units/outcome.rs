//! What truly came of a verb, from the job's result and the unit before and after.
//!
//! `done` alone proves nothing: it is also the result of a start that a condition skipped.

use potion_proto::units::{Active, Outcome, Verb, Verdict};

use super::facts::Facts;

/// How a job ended: systemd's word, or that it did not within our time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum JobEnd {
    /// JobRemoved's result (`done`, `failed`, `canceled`, …).
    Removed(String),
    /// It still runs.
    Running,
}

/// The verdict on a verb that systemd does by a job.
pub(super) fn of_job(verb: Verb, end: &JobEnd, before: &Facts, after: &Facts) -> Verdict {
    let word = match end {
        JobEnd::Running => return Verdict::StillRunning,
        JobEnd::Removed(word) => word.as_str(),
    };
    match (verb, word) {
        (_, "canceled" | "once" | "collected") => Verdict::Cancelled,
        (Verb::Stop, _) => stopped(before, after),
        (Verb::Reload, "done") => Verdict::Done,
        (Verb::Reload, _) => Verdict::Failed,
        (_, word) => started(verb, word, before, after),
    }
}

fn stopped(before: &Facts, after: &Facts) -> Verdict {
    match (is_down(before), is_down(after)) {
        (true, true) => Verdict::Unchanged,
        (false, true) => Verdict::Done,
        (_, false) => Verdict::Failed,
    }
}

fn started(verb: Verb, word: &str, before: &Facts, after: &Facts) -> Verdict {
    let ran = after.invocation() != before.invocation();
    match after.active {
        _ if after.result() == "start-limit-hit" && after.active == Active::Failed => {
            Verdict::StartLimit
        }
        // A start that was refused leaves the result of the run before it.
        Active::Failed if !ran && word == "failed" => Verdict::StartLimit,
        Active::Active | Active::Reloading if ran => Verdict::Done,
        Active::Active | Active::Reloading if verb == Verb::Start => Verdict::Unchanged,
        _ if !ran && after.was_skipped() && matches!(word, "done" | "skipped" | "assert") => {
            Verdict::Skipped
        }
        // A oneshot that did its work and ended, a timer's or socket's service that stopped when idle.
        Active::Inactive if word == "done" && ran && after.result() == "success" => Verdict::Done,
        _ => Verdict::Failed,
    }
}

fn is_down(facts: &Facts) -> bool {
    matches!(facts.active, Active::Inactive | Active::Failed)
}

/// An outcome without its lines.
pub(super) fn outcome(verb: Verb, verdict: Verdict, after: &Facts, took_ms: u64) -> Outcome {
    Outcome {
        unit: after.unit.clone(),
        verb,
        verdict,
        active: after.active,
        sub: after.sub.clone(),
        ending: after.ending(),
        main_pid: after.main_pid(),
        took_ms,
        lines: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
