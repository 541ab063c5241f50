#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use potion_proto::names::UnitName;
use potion_proto::time::Timestamp;
use potion_proto::units::{Active, Ending};
use proptest::prelude::*;

use super::book::{Key, REOPEN};
use super::marks::Mark;
use super::turn::{self, Stands, Turn};
use super::*;
use crate::units::watch::{Cause, UnitChange, UnitState};

fn nginx() -> UnitName {
    UnitName::new("nginx.service").unwrap()
}

fn subject() -> Key {
    (Subject::Unit(nginx()), None)
}

fn how(phase: Phase, times: u32) -> Break {
    Break {
        times,
        ..once(phase, "signal (SIGKILL)".to_owned())
    }
}

const LATER: i64 = REOPEN.as_millis() as i64 + 1;

/// `running 0 a`: SubState, NRestarts, InvocationID.
fn state(words: &str) -> UnitState {
    let mut words = words.split(' ');
    let sub = words.next().unwrap();
    let active = match sub {
        "running" => Active::Active,
        "auto-restart" | "auto-restart-queued" | "start-pre" => Active::Activating,
        "failed" => Active::Failed,
        "stop-sigterm" => Active::Deactivating,
        "dead" => Active::Inactive,
        other => panic!("{other}"),
    };
    let broke = matches!(sub, "auto-restart" | "auto-restart-queued" | "failed");
    UnitState {
        unit: nginx(),
        active,
        sub: sub.to_owned(),
        ending: Ending {
            result: if broke { "signal" } else { "success" }.to_owned(),
            status: broke.then_some(9),
            signalled: broke,
            skipped: false,
        },
        restarts: words.next().unwrap().parse().unwrap(),
        invocation: words.next().unwrap().to_owned(),
        main_pid: None,
        since: None,
    }
}

fn change(before: &str, now: &str, cause: Cause) -> Option<Turn> {
    let mark = Mark::of(&state(before));
    turn::of_change(
        Some(&mark),
        &UnitChange {
            before: state(before),
            now: state(now),
            cause,
        },
    )
}

fn broke(times: u32, stands: Stands) -> Option<Turn> {
    Some(Turn::Broke { times, stands })
}

#[test]
fn what_systemd_shows_is_read_as_what_it_means() {
    use Cause::{Asked, Itself};
    use Stands::{Failed, Healing, Up};
    for (before, now, cause, expected) in [
        ("running 0 a", "failed 0 a", Itself, broke(1, Failed)),
        ("running 0 a", "auto-restart 0 a", Itself, broke(1, Healing)),
        (
            "auto-restart 0 a",
            "running 1 b",
            Itself,
            Some(Turn::Well { asked: false }),
        ),
        ("running 0 a", "running 1 b", Itself, broke(1, Up)),
        ("running 1 b", "auto-restart 2 c", Itself, broke(2, Healing)),
        (
            "auto-restart 1 b",
            "auto-restart 2 c",
            Itself,
            broke(1, Healing),
        ),
        ("auto-restart 4 e", "failed 5 e", Itself, broke(0, Failed)),
        ("auto-restart 4 e", "failed 5 f", Itself, broke(1, Failed)),
        ("dead 0 a", "failed 0 b", Itself, broke(1, Failed)),
        ("running 0 a", "stop-sigterm 0 a", Asked, None),
        ("stop-sigterm 0 a", "dead 0 a", Asked, Some(Turn::LaidDown)),
        (
            "dead 0 a",
            "running 0 b",
            Asked,
            Some(Turn::Well { asked: true }),
        ),
        (
            "running 0 a",
            "running 0 b",
            Asked,
            Some(Turn::Well { asked: true }),
        ),
        ("stop-sigterm 0 a", "failed 0 a", Asked, None),
        (
            "running 0 a",
            "dead 0 a",
            Itself,
            Some(Turn::Well { asked: false }),
        ),
        (
            "start-pre 0 a",
            "dead 0 a",
            Itself,
            Some(Turn::Well { asked: false }),
        ),
        ("failed 0 a", "dead 0 a", Itself, Some(Turn::LaidDown)),
        ("auto-restart 0 a", "dead 1 a", Itself, None),
        ("auto-restart 0 a", "start-pre 1 b", Itself, None),
        (
            "auto-restart 0 a",
            "auto-restart 1 a",
            Itself,
            broke(0, Healing),
        ),
    ] {
        assert_eq!(change(before, now, cause), expected, "{before} -> {now}");
    }
}

fn breaks_in(life: &[&str]) -> u32 {
    let mut mark = Mark::of(&state(life[0]));
    let mut breaks = 0;
    for pair in life.windows(2) {
        let change = UnitChange {
            before: state(pair[0]),
            now: state(pair[1]),
            cause: Cause::Itself,
        };
        if let Some(Turn::Broke { times, .. }) = turn::of_change(Some(&mark), &change) {
            breaks += times;
        }
        mark = Mark::after(Some(&mark), &change);
    }
    breaks
}

