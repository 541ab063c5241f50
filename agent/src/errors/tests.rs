#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use super::*;

fn sample() -> Report {
    Report {
        panic: true,
        doing: "unit_list".to_owned(),
        message: "index 7 is out of 3\ncaused by: token=hunter2".to_owned(),
        frames: vec!["potion_agent::units::list at agent/src/units.rs:12".to_owned()],
        whole: "0: potion_agent::units::list".to_owned(),
    }
}

#[test]
fn the_same_error_has_the_same_id_whatever_its_numbers() {
    let id = fingerprint::of(Program::Agent, &sample());
    let other_numbers = Report {
        message: "index 12 is out of 9\nelse".to_owned(),
        ..sample()
    };
    assert_eq!(fingerprint::of(Program::Agent, &other_numbers), id);
    let elsewhere = Report {
        frames: vec!["potion_agent::units::list at agent/src/units.rs:13".to_owned()],
        ..sample()
    };
    let of_another_kind = Report {
        panic: false,
        ..sample()
    };
    for other in [elsewhere, of_another_kind] {
        assert_ne!(fingerprint::of(Program::Agent, &other), id);
    }
    assert_ne!(fingerprint::of(Program::Bot, &sample()), id);
}

#[test]
fn a_report_is_bounded_redacted_and_free_of_control_characters() {
    let hostile = Report {
        panic: false,
        doing: "x\u{1b}[31m\ny".repeat(1_000),
        message: format!(
            "{}password=hunter2 {}",
            "é".repeat(100),
            "é".repeat(100_000)
        ),
        frames: vec!["é".repeat(10_000); 10_000],
        whole: "é".repeat(1_000_000),
    };
    let kept = limits::bounded(hostile);
    let wire = potion_proto::wire::encode(&kept).unwrap();
    assert!(wire.len() < 96 * 1024, "{}", wire.len());
    assert!(!kept.message.contains("hunter2"));
    assert!(!kept.doing.chars().any(char::is_control));
    assert_eq!(limits::reason(&sample()), "index 7 is out of 3");
}

#[tokio::test]
async fn occurrences_fold_into_a_count_and_the_oldest_errors_go() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store::Store::open(folder.path()).unwrap();
    let record = |n: u32, at: i64| Record {
        id: ErrorId::new(format!("{n:08x}")).unwrap(),
        program: Program::Bot,
        first: Timestamp(at),
        last: Timestamp(at),
        count: 1,
        report: sample(),
    };
    for (n, at) in [(1, 10), (1, 20), (1, 30)]
        .into_iter()
        .chain((2..300).map(|n| (n, 40)))
    {
        let record = record(n, at);
        store.call(move |tx| rows::put(tx, &record)).await.unwrap();
        if n == 1 {
            let id = ErrorId::new("00000001").unwrap();
            let found = store.call(move |tx| rows::show(tx, &id)).await.unwrap();
            let found = found.unwrap();
            assert_eq!((found.first.0, found.last.0), (10, at));
            assert_eq!(i64::from(found.count), at / 10);
        }
    }
    let listed = store.call(|tx| rows::list(tx, 1_000)).await.unwrap();
    assert_eq!(listed.len(), 256);
    assert!(listed.iter().all(|record| record.id.as_str() != "00000001"));
}

#[test]
fn crash_files_are_found_bounded_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let file = crashes::write(folder.path(), &sample()).unwrap();
    assert_eq!(crashes::left(folder.path()), [(file.clone(), sample())]);
    crashes::forget(Some(&file));
    assert_eq!(crashes::left(folder.path()), []);
    std::fs::write(folder.path().join("crash-1-1.json"), "{").unwrap();
    assert_eq!(crashes::left(folder.path()), []);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let written = (0..100).filter_map(|_| crashes::write(folder.path(), &sample()));
    assert_eq!(written.count(), 16);
}

#[test]
fn a_start_that_fails_again_for_the_same_reason_writes_nothing_new() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    let inode = || {
        let path = folder.path().join("crash-start.json");
        std::fs::metadata(path).unwrap().ino()
    };
    let error = |words: &str| std::io::Error::other(words.to_owned());
    crashes::start_failed(folder.path(), &error("config.toml:3: no such key"));
    let first = inode();
    crashes::start_failed(folder.path(), &error("config.toml:3: no such key"));
    assert_eq!(inode(), first);
    crashes::start_failed(folder.path(), &error("config.toml:4: no such key"));
    let left = crashes::left(folder.path());
    assert_eq!(left.len(), 1);
    assert!(left[0].1.message.contains("config.toml:4"));
}
