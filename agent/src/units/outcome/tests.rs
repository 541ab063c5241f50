#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use potion_proto::names::UnitName;
use zbus::{Array, Str, Variant};

use super::*;

/// A unit with `ActiveState`, `Result` and the last byte of its InvocationID.
fn unit(active: &'static str, result: &'static str, invocation: u8) -> Facts {
    let mut facts = Facts::none(UnitName::new("a.service").unwrap());
    let properties = [
        ("LoadState", Variant::Str(Str::from("loaded"))),
        ("ActiveState", Variant::Str(Str::from(active))),
        ("Result", Variant::Str(Str::from(result))),
        (
            "InvocationID",
            Variant::Array(Array::from(vec![invocation])),
        ),
    ];
    facts.learn(&properties.into_iter().collect());
    facts
}

fn skipped(active: &'static str) -> Facts {
    let mut facts = unit(active, "success", 1);
    let properties = [
        ("ConditionResult", Variant::Bool(false)),
        ("ConditionTimestamp", Variant::U64(9)),
    ];
    facts.learn(&properties.into_iter().collect());
    facts
}

fn verdict(verb: Verb, word: &str, before: &Facts, after: &Facts) -> Verdict {
    of_job(verb, &JobEnd::Removed(word.to_owned()), before, after)
}

#[test]
fn a_start_is_done_only_when_the_unit_runs_anew() {
    let (down, up, again) = (
        unit("inactive", "success", 1),
        unit("active", "success", 2),
        unit("active", "success", 3),
    );
    assert_eq!(verdict(Verb::Start, "done", &down, &up), Verdict::Done);
    assert_eq!(verdict(Verb::Start, "done", &up, &up), Verdict::Unchanged);
    assert_eq!(verdict(Verb::Restart, "done", &up, &again), Verdict::Done);
    assert_eq!(verdict(Verb::Restart, "done", &up, &up), Verdict::Failed);
}

#[test]
fn done_is_not_believed_when_a_condition_skipped_it() {
    let before = unit("inactive", "success", 1);
    assert_eq!(
        verdict(Verb::Start, "done", &before, &skipped("inactive")),
        Verdict::Skipped
    );
    assert_eq!(
        verdict(Verb::Start, "assert", &before, &skipped("failed")),
        Verdict::Skipped
    );
    let dependency = verdict(Verb::Start, "dependency", &before, &skipped("inactive"));
    assert_eq!(dependency, Verdict::Failed);
}

#[test]
fn failures_are_told_apart() {
    let before = unit("inactive", "success", 1);
    let limit = unit("failed", "start-limit-hit", 1);
    assert_eq!(
        verdict(Verb::Start, "failed", &before, &limit),
        Verdict::StartLimit
    );
    assert_eq!(
        verdict(
            Verb::Start,
            "failed",
            &before,
            &unit("failed", "exit-code", 2)
        ),
        Verdict::Failed
    );
    let looping = unit("activating", "exit-code", 2);
    assert_eq!(
        verdict(Verb::Restart, "done", &before, &looping),
        Verdict::Failed
    );
    assert_eq!(
        verdict(Verb::Start, "canceled", &before, &before),
        Verdict::Cancelled
    );
    assert_eq!(
        of_job(Verb::Start, &JobEnd::Running, &before, &before),
        Verdict::StillRunning
    );
}

#[test]
fn a_oneshot_that_ended_well_is_done() {
    let (before, after) = (
        unit("inactive", "success", 1),
        unit("inactive", "success", 2),
    );
    assert_eq!(verdict(Verb::Start, "done", &before, &after), Verdict::Done);
}

#[test]
fn a_stop_is_done_when_the_unit_is_down_however_it_went() {
    let (up, down) = (unit("active", "success", 1), unit("inactive", "success", 1));
    assert_eq!(verdict(Verb::Stop, "done", &up, &down), Verdict::Done);
    assert_eq!(
        verdict(Verb::Stop, "done", &up, &unit("failed", "timeout", 1)),
        Verdict::Done
    );
    assert_eq!(
        verdict(Verb::Stop, "done", &down, &down),
        Verdict::Unchanged
    );
    assert_eq!(verdict(Verb::Stop, "failed", &up, &up), Verdict::Failed);
}
