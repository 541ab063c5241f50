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

mod through_the_agent {
    use potion_proto::events::{Class, News, Seq};
    use potion_proto::incidents::{Incident, Phase, Subject};

    use super::*;
    use crate::testing::{Running, World, context};

    async fn incidents(world: &Running, after: Seq) -> Vec<(Incident, bool)> {
        let bot = world.bot().await;
        let call = bot.rpc.events_after(context(), bot.by, after, 100, 10_000);
        let events = call.await.unwrap().unwrap().events;
        let told = events.into_iter().filter_map(|event| match event.news {
            News::Incident(incident) if event.class == Class::Crashes => {
                Some((*incident, event.sounding))
            }
            _ => None,
        });
        told.collect()
    }

    #[tokio::test]
    async fn the_bot_s_own_crash_is_one_incident_and_root_sees_the_whole() {
        let world = World::new().start().await;
        let bot = world.bot().await;
        for _ in 0..3 {
            let call = bot.rpc.error_report(context(), bot.by, sample());
            call.await.unwrap().unwrap();
        }
        let told = incidents(&world, Seq(0)).await;
        let counts: Vec<(u32, bool)> = told.iter().map(|it| (it.0.count, it.1)).collect();
        assert_eq!(counts, [(1, true), (2, false), (3, false)]);
        let (incident, _) = &told[2];
        assert_eq!(incident.subject, Subject::Program(Program::Bot));
        assert_eq!(incident.reason, "index 7 is out of 3");
        assert_eq!(incident.lines[0].message, sample().frames[0]);

        let root = world.root().await;
        let id = incident.error.clone().unwrap();
        let shown = root.rpc.error_show(context(), root.by, id.clone());
        let record = shown.await.unwrap().unwrap();
        assert_eq!((record.count, &record.report.whole), (3, &sample().whole));
        assert!(record.report.message.contains("token=***"));
        let listed = root.rpc.error_list(context(), root.by, 10).await;
        assert_eq!(listed.unwrap().unwrap()[0].id, id);
    }

    #[tokio::test]
    async fn what_an_earlier_run_left_is_told_at_the_start_and_the_file_goes() {
        let world = World::new().start().await;
        let state = &world.agent.paths.state;
        let file = crashes::write(state, &sample()).unwrap();
        let no_key = std::io::Error::other("config.toml:3: no such key");
        crashes::start_failed(state, &no_key);
        tell_of_last_run(&world.agent).await;
        let told = incidents(&world, Seq(0)).await;
        assert_eq!(told.len(), 2);
        assert!(
            told.iter()
                .all(|(incident, rings)| *rings && incident.phase == Phase::Failed)
        );
        assert!(told.iter().any(|it| it.0.reason.contains("no such key")));
        assert!(!file.exists() && crashes::left(state).is_empty());
    }

    #[tokio::test]
    async fn a_run_that_was_killed_is_told_with_systemd_s_word_and_the_last_lines() {
        let world = World::new().start().await;
        let unit = "potiond.service";
        world.fakes.journal.put(unit, "serving");
        ends::begin(&world.agent.paths.state, 1);
        tell_of_last_run(&world.agent).await;
        let told = incidents(&world, Seq(0)).await;
        let [(incident, true)] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!(incident.subject, Subject::Program(Program::Agent));
        assert_eq!(incident.phase, Phase::Healed);
        assert_eq!(incident.lines[0].message, "serving");
        let root = world.root().await;
        let id = incident.error.clone().unwrap();
        let shown = root.rpc.error_show(context(), root.by, id).await;
        assert!(shown.unwrap().unwrap().report.whole.contains("serving"));
        tell_of_last_run(&world.agent).await;
        assert_eq!(incidents(&world, Seq(0)).await.len(), 1, "told once");
    }

    #[tokio::test]
    async fn a_run_that_panicked_is_told_of_its_panic_alone() {
        let world = World::new().start().await;
        let state = &world.agent.paths.state;
        ends::begin(state, 1);
        crashes::write(state, &sample()).unwrap();
        tell_of_last_run(&world.agent).await;
        let told = incidents(&world, Seq(0)).await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0.reason, "index 7 is out of 3");
    }
}

#[test]
fn a_database_that_was_lost_is_reported_and_a_sound_one_is_not() {
    use crate::store::{Opening, Verdict};
    let opening = |verdict| Opening {
        verdict,
        why: "file is not a database".to_owned(),
    };
    assert_eq!(store_report(&opening(Verdict::Sound)), None);
    let aside = opening(Verdict::MovedAside(
        "/var/lib/potion/state.db.corrupt-1".into(),
    ));
    let message = store_report(&aside).unwrap().message;
    assert!(message.contains("state.db.corrupt-1") && message.contains("not a database"));
    let memory = store_report(&opening(Verdict::MemoryOnly)).unwrap();
    assert!(memory.message.contains("lost at the next restart"));
}