#[test]
fn a_break_is_counted_once_whatever_systemd_shows_on_the_way_to_the_next_run() {
    let on_systemd_257 = [
        "running 0 a",
        "auto-restart 0 a",
        "auto-restart 1 a",
        "auto-restart-queued 1 a",
        "auto-restart-queued 1 b",
        "running 1 b",
        "auto-restart 1 b",
        "auto-restart-queued 2 c",
        "running 2 c",
    ];
    assert_eq!(breaks_in(&on_systemd_257), 2);
    let on_systemd_252 = [
        "running 0 a",
        "auto-restart 0 a",
        "auto-restart 1 a",
        "start-pre 1 b",
        "running 1 b",
        "auto-restart 1 b",
        "failed 2 b",
    ];
    assert_eq!(breaks_in(&on_systemd_252), 2);
}

/// Seen on systemd 252: the id of a start by hand shows while the unit still shows `failed`.
#[test]
fn a_failure_after_a_start_by_hand_is_a_break_of_its_own() {
    let started = UnitChange {
        before: state("failed 0 a"),
        now: state("failed 0 b"),
        cause: Cause::Asked,
    };
    let mark = Mark::of(&started.before);
    assert_eq!(turn::of_change(Some(&mark), &started), None);
    let mark = Mark::after(Some(&mark), &started);
    let dies = UnitChange {
        before: state("running 0 b"),
        now: state("failed 0 b"),
        cause: Cause::Itself,
    };
    assert_eq!(
        turn::of_change(Some(&mark), &dies),
        broke(1, Stands::Failed)
    );
}

#[test]
fn what_happened_unseen_is_read_from_invocation_and_restarts() {
    use Stands::{Failed, Healing, Up};
    for (mark, now, expected) in [
        (
            "running 0 a",
            "running 0 a",
            Some(Turn::Well { asked: true }),
        ),
        ("running 0 a", "running 1 b", broke(1, Up)),
        ("running 3 a", "running 2 b", broke(2, Up)),
        (
            "running 2 a",
            "running 0 b",
            Some(Turn::Well { asked: true }),
        ),
        ("running 0 a", "failed 0 a", broke(1, Failed)),
        ("failed 0 a", "failed 0 a", broke(0, Failed)),
        ("failed 0 a", "failed 0 b", broke(1, Failed)),
        ("running 0 a", "auto-restart 0 a", broke(1, Healing)),
        ("running 0 a", "dead 0 a", Some(Turn::LaidDown)),
    ] {
        let mark = Mark::of(&state(mark));
        assert_eq!(
            turn::of_snapshot(Some(&mark), &state(now)),
            expected,
            "{now}"
        );
    }
    assert_eq!(
        turn::of_snapshot(None, &state("failed 0 a")),
        broke(1, Failed)
    );
    assert_eq!(
        turn::of_snapshot(None, &state("running 4 a")),
        Some(Turn::Well { asked: false })
    );
}

#[test]
fn a_reason_is_short_and_names_the_signal_or_the_status() {
    let ending = |result: &str, status, signalled| Ending {
        result: result.to_owned(),
        status,
        signalled,
        skipped: false,
    };
    for (ending, expected) in [
        (ending("signal", Some(9), true), "signal (SIGKILL)"),
        (ending("exit-code", Some(1), false), "exit-code (1)"),
        (ending("timeout", Some(0), false), "timeout"),
        (ending("success", Some(0), false), "restarted"),
    ] {
        assert_eq!(turn::reason(&ending), expected);
    }
}

#[test]
fn one_that_heals_rings_once_and_one_that_breaks_again_rings_anew_under_its_number() {
    let mut book = Book::default();
    let first = book
        .broke(subject(), how(Phase::Healing, 1), Timestamp(1))
        .unwrap();
    assert!(first.sounding && first.incident.phase == Phase::Healing);
    let healed = book.well(&subject(), false, Timestamp(2)).unwrap();
    assert!(!healed.sounding && healed.incident.phase == Phase::Healed);
    let again = book
        .broke(subject(), how(Phase::Failed, 1), Timestamp(3))
        .unwrap();
    assert!(again.sounding && again.incident.count == 2);
    assert_eq!(again.incident.id, first.incident.id);
    assert_eq!(again.incident.since, Timestamp(1));
    book.well(&subject(), true, Timestamp(4)).unwrap();
    let later = book.broke(subject(), how(Phase::Failed, 1), Timestamp(5 + LATER));
    assert_ne!(later.unwrap().incident.id, first.incident.id);
}

