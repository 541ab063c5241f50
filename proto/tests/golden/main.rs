//! Golden bytes: what every message looks like on the wire, written down in `golden/bytes.txt`.
//!
//! bincode does not describe itself: a changed struct decodes into wrong values without an error. So a
//! change here without a new `PROTOCOL` fails. After a deliberate change raise `PROTOCOL` and run
//! `POTION_GOLDEN=write cargo test -p potion-proto --test golden`.
#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

mod answers;
mod coverage;
mod nouns;
mod requests;

use std::fmt::Write as _;
use std::path::PathBuf;

use potion_proto::{PROTOCOL, wire};
use serde::Serialize;

/// One line of the file: a name, and the bytes in hex.
pub(crate) struct Golden {
    name: String,
    bytes: String,
}

impl Golden {
    /// The bytes of a value under a name.
    pub(crate) fn of<T: Serialize>(name: &str, value: &T) -> Self {
        let bytes = wire::encode(value).unwrap();
        let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            name: name.to_owned(),
            bytes: hex,
        }
    }
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/bytes.txt")
}

fn now() -> String {
    let mut text = format!("protocol {PROTOCOL}\n");
    for golden in nouns::all()
        .into_iter()
        .chain(requests::all())
        .chain(answers::all())
    {
        writeln!(text, "{} {}", golden.name, golden.bytes).unwrap();
    }
    text
}

fn protocol_of(text: &str) -> Option<&str> {
    text.lines().next()?.strip_prefix("protocol ")
}

/// The names whose bytes differ, appeared or went away.
fn differences(before: &str, after: &str) -> Vec<String> {
    let lines = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    let (before, after) = (lines(before), lines(after));
    let changed = after.iter().filter(|line| !before.contains(line));
    let gone = before.iter().filter(|line| !after.contains(line));
    let mut names: Vec<String> = changed
        .chain(gone)
        .filter_map(|line| Some(line.split(' ').next()?.to_owned()))
        .collect();
    names.dedup();
    names
}

/// What is wrong with a change from one text to the other; None for no change.
fn verdict(recorded: &str, now: &str) -> Option<String> {
    let changed = differences(recorded, now);
    let same_protocol = protocol_of(recorded) == protocol_of(now);
    match (changed.is_empty(), same_protocol) {
        (true, true) => None,
        (false, true) => Some(format!("the bytes of {changed:?} changed: raise PROTOCOL")),
        (_, false) => Some("PROTOCOL was raised: record the bytes with POTION_GOLDEN=write".into()),
    }
}

#[test]
fn every_message_has_the_bytes_that_this_protocol_version_promises() {
    let now = now();
    let recorded = std::fs::read_to_string(path()).unwrap_or_default();
    if std::env::var_os("POTION_GOLDEN").is_some() {
        let unreleased = protocol_of(&recorded).is_none();
        let raised = protocol_of(&recorded) != protocol_of(&now);
        assert!(unreleased || raised, "raise PROTOCOL first");
        std::fs::write(path(), now).unwrap();
        return;
    }
    assert_eq!(verdict(&recorded, &now), None);
}

#[test]
fn a_changed_message_without_a_new_protocol_version_is_seen() {
    let recorded = "protocol 1\na 00\nb 01\n";
    assert!(
        verdict(recorded, "protocol 1\na 00\nb 02\n")
            .unwrap()
            .contains("raise PROTOCOL")
    );
    assert!(
        verdict(recorded, "protocol 1\na 00\n")
            .unwrap()
            .contains("raise PROTOCOL")
    );
    assert!(
        verdict(recorded, "protocol 2\na 00\nb 02\n")
            .unwrap()
            .contains("POTION_GOLDEN")
    );
    assert_eq!(verdict(recorded, recorded), None);
}
