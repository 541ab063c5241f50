//! Incidents on real systemd: an agent of this process looks into the machine, so that it can be stopped
//! and begun anew while the machine goes on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use potion_agent::bus::Bus;
use potion_agent::clock::SystemClock;
use potion_agent::journal::Journalctl;
use potion_agent::paths::Paths;
use potion_agent::policy::{Actor, BotOrLocal, Caller};
use potion_agent::store::Store;
use potion_agent::testing::Fakes;
use potion_agent::units::Systemd;
use potion_agent::{Agent, Parts, events, incidents};
use potion_config::Config;
use potion_proto::events::{Audience, Class, Event, News, Seq};
use potion_proto::host::BootReason;
use potion_proto::incidents::{Incident, Phase};
use potion_tests::lab::{Machine, Suite};
use tokio::task::JoinHandle;

const WITHIN: Duration = Duration::from_secs(20);
/// The agent's own share of the way from a kill to a phone, on a machine that others use too.
const PROMPT: Duration = Duration::from_millis(500);
const MANAGED: &str = r#"[units]
managed = ["nginx.service", "healing.service", "fragile.service"]
"#;

/// A machine, the agent's files, and how far its events were read.
struct World {
    machine: Machine,
    folder: tempfile::TempDir,
    cursor: Seq,
}

/// An agent that watches.
struct Watching {
    agent: Arc<Agent>,
    task: JoinHandle<()>,
}

