//! The journal of a real machine, read from outside through the agent's adapter.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use potion_agent::journal::{Cut, Journal, JournalError, Journalctl};
use potion_proto::journal::{Filter, Page, Place, Priority};
use potion_proto::names::UnitName;
use potion_proto::time::Timestamp;
use potion_tests::lab::{Machine, Suite};

const CUT: Cut = Cut {
    line_max_chars: 400,
};

struct World {
    machine: Machine,
    journal: Arc<Journalctl>,
}

impl World {
    fn boot() -> Self {
        Self::of(Suite::Bookworm)
    }

    fn of(suite: Suite) -> Self {
        let machine = Machine::boot(suite).unwrap();
        let folder = ["/var/log/journal", "/run/log/journal"]
            .into_iter()
            .find(|path| machine.exists(path));
        let folder = format!("/proc/{}/root{}", machine.leader(), folder.unwrap());
        Self {
            machine,
            journal: Arc::new(Journalctl::at(PathBuf::from(folder))),
        }
    }

    /// Runs a line of shell as `talker.service`, to its end, until journald has its lines.
    fn say(&self, script: &str) {
        self.machine.write("/root/say", script);
        let _ = self
            .machine
            .shell("systemd-run -q --wait --unit=talker sh /root/say; journalctl --sync")
            .text();
    }

    async fn page(&self, filter: &Filter, place: Place, limit: usize) -> Page {
        self.journal.page(filter, &place, limit, CUT).await.unwrap()
    }

    /// The lines that the program itself wrote.
    async fn said(&self, filter: &Filter) -> Vec<String> {
        let page = self.page(filter, Place::Newest, 500).await;
        let own = page
            .lines
            .into_iter()
            .filter(|line| line.source != "systemd");
        own.map(|line| line.message).collect()
    }
}

fn talker() -> Filter {
    Filter {
        unit: Some(UnitName::new("talker.service").unwrap()),
        ..Filter::default()
    }
}

fn messages(page: &Page) -> Vec<&str> {
    page.lines
        .iter()
        .map(|line| line.message.as_str())
        .collect()
}

