#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use proptest::prelude::*;
use zbus::{Array, Str};

use super::*;

fn of(properties: Vec<(&'static str, Variant<'static>)>) -> Facts {
    let mut facts = Facts::none(UnitName::new("a.service").unwrap());
    facts.learn(&properties.into_iter().collect());
    facts
}

fn text(word: &'static str) -> Variant<'static> {
    Variant::Str(Str::from(word))
}

#[test]
fn a_running_service_reads_as_one() {
    let facts = of(vec![
        ("LoadState", text("loaded")),
        ("ActiveState", text("active")),
        ("SubState", text("running")),
        ("ActiveEnterTimestamp", Variant::U64(1_700_000_000_123_456)),
        (
            "InvocationID",
            Variant::Array(Array::from(vec![0xab_u8, 0x01])),
        ),
        ("MainPID", Variant::U32(42)),
        ("MemoryCurrent", Variant::U64(u64::MAX)),
        ("TasksCurrent", Variant::U64(3)),
        (
            "Wants",
            Variant::Array(Array::from(vec!["b.service", "a.target"])),
        ),
        ("Requires", Variant::Array(Array::from(vec!["a.target"]))),
        (
            "Job",
            Variant::new((7_u32, zbus::ObjectPath::try_from("/x").unwrap())),
        ),
    ]);
    assert_eq!(facts.job, 7);
    assert_eq!(facts.invocation(), "ab01");
    let detail = facts.detail(0);
    assert_eq!(detail.unit.active, Active::Active);
    assert_eq!(detail.unit.since, Some(Timestamp(1_700_000_000_123)));
    assert_eq!(
        (detail.main_pid, detail.memory, detail.tasks),
        (Some(42), None, Some(3))
    );
    assert_eq!(detail.requires, ["a.target", "b.service"]);
    assert_eq!(detail.ending.status, None);
}

#[test]
fn a_kill_is_told_from_an_exit() {
    let killed = of(vec![
        ("ExecMainCode", Variant::I32(2)),
        ("ExecMainStatus", Variant::I32(9)),
    ]);
    assert!(killed.ending().signalled && killed.ending().status == Some(9));
    let exited = of(vec![
        ("ExecMainCode", Variant::I32(1)),
        ("ExecMainStatus", Variant::I32(3)),
    ]);
    assert!(!exited.ending().signalled && exited.ending().status == Some(3));
}

#[test]
fn a_condition_that_was_never_tested_skipped_nothing() {
    assert!(!of(vec![("ConditionResult", Variant::Bool(false))]).was_skipped());
    let tested = ("ConditionTimestamp", Variant::U64(5));
    assert!(of(vec![("ConditionResult", Variant::Bool(false)), tested]).was_skipped());
}

#[test]
fn a_timer_fires_next_by_the_nearer_of_its_two_clocks() {
    let realtime = ("NextElapseUSecRealtime", Variant::U64(9_000_000));
    let monotonic = ("NextElapseUSecMonotonic", Variant::U64(1_000_000));
    let zero = 4_000_000;
    assert_eq!(
        of(vec![realtime, monotonic]).detail(zero).next,
        Some(Timestamp(5_000))
    );
    let never = ("NextElapseUSecRealtime", Variant::U64(u64::MAX));
    assert_eq!(of(vec![never]).detail(zero).next, None);
}

const NAMES: [&str; 14] = [
    "ActiveState",
    "SubState",
    "Job",
    "InvocationID",
    "MainPID",
    "NRestarts",
    "Result",
    "Wants",
    "DropInPaths",
    "MemoryCurrent",
    "NextElapseUSecMonotonic",
    "ConditionResult",
    "ExecMainCode",
    "ActiveEnterTimestamp",
];

fn any_value() -> impl Strategy<Value = Variant<'static>> {
    prop_oneof![
        any::<u8>().prop_map(Variant::U8),
        any::<bool>().prop_map(Variant::Bool),
        any::<i32>().prop_map(Variant::I32),
        any::<u32>().prop_map(Variant::U32),
        any::<u64>().prop_map(Variant::U64),
        any::<String>().prop_map(|text| Variant::Str(Str::from(text))),
        any::<Vec<u8>>().prop_map(|bytes| Variant::Array(Array::from(bytes))),
        any::<(u64, String)>().prop_map(Variant::new),
    ]
}

proptest! {
    #[test]
    fn properties_of_any_type_are_taken_or_passed_over(
        values in prop::collection::vec((prop::sample::select(&NAMES[..]), any_value()), 0..20),
        zero in any::<u64>(),
    ) {
        let mut facts = Facts::none(UnitName::new("a.timer").unwrap());
        facts.learn(&values.into_iter().collect());
        let _ = facts.state();
        let _ = facts.detail(zero);
    }
}
