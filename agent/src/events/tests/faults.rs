//! Kills and a full disk.

use std::os::fd::AsFd;

use super::*;

const FOLDER_VARIABLE: &str = "POTION_TEST_FOLDER";

/// Not a test of its own: what the test below starts as another process, and kills.
#[tokio::test]
#[ignore = "started by the test beside it"]
async fn a_process_that_appends_for_ever() {
    use std::io::Write;
    let Some(folder) = std::env::var_os(FOLDER_VARIABLE) else {
        return;
    };
    let store = Store::open(folder.as_ref()).unwrap();
    let bounds = Bounds::of(&Config::default());
    for at in 1.. {
        let call = store.call(move |tx| {
            log::append(tx, &[], &[boot(at)], &bounds)?;
            log::head(tx)
        });
        let head = call.await.unwrap();
        // Straight to the descriptor: the test harness holds back what goes through `print`.
        let mut told = std::fs::File::from(
            std::io::stdout()
                .lock()
                .as_fd()
                .try_clone_to_owned()
                .unwrap(),
        );
        writeln!(told, "appended {}", head.0).unwrap();
    }
}

/// What was told as appended is there after a SIGKILL, each time, in one piece.
#[tokio::test]
async fn a_kill_loses_no_event_that_was_appended() {
    use std::io::{BufRead, BufReader};
    let folder = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    for round in 1..=6_usize {
        let mut child = appender(folder.path());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut numbers = lines
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("appended ")?.parse::<u64>().ok());
        told.extend(numbers.by_ref().take(round * 7));
        child.kill().unwrap();
        child.wait().unwrap();
        // Those that were told between our last look and the kill.
        told.extend(numbers);
    }
    assert!(told.len() >= 6 * 7);
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.opening().verdict, crate::store::Verdict::Sound);
    let page = store.call(|tx| log::page(tx, Seq(0), 100_000));
    let kept: Vec<u64> = page
        .await
        .unwrap()
        .0
        .events
        .iter()
        .map(|it| it.seq.0)
        .collect();
    assert!(
        told.iter()
            .all(|number: &u64| kept.binary_search(number).is_ok())
    );
}

#[allow(
    clippy::disallowed_methods,
    reason = "the test starts itself once more, to kill it"
)]
fn appender(folder: &std::path::Path) -> std::process::Child {
    std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "events::tests::faults::a_process_that_appends_for_ever",
        ])
        .args(["--ignored", "--nocapture"])
        .env(FOLDER_VARIABLE, folder)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap()
}

/// A small filesystem, full to the last byte but for its ballast.
struct FullDisk(tempfile::TempDir);

impl FullDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let (kind, none) = (Some("tmpfs"), nix::mount::MsFlags::empty());
        let size = Some("size=4m");
        let mounted = nix::mount::mount(kind, folder.path(), kind, none, size);
        mounted.ok().map(|()| Self(folder))
    }

    fn filler(&self) -> std::path::PathBuf {
        self.0.path().join("filler")
    }

    fn fill(&self) {
        let mut file = std::fs::File::create(self.filler()).unwrap();
        while std::io::Write::write(&mut file, &[1; 4096]).is_ok() {}
    }
}

impl Drop for FullDisk {
    fn drop(&mut self) {
        let _ = nix::mount::umount2(self.0.path(), nix::mount::MntFlags::MNT_DETACH);
    }
}

/// An agent whose state is in this folder.
fn agent_in(state: &std::path::Path) -> Arc<Agent> {
    let fakes = crate::testing::Fakes::default();
    let paths = crate::paths::Paths {
        state: state.to_owned(),
        ..crate::paths::Paths::beneath(state)
    };
    Agent::new(crate::Parts {
        config: Config::default(),
        store: Store::open(state).unwrap(),
        paths,
        clock: fakes.clock,
        units: fakes.units,
        journal: fakes.journal,
        host: fakes.host,
        packages: fakes.packages,
        runner: fakes.runner,
        mirror: fakes.mirror,
        timers: fakes.timers,
    })
}

/// All events that there are, page by page.
async fn all(agent: &Arc<Agent>) -> Vec<Event> {
    let root = BotOrLocal::check(crate::policy::Actor {
        caller: crate::policy::Caller::Local { uid: 0 },
        admin: None,
        request: 0,
    });
    let (root, mut found) = (root.unwrap(), Vec::<Event>::new());
    loop {
        let cursor = found.last().map_or(Seq(0), |event| event.seq);
        let page = after(agent, &root, cursor, 100, Duration::ZERO)
            .await
            .unwrap();
        if page.events.is_empty() {
            return found;
        }
        found.extend(page.events);
    }
}

#[tokio::test]
async fn a_full_disk_loses_no_event_and_all_are_on_it_when_there_is_room_again() {
    let Some(disk) = FullDisk::mount() else {
        assert_ne!(nix::unistd::getuid().as_raw(), 0, "root can mount a tmpfs");
        return;
    };
    let agent = agent_in(disk.0.path());
    let long = "x".repeat(20_000);
    let publish = |number: usize| {
        let news = News::Paired {
            id: potion_proto::names::TelegramId::new(7).unwrap(),
            name: format!("{number} {long}"),
        };
        publish(&agent, Class::Security, Audience::Owners, true, news)
    };
    publish(0).await;
    assert!(agent.store.ballast().tend(256 * 1024));
    disk.fill();
    for number in 1..=80 {
        publish(number).await;
    }
    assert!(!agent.events.tail().is_empty(), "the disk took all of it");
    let told = all(&agent).await;
    assert_eq!(told.len(), 81);
    std::fs::remove_file(disk.filler()).unwrap();
    publish(81).await;
    assert!(agent.events.tail().is_empty());
    let kept = all(&agent).await;
    assert_eq!(kept[..81], told[..]);
    assert_eq!(kept.len(), 82);
    let again = Store::open(disk.0.path()).unwrap();
    let page = again.call(|tx| log::page(tx, Seq(0), 100_000)).await;
    assert_eq!(page.unwrap().0.events[0], kept[0]);
}