async fn the_newest_lines_are_those_of_journalctl(suite: Suite) {
    let world = World::of(suite);
    world.say("for i in $(seq 400); do echo line $i; done; echo '<3>it broke'; head -c 3000 /dev/zero | tr '\\0' y; exit 3");
    let _ = world
        .machine
        .run(["systemctl", "restart", "nginx", "systemd-journald"])
        .ok();
    world.say("printf 'a\\377b\\n'; echo '<2>again'");
    world
        .machine
        .kill_pid(world.machine.main_pid("nginx.service"));
    let _ = world
        .machine
        .shell("journalctl --rotate; logger -p user.warning hello; journalctl --sync")
        .ok();
    let plain = (*world.journal).clone().plain();
    for unit in [
        None,
        Some("talker"),
        Some("nginx"),
        Some("ssh"),
        Some("systemd-logind"),
        Some("nowhere"),
    ] {
        let unit = unit.map(|unit| UnitName::new(format!("{unit}.service")).unwrap());
        for priority in [None, Some(Priority::Crit), Some(Priority::Notice)] {
            for limit in [1, 20, 500] {
                let filter = Filter {
                    unit: unit.clone(),
                    priority,
                    ..Filter::default()
                };
                let own = world.page(&filter, Place::Newest, limit).await;
                let journalctls = plain
                    .page(&filter, &Place::Newest, limit, CUT)
                    .await
                    .unwrap();
                assert_eq!(own, journalctls, "{filter:?} {limit}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_lines_are_those_of_journalctl_on_bookworm() {
    the_newest_lines_are_those_of_journalctl(Suite::Bookworm).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_lines_are_those_of_journalctl_on_trixie() {
    the_newest_lines_are_those_of_journalctl(Suite::Trixie).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_lead_back_and_forth_without_a_gap() {
    let world = World::boot();
    world.say("for i in $(seq 30); do echo line $i; done");
    let all = world.page(&talker(), Place::Newest, 500).await;
    assert!(!all.older);
    assert!(
        all.lines.iter().any(|line| line.source == "systemd"),
        "systemd's own lines are there"
    );

    let newest = world.page(&talker(), Place::Newest, 10).await;
    assert_eq!(messages(&newest), messages(&all)[all.lines.len() - 10..]);
    assert!(newest.older);
    let before = world
        .page(&talker(), Place::Before(newest.first.clone().unwrap()), 10)
        .await;
    assert_eq!(
        messages(&before),
        messages(&all)[all.lines.len() - 20..all.lines.len() - 10]
    );
    let after = world
        .page(&talker(), Place::After(before.last.clone().unwrap()), 10)
        .await;
    assert_eq!(after.lines, newest.lines);
    let first = world
        .page(&talker(), Place::Before(all.first.clone().unwrap()), 10)
        .await;
    assert!(first.lines.is_empty() && !first.older);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_find_what_they_name_and_nothing_else() {
    let world = World::boot();
    world.say("echo 'Hot .* [potato]'; echo '<3>it broke'; echo hot potato");
    let _ = world
        .machine
        .run(["logger", "-t", "other", "Hot .* [potato]"])
        .ok();
    let text = |text: &str| Filter {
        text: Some(text.to_owned()),
        ..talker()
    };
    assert_eq!(
        world.said(&text("hot .* [POTATO]")).await,
        ["Hot .* [potato]"]
    );
    assert_eq!(world.said(&text("no such words")).await, [""; 0]);
    let severe = Filter {
        priority: Some(Priority::Err),
        ..talker()
    };
    assert_eq!(world.said(&severe).await, ["it broke"]);

    let all = world.page(&talker(), Place::Newest, 500).await;
    let broke = all
        .lines
        .iter()
        .find(|line| line.message == "it broke")
        .unwrap();
    assert_eq!(broke.priority, Some(Priority::Err));
    let since = Filter {
        since: Some(broke.at),
        ..talker()
    };
    assert!(world.said(&since).await.contains(&"hot potato".to_owned()));
    let long_ago = Filter {
        until: Some(Timestamp(broke.at.0 - 3_600_000)),
        ..talker()
    };
    assert_eq!(world.said(&long_ago).await, [""; 0]);
    let back = Filter {
        since: Some(Timestamp(broke.at.0 + 3_600_000)),
        ..talker()
    };
    let page = world
        .page(&back, Place::Before(all.last.unwrap()), 10)
        .await;
    assert!(
        page.lines.is_empty(),
        "a cursor does not lead behind `since`: {page:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_programs_write_is_shown_harmlessly() {
    let world = World::boot();
    world.say(concat!(
        "printf 'a\\377b\\n'; printf 'red \\033[31malert\\033[0m\\n'; head -c 60000 /dev/zero | tr '\\0' y; echo; ",
        "printf 'MESSAGE=one\\nMESSAGE=two\\nPRIORITY=9\\n' | logger --journald; ",
        "echo token=ghp_0123456789abcdefghijABCDEFGHIJ012345; ",
        "logger --id=$$ --size 200000 -t giant \"$(head -c 100000 /dev/zero | tr '\\0' z)\"",
    ));
    let page = world.page(&talker(), Place::Newest, 100).await;
    let said = messages(&page).join("\n");
    assert!(
        said.contains("a\u{fffd}b") && said.contains("red alert"),
        "{said}"
    );
    assert!(!said.contains("ghp_0123456789"), "{said}");
    let giants = page
        .lines
        .iter()
        .filter(|line| line.message.starts_with(&"y".repeat(400)));
    let giants = giants.collect::<Vec<_>>();
    assert!(
        !giants.is_empty()
            && giants
                .iter()
                .all(|line| line.cut && line.message.len() == 400)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_hears_at_once_and_waits_no_longer_than_told() {
    let world = World::boot();
    world.say("echo before");
    let last = world.page(&talker(), Place::Newest, 1).await.last.unwrap();
    let (filter, place) = (talker(), Place::After(last.clone()));
    let quiet = world
        .journal
        .follow(&filter, &place, Duration::from_millis(500), CUT);
    assert!(quiet.await.unwrap().lines.is_empty());

    let journal = Arc::clone(&world.journal);
    let waiting = tokio::spawn(async move {
        journal
            .follow(&talker(), &place, Duration::from_secs(20), CUT)
            .await
            .unwrap()
    });
    world.say("echo after");
    let heard = waiting.await.unwrap();
    assert!(!heard.lines.is_empty() && !messages(&heard).contains(&"before"));
    let behind = world.page(&talker(), Place::After(last), 100).await;
    assert_eq!(behind.lines[..heard.lines.len()], heard.lines[..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_holds_the_newest_lines_oldest_first() {
    let world = World::boot();
    world.say("for i in $(seq 200); do echo \"line $i password=hunter2hunter2\"; done");
    let file = tempfile::tempfile().unwrap();
    world
        .journal
        .export(&talker(), 50, file.try_clone().unwrap())
        .await
        .unwrap();
    let mut file = file;
    let mut text = String::new();
    std::io::Seek::rewind(&mut file).unwrap();
    std::io::Read::read_to_string(&mut file, &mut text).unwrap();
    assert_eq!(text.lines().count(), 50);
    assert!(
        text.contains("line 200") && !text.contains("line 100 ") && !text.contains("hunter2"),
        "{text}"
    );
    assert!(text.find("line 199") < text.find("line 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_journal_is_no_crash() {
    let world = World::boot();
    let page = |cursor: &str| {
        let place =
            Place::Before(potion_proto::journal::Cursor::try_from(cursor.to_owned()).unwrap());
        let journal = Arc::clone(&world.journal);
        async move { journal.page(&talker(), &place, 5, CUT).await }
    };
    assert!(matches!(page("s=zz").await, Err(JournalError::Refused(_))));
    let foreign = format!("s={0};i=1;b={0};m=1;t=1;x=1", "0".repeat(32));
    assert!(page(&foreign).await.is_ok());
}