impl Watching {
    /// Waits until it has written down how each unit stands: three, and the bot's.
    async fn wait_for_marks(&self) {
        let begun = Instant::now();
        let marks = || {
            self.agent.store.call(|tx| {
                tx.query_row("SELECT count(*) FROM unit_marks", [], |row| {
                    row.get::<_, u32>(0)
                })
            })
        };
        while marks().await.unwrap() < 4 {
            assert!(begun.elapsed() < WITHIN, "the units were not seen");
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl World {
    fn boot(suite: Suite) -> Self {
        let machine = Machine::boot(suite).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("state")).unwrap();
        let world = Self {
            machine,
            folder,
            cursor: Seq(0),
        };
        world.service("healing", "RestartSec=100ms", "");
        let limit = "[Unit]\nStartLimitBurst=3\nStartLimitIntervalSec=1h";
        world.service("fragile", "RestartSec=10ms", limit);
        let _ = world.machine.run(["systemctl", "daemon-reload"]).ok();
        for name in ["healing", "fragile"] {
            world.systemctl("start", name);
        }
        world
    }

    fn service(&self, name: &str, lines: &str, more: &str) {
        let text =
            format!("[Service]\nExecStart=/bin/sleep 1000\nRestart=always\n{lines}\n{more}\n");
        let path = format!("/etc/systemd/system/{name}.service");
        self.machine.write(&path, text);
    }

    fn journal(&self, root: &str) -> String {
        let folders = ["/var/log/journal", "/run/log/journal"];
        let folder = folders.iter().find(|path| self.machine.exists(path));
        format!("{root}{}", folder.unwrap())
    }

    fn systemctl(&self, verb: &str, unit: &str) {
        let _ = self.machine.run(["systemctl", verb, unit]).ok();
    }

    fn kill(&self, unit: &str) {
        let pid = self.machine.wait_until(unit, WITHIN, |machine| {
            Some(machine.main_pid(unit)).filter(|pid| *pid > 0)
        });
        self.machine.kill_pid(pid);
    }

    /// Begins an agent, and waits until it has seen the units.
    async fn watch(&mut self) -> Watching {
        let root = format!("/proc/{}/root", self.machine.leader());
        let bus = format!("unix:path={root}/run/dbus/system_bus_socket");
        let paths = Paths::beneath(self.folder.path());
        let fakes = Fakes::default();
        let agent = Agent::new(Parts {
            config: Config::parse(MANAGED, "lab").unwrap(),
            store: Store::open(&paths.state).unwrap(),
            paths,
            clock: Arc::new(SystemClock),
            units: Arc::new(Systemd::new(Bus::at(&bus))),
            journal: Arc::new(Journalctl::at(self.journal(&root).into())),
            host: fakes.host,
            packages: fakes.packages,
            runner: fakes.runner,
            mirror: fakes.mirror,
            timers: fakes.timers,
        });
        let task = tokio::spawn(incidents::watch(agent.clone()));
        let watching = Watching { agent, task };
        watching.wait_for_marks().await;
        watching
    }

    async fn event(&mut self, watching: &Watching) -> Event {
        let root = BotOrLocal::check(Actor {
            caller: Caller::Local { uid: 0 },
            admin: None,
            request: 0,
        })
        .unwrap();
        let page = events::after(&watching.agent, &root, self.cursor, 1, WITHIN);
        let event = page.await.unwrap().events.into_iter().next();
        let event = event.expect("nothing was told");
        self.cursor = event.seq;
        event
    }

    /// The next incident's state that is more than new lines.
    async fn incident(&mut self, watching: &Watching) -> (Incident, bool) {
        let event = self.event(watching).await;
        match event.news {
            News::Incident(incident) => (*incident, event.sounding),
            other => panic!("{other:?}"),
        }
    }

    /// The incident's states up to this phase.
    async fn until(&mut self, watching: &Watching, phase: Phase) -> Vec<(Incident, bool)> {
        let mut states = vec![self.incident(watching).await];
        while states[states.len() - 1].0.phase != phase {
            states.push(self.incident(watching).await);
        }
        states
    }

    async fn expect_silence(&mut self, watching: &Watching) {
        let news = News::Booted(BootReason::Clean);
        events::publish(
            &watching.agent,
            Class::Host,
            Audience::Everyone,
            false,
            news.clone(),
        )
        .await;
        assert_eq!(self.event(watching).await.news, news);
    }
}

async fn a_killed_nginx_is_told_at_once_and_its_lines_follow(suite: Suite) {
    let mut world = World::boot(suite);
    let watching = world.watch().await;
    let mut took = Vec::new();
    for _ in 0..3 {
        let killed = Instant::now();
        world.kill("nginx.service");
        let (incident, rings) = world.incident(&watching).await;
        took.push(killed.elapsed());
        assert!(rings && incident.phase == Phase::Failed, "{incident:?}");
        assert_eq!(incident.reason, "signal (SIGKILL)");
        let (incident, rings) = world.incident(&watching).await;
        let says_why =
            |line: &potion_proto::journal::Line| line.message.contains("Main process exited");
        assert!(
            !rings && incident.lines.iter().any(says_why),
            "{incident:?}"
        );
        world.systemctl("start", "nginx");
        let states = world.until(&watching, Phase::Resolved).await;
        assert!(states.iter().all(|(_, rings)| !rings));
    }
    took.sort();
    println!("SIGKILL to the event, with the way into the machine: {took:?}");
    assert!(took[1] < PROMPT, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_nginx_is_told_at_once_and_its_lines_follow_on_bookworm() {
    a_killed_nginx_is_told_at_once_and_its_lines_follow(Suite::Bookworm).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_nginx_is_told_at_once_and_its_lines_follow_on_trixie() {
    a_killed_nginx_is_told_at_once_and_its_lines_follow(Suite::Trixie).await;
}

async fn one_that_systemd_restarts_heals_and_one_that_reaches_its_limit_gives_up(suite: Suite) {
    let mut world = World::boot(suite);
    let watching = world.watch().await;
    world.kill("healing.service");
    let states = world.until(&watching, Phase::Healed).await;
    let (first, rang) = &states[0];
    assert!(*rang && first.phase == Phase::Healing, "{first:?}");
    let silent = |(state, rings): &(Incident, bool)| !rings && state.count == 1;
    assert!(states[1..].iter().all(silent), "{states:?}");

    let mut last = 0;
    for _ in 0..3 {
        last = world.machine.wait_until("a new run", WITHIN, |machine| {
            Some(machine.main_pid("fragile.service")).filter(|pid| *pid > 0 && *pid != last)
        });
        world.machine.kill_pid(last);
    }
    let states = world.until(&watching, Phase::GaveUp).await;
    let rings = states.iter().filter(|(_, rings)| *rings).count();
    let (last, last_rings) = &states[states.len() - 1];
    assert_eq!((last.phase, rings), (Phase::GaveUp, 2), "{states:?}");
    assert!(*last_rings && last.count >= 3, "{last:?}");
    world.systemctl("reset-failed", "fragile");
    world.until(&watching, Phase::Resolved).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn healing_and_giving_up_on_bookworm() {
    one_that_systemd_restarts_heals_and_one_that_reaches_its_limit_gives_up(Suite::Bookworm).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn healing_and_giving_up_on_trixie() {
    one_that_systemd_restarts_heals_and_one_that_reaches_its_limit_gives_up(Suite::Trixie).await;
}

async fn deliberate_acts_are_no_incidents(suite: Suite) {
    let mut world = World::boot(suite);
    let watching = world.watch().await;
    for unit in ["nginx", "healing"] {
        for verb in ["restart", "stop", "start", "try-restart"] {
            world.systemctl(verb, unit);
        }
    }
    world.systemctl("reload", "nginx");
    let _ = world.machine.run(["systemctl", "daemon-reload"]).ok();
    let _ = world.machine.run(["systemctl", "daemon-reexec"]).ok();
    world.expect_silence(&watching).await;
    drop(watching);
    for (verb, unit) in [
        ("restart", "nginx"),
        ("stop", "healing"),
        ("restart", "fragile"),
    ] {
        world.systemctl(verb, unit);
    }
    let watching = world.watch().await;
    world.expect_silence(&watching).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deliberate_acts_are_no_incidents_on_bookworm() {
    deliberate_acts_are_no_incidents(Suite::Bookworm).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deliberate_acts_are_no_incidents_on_trixie() {
    deliberate_acts_are_no_incidents(Suite::Trixie).await;
}

async fn what_dies_while_the_agent_is_down_is_told_at_its_start(suite: Suite) {
    let mut world = World::boot(suite);
    drop(world.watch().await);
    let before = world.machine.main_pid("healing.service");
    world.kill("nginx.service");
    world.kill("healing.service");
    world
        .machine
        .wait_until("it runs again", WITHIN, |machine| {
            let now = machine.main_pid("healing.service");
            (now != 0 && now != before).then_some(())
        });
    let watching = world.watch().await;
    let mut told = vec![
        world.incident(&watching).await,
        world.incident(&watching).await,
    ];
    assert!(told.iter().all(|(_, rings)| *rings), "{told:?}");
    told.sort_by_key(|(incident, _)| incident.phase == Phase::Healing);
    assert_eq!(told[0].0.phase, Phase::Failed);
    assert_eq!(told[1].0.phase, Phase::Healing);
    assert_eq!(told[1].0.reason, "restarted", "its result reads success");
    world.until(&watching, Phase::Healed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dies_while_the_agent_is_down_is_told_at_its_start_on_bookworm() {
    what_dies_while_the_agent_is_down_is_told_at_its_start(Suite::Bookworm).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dies_while_the_agent_is_down_is_told_at_its_start_on_trixie() {
    what_dies_while_the_agent_is_down_is_told_at_its_start(Suite::Trixie).await;
}