#[test]
fn crashes_fold_into_a_count_and_giving_up_rings() {
    let mut book = Book::default();
    let tell =
        |book: &mut Book, phase, times| book.broke(subject(), how(phase, times), Timestamp(1));
    assert!(tell(&mut book, Phase::Healing, 1).unwrap().sounding);
    for count in 2..=4 {
        let told = tell(&mut book, Phase::Healing, 1).unwrap();
        assert!(!told.sounding && told.incident.count == count);
    }
    let gave_up = tell(&mut book, Phase::Failed, 0).unwrap();
    assert!(gave_up.sounding && gave_up.incident.phase == Phase::GaveUp);
    assert_eq!(gave_up.incident.count, 4);
    assert_eq!(tell(&mut book, Phase::Failed, 0), None);
    let taken = book.acknowledge(gave_up.incident.id, "telegram:1", Timestamp(2));
    assert_eq!(taken.unwrap().incident.phase, Phase::Acknowledged);
    let well = book.well(&subject(), true, Timestamp(3)).unwrap();
    assert_eq!(well.incident.phase, Phase::Resolved);
    assert_eq!(well.incident.acknowledged_by, "telegram:1");
}

#[test]
fn a_muted_incident_tells_but_does_not_ring() {
    let mut book = Book::default();
    let first = book
        .broke(subject(), how(Phase::Healing, 1), Timestamp(1))
        .unwrap();
    book.mute(first.incident.id, Timestamp(100), Timestamp(2))
        .unwrap();
    let told = book.broke(subject(), how(Phase::GaveUp, 0), Timestamp(50));
    assert!(!told.unwrap().sounding);
    book.well(&subject(), true, Timestamp(60)).unwrap();
    let told = book.broke(subject(), how(Phase::Failed, 1), Timestamp(101));
    assert!(told.unwrap().sounding);
}

#[test]
fn an_error_that_storms_is_told_in_round_numbers_and_is_over_after_a_quiet_day() {
    let mut book = Book::default();
    let error = ErrorId::new("00c0ffee").unwrap();
    let key: Key = (Subject::Program(Program::Bot), Some(error));
    let told: Vec<u32> = (0..1_000)
        .filter_map(|_| book.broke(key.clone(), how(Phase::Failed, 1), Timestamp(1)))
        .map(|told| told.incident.count)
        .collect();
    assert_eq!(told.len(), 10 + 9 + 9);
    assert!(told.contains(&10) && told.contains(&100) && told.contains(&1_000));
    assert_eq!(book.age(Timestamp(2)), []);
    let over = book.age(Timestamp(2 + book::QUIET.as_millis() as i64));
    assert_eq!(over[0].incident.phase, Phase::Resolved);
}

#[test]
fn a_program_that_errs_in_ever_new_ways_does_not_fill_the_memory() {
    let mut book = Book::default();
    book.broke(subject(), how(Phase::Failed, 1), Timestamp(0));
    for n in 0..2_000 {
        let error = ErrorId::new(format!("{n:08x}")).unwrap();
        let key = (Subject::Program(Program::Bot), Some(error));
        book.broke(key, how(Phase::Failed, 1), Timestamp(n));
    }
    assert!(book.is_open(&subject()));
    assert!(book.age(Timestamp(i64::MAX)).len() < 600);
}

fn steps() -> impl Strategy<Value = Vec<(u8, u32, i64)>> {
    prop::collection::vec((0..6u8, 0..3u32, 0..LATER), 0..40)
}

proptest! {
    /// Whatever happens: one open incident for a subject, counts never fall, ids never come back, and
    /// only a break that leaves it broken rings.
    #[test]
    fn the_state_machine_holds_its_promises(steps in steps()) {
        let mut book = Book::default();
        let (mut now, mut last): (i64, Option<Incident>) = (0, None);
        for (step, times, pause) in steps {
            now += pause;
            let at = Timestamp(now);
            let told = match step {
                0 => book.broke(subject(), how(Phase::Failed, times), at),
                1 => book.broke(subject(), how(Phase::Healing, times), at),
                2 => book.broke(subject(), how(Phase::GaveUp, times), at),
                3 => book.well(&subject(), times == 0, at),
                4 => last.as_ref().and_then(|it| book.acknowledge(it.id, "uid:0", at)),
                _ => { book.age(at); None }
            };
            let Some(Told { incident, sounding }) = told else { continue };
            if let Some(last) = &last {
                prop_assert!(incident.id >= last.id);
                if incident.id == last.id {
                    prop_assert!(incident.count >= last.count);
                } else {
                    prop_assert!(!is_open(last), "two are open");
                }
                if sounding {
                    let gave_up = incident.phase == Phase::GaveUp && last.phase != Phase::GaveUp;
                    prop_assert!(gave_up || !is_open(last), "{:?} -> {:?}", last.phase, incident.phase);
                }
            }
            prop_assert!(!sounding || is_open(&incident));
            prop_assert_eq!(book.is_open(&subject()), is_open(&incident));
            last = Some(incident);
        }
    }
}
