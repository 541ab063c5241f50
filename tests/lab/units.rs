//! Units on real systemd: verbs with their real outcome, the cache, the watch feed.

use std::time::Duration;

use potion_agent::bus::Bus;
use potion_agent::units::watch::{Cause, Seen, UnitChange, UnitState};
use potion_agent::units::{Systemd, UnitError, Units};
use potion_proto::names::UnitName;
use potion_proto::units::{Active, Outcome, Verb, Verdict};
use potion_tests::lab::{Machine, Suite};
use tokio::sync::broadcast;

const WITHIN: Duration = Duration::from_secs(10);

/// A machine, and the agent's adapter looking into it.
struct World {
    machine: Machine,
    systemd: Systemd,
}

impl World {
    fn boot(suite: Suite) -> Self {
        let machine = Machine::boot(suite).unwrap();
        let socket = format!(
            "unix:path=/proc/{}/root/run/dbus/system_bus_socket",
            machine.leader()
        );
        let systemd = Systemd::new(Bus::at(&socket));
        Self { machine, systemd }
    }

    /// Adds a service with these lines below `[Service]` (and whatever sections they open).
    fn service(&self, name: &str, lines: &str) {
        self.machine.write(
            &format!("/etc/systemd/system/{name}.service"),
            format!("[Service]\n{lines}\n"),
        );
    }

    fn reload(&self) {
        let _ = self.machine.run(["systemctl", "daemon-reload"]).ok();
    }

    async fn act(&self, verb: Verb, name: &str) -> Outcome {
        self.try_act(verb, name).await.unwrap()
    }

    async fn try_act(&self, verb: Verb, name: &str) -> Result<Outcome, UnitError> {
        self.systemd.act(verb, &unit(name), WITHIN).await
    }

    /// Watches these, and waits for the first snapshot.
    async fn manage(&self, names: &[&str]) -> (broadcast::Receiver<Seen>, Vec<UnitState>) {
        let mut seen = self.systemd.watch();
        self.systemd
            .manage(names.iter().map(|name| unit(name)).collect());
        let snapshot = loop {
            if let Seen::Snapshot(states) = next(&mut seen).await
                && states.len() == names.len()
            {
                break states;
            }
        };
        (seen, snapshot)
    }
}

fn unit(name: &str) -> UnitName {
    UnitName::new(name).unwrap()
}

async fn next(seen: &mut broadcast::Receiver<Seen>) -> Seen {
    tokio::time::timeout(WITHIN, seen.recv())
        .await
        .expect("nothing was seen")
        .unwrap()
}

/// Changes up to the one that fits.
async fn until(
    seen: &mut broadcast::Receiver<Seen>,
    fits: impl Fn(&UnitState) -> bool,
) -> Vec<UnitChange> {
    let mut changes = Vec::new();
    loop {
        if let Seen::Change(change) = next(seen).await {
            changes.push(*change);
            if fits(&changes[changes.len() - 1].now) {
                return changes;
            }
        }
    }
}

fn causes(changes: &[UnitChange]) -> Vec<(Active, String, Cause)> {
    changes
        .iter()
        .map(|change| (change.now.active, change.now.sub.clone(), change.cause))
        .collect()
}

async fn verbs_tell_what_truly_came_of_them(suite: Suite) {
    let world = World::boot(suite);
    world.service(
        "failing",
        "ExecStart=/bin/sh -c 'echo no luck today >&2; exit 3'\nType=oneshot",
    );
    world.service("dying", "ExecStart=/bin/false");
    world.service(
        "looping",
        "ExecStart=/bin/false\nRestart=always\nRestartSec=1h",
    );
    world.service("sleeping", "ExecStart=/bin/sleep 1000");
    world.service("slow", "ExecStart=/bin/sleep 1000\nType=oneshot");
    world.service(
        "limited",
        "ExecStart=/bin/false\nType=oneshot\n[Unit]\nStartLimitBurst=2\nStartLimitIntervalSec=1h",
    );
    world.service(
        "skipping",
        "ExecStart=/bin/true\n[Unit]\nConditionPathExists=/nowhere",
    );
    world.service(
        "asserting",
        "ExecStart=/bin/true\n[Unit]\nAssertPathExists=/nowhere",
    );
    world.service(
        "switched",
        "ExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target",
    );
    world.reload();

    let before = world.machine.main_pid("nginx.service");
    let restarted = world.act(Verb::Restart, "nginx.service").await;
    assert_eq!(restarted.verdict, Verdict::Done);
    assert_ne!(restarted.main_pid, u32::try_from(before).ok());
    assert_eq!(
        restarted.main_pid,
        u32::try_from(world.machine.main_pid("nginx.service")).ok()
    );

    assert_eq!(
        world.act(Verb::Start, "nginx.service").await.verdict,
        Verdict::Unchanged
    );
    assert_eq!(
        world.act(Verb::Reload, "nginx.service").await.verdict,
        Verdict::Done
    );
    assert_eq!(
        world.act(Verb::Stop, "nginx.service").await.verdict,
        Verdict::Done
    );
    assert_eq!(
        world.act(Verb::Stop, "nginx.service").await.verdict,
        Verdict::Unchanged
    );
    let reload = world.try_act(Verb::Reload, "nginx.service").await;
    assert!(
        matches!(reload, Err(UnitError::NotApplicable { .. })),
        "{reload:?}"
    );
    assert_eq!(
        world.act(Verb::Start, "nginx.service").await.verdict,
        Verdict::Done
    );

    let failed = world.act(Verb::Start, "failing.service").await;
    assert_eq!(
        (failed.verdict, failed.active),
        (Verdict::Failed, Active::Failed)
    );
    assert_eq!(
        (failed.ending.status, failed.ending.signalled),
        (Some(3), false)
    );
    assert_eq!(
        world
            .act(Verb::ResetFailed, "failing.service")
            .await
            .verdict,
        Verdict::Done
    );
    assert_eq!(
        world
            .act(Verb::ResetFailed, "failing.service")
            .await
            .verdict,
        Verdict::Unchanged
    );

    assert_eq!(
        world.act(Verb::Start, "dying.service").await.verdict,
        Verdict::Failed
    );
    let looping = world.act(Verb::Start, "looping.service").await;
    assert_eq!(
        (looping.verdict, looping.sub.as_str()),
        (Verdict::Failed, "auto-restart")
    );
    assert_eq!(
        world.act(Verb::Start, "sleeping.service").await.verdict,
        Verdict::Done
    );

    // Waiting for its own restart for an hour, and a start acts at once.
    world.service(
        "looping",
        "ExecStart=/bin/sleep 1000\nRestart=always\nRestartSec=1h",
    );
    world.reload();
    let healed = world.act(Verb::Start, "looping.service").await;
    assert_eq!(
        (healed.verdict, healed.active),
        (Verdict::Done, Active::Active)
    );

    for verdict in [Verdict::Failed, Verdict::Failed, Verdict::StartLimit] {
        assert_eq!(
            world.act(Verb::Start, "limited.service").await.verdict,
            verdict
        );
    }
    assert_eq!(
        world
            .act(Verb::ResetFailed, "limited.service")
            .await
            .verdict,
        Verdict::Done
    );
    assert_eq!(
        world.act(Verb::Start, "limited.service").await.verdict,
        Verdict::Failed
    );

    let skipped = world.act(Verb::Start, "skipping.service").await;
    assert!(
        skipped.verdict == Verdict::Skipped && skipped.ending.skipped,
        "{skipped:?}"
    );
    assert_eq!(
        world.act(Verb::Start, "asserting.service").await.verdict,
        Verdict::Skipped
    );

    let slow = world
        .systemd
        .act(
            Verb::Start,
            &unit("slow.service"),
            Duration::from_millis(200),
        )
        .await;
    assert_eq!(slow.unwrap().verdict, Verdict::StillRunning);

    assert_eq!(
        world.act(Verb::Enable, "switched.service").await.verdict,
        Verdict::Done
    );
    assert_eq!(
        world.machine.property("switched.service", "UnitFileState"),
        "enabled"
    );
    assert_eq!(
        world.act(Verb::Enable, "switched.service").await.verdict,
        Verdict::Unchanged
    );
    assert_eq!(
        world.act(Verb::Disable, "switched.service").await.verdict,
        Verdict::Done
    );
    assert_eq!(
        world.act(Verb::Disable, "switched.service").await.verdict,
        Verdict::Unchanged
    );
    assert_eq!(
        world.act(Verb::Enable, "sleeping.service").await.verdict,
        Verdict::Failed
    );

    let absent = world.try_act(Verb::Start, "nowhere.service").await;
    assert!(matches!(absent, Err(UnitError::Absent(_))), "{absent:?}");
    let _ = world
        .machine
        .run(["systemctl", "mask", "ghost.service"])
        .text();
    let masked = world.try_act(Verb::Start, "ghost.service").await;
    assert!(matches!(masked, Err(UnitError::Masked(_))), "{masked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn verbs_tell_what_truly_came_of_them_on_bookworm() {
    verbs_tell_what_truly_came_of_them(Suite::Bookworm).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verbs_tell_what_truly_came_of_them_on_trixie() {
    verbs_tell_what_truly_came_of_them(Suite::Trixie).await;
}

async fn the_watch_tells_deaths_from_deliberate_acts(suite: Suite) {
    let world = World::boot(suite);
    world.service(
        "healing",
        "ExecStart=/bin/sleep 1000\nRestart=always\nRestartSec=100ms",
    );
    world.service("fragile", "ExecStart=/bin/sleep 1000\nRestart=always\nRestartSec=10ms\n[Unit]\nStartLimitBurst=2\nStartLimitIntervalSec=1h");
    world.service(
        "java",
        "ExecStart=/bin/sh -c 'trap \"exit 143\" TERM; while :; do sleep 0.01; done'",
    );
    world.reload();
    for name in ["healing", "fragile", "java"] {
        let _ = world.machine.run(["systemctl", "start", name]).ok();
    }
    let names = [
        "nginx.service",
        "healing.service",
        "fragile.service",
        "java.service",
    ];
    let (mut seen, snapshot) = world.manage(&names).await;
    assert!(
        snapshot.iter().all(|state| state.active == Active::Active),
        "{snapshot:?}"
    );

    world
        .machine
        .kill_pid(world.machine.main_pid("nginx.service"));
    let died = until(&mut seen, |now| now.active == Active::Failed).await;
    assert!(
        died.iter().all(|change| change.cause == Cause::Itself),
        "{:?}",
        causes(&died)
    );
    let last = &died[died.len() - 1].now;
    assert!(
        last.ending.signalled && last.ending.status == Some(9) && last.ending.result == "signal"
    );

    let _ = world.machine.run(["systemctl", "start", "nginx"]).ok();
    let started = until(&mut seen, |now| now.active == Active::Active).await;
    assert!(
        started.iter().all(|change| change.cause == Cause::Asked),
        "{:?}",
        causes(&started)
    );

    let _ = world.machine.run(["systemctl", "restart", "nginx"]).ok();
    let restarted = until(&mut seen, |now| now.active == Active::Active).await;
    assert!(
        restarted.iter().all(|change| change.cause == Cause::Asked),
        "{:?}",
        causes(&restarted)
    );
    let _ = world.machine.run(["systemctl", "reload", "nginx"]).ok();
    let reloaded = until(&mut seen, |now| now.active == Active::Active).await;
    assert!(
        reloaded.iter().all(|change| change.cause == Cause::Asked),
        "{:?}",
        causes(&reloaded)
    );

    world
        .machine
        .kill_pid(world.machine.main_pid("healing.service"));
    let healed = until(&mut seen, |now| now.active == Active::Active).await;
    assert!(
        healed.iter().all(|change| change.cause == Cause::Itself),
        "{:?}",
        causes(&healed)
    );
    assert!(
        healed.iter().any(|change| change.now.is_healing()),
        "{:?}",
        causes(&healed)
    );
    assert!(
        !healed
            .iter()
            .any(|change| change.now.active == Active::Failed),
        "{:?}",
        causes(&healed)
    );
    assert_eq!(healed[healed.len() - 1].now.restarts, 1);

    for _ in 0..3 {
        let pid = world.machine.main_pid("fragile.service");
        if pid != 0 {
            world.machine.kill_pid(pid);
        }
        let ends = |now: &UnitState| matches!(now.active, Active::Active | Active::Failed);
        let changes = until(&mut seen, ends).await;
        assert!(
            changes.iter().all(|change| change.cause == Cause::Itself),
            "{:?}",
            causes(&changes)
        );
        if changes[changes.len() - 1].now.active == Active::Failed {
            break;
        }
    }
    assert_eq!(
        world.machine.property("fragile.service", "ActiveState"),
        "failed"
    );

    let _ = world.machine.run(["systemctl", "stop", "java"]).ok();
    let stopped = until(&mut seen, |now| now.active == Active::Failed).await;
    assert!(
        stopped.iter().all(|change| change.cause == Cause::Asked),
        "{:?}",
        causes(&stopped)
    );

    let states = world.systemd.snapshot().await.unwrap();
    assert_eq!(states.len(), names.len());
    let rows = world
        .systemd
        .named(&[unit("nginx.service"), unit("java.service")])
        .await
        .unwrap();
    assert_eq!(
        (rows[0].active, rows[1].active),
        (Active::Active, Active::Failed)
    );
    assert!(rows[0].file_state == "enabled" && rows[0].since.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watch_tells_deaths_from_deliberate_acts_on_bookworm() {
    the_watch_tells_deaths_from_deliberate_acts(Suite::Bookworm).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watch_tells_deaths_from_deliberate_acts_on_trixie() {
    the_watch_tells_deaths_from_deliberate_acts(Suite::Trixie).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_dbus_is_survived_and_what_happened_meanwhile_shows_in_the_snapshot() {
    let world = World::boot(Suite::Bookworm);
    world.service(
        "healing",
        "ExecStart=/bin/sleep 1000\nRestart=always\nRestartSec=0",
    );
    world.reload();
    let _ = world.machine.run(["systemctl", "start", "healing"]).ok();
    let (mut seen, before) = world.manage(&["healing.service"]).await;

    let _ = world
        .machine
        .run(["systemctl", "stop", "dbus.socket", "dbus.service"])
        .ok();
    assert_eq!(next(&mut seen).await, Seen::Lost);
    let pid = world.machine.main_pid("healing.service");
    world.machine.kill_pid(pid);
    world
        .machine
        .wait_until("it runs again", WITHIN, |machine| {
            let now = machine.main_pid("healing.service");
            (now != 0 && now != pid).then_some(())
        });
    let _ = world
        .machine
        .run(["systemctl", "start", "dbus.socket", "dbus.service"])
        .ok();

    let Seen::Snapshot(after) = next(&mut seen).await else {
        panic!("no snapshot")
    };
    assert_ne!(after[0].invocation, before[0].invocation);
    assert_eq!(after[0].restarts, before[0].restarts + 1);
    assert_eq!(after[0].ending.result, "success", "only those two moved");

    let stopped = world.act(Verb::Stop, "healing.service").await;
    assert_eq!(stopped.verdict, Verdict::Done);
    let changes = until(&mut seen, |now| now.active == Active::Inactive).await;
    assert!(
        changes.iter().all(|change| change.cause == Cause::Asked),
        "{:?}",
        causes(&changes)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_managed_by_its_alias_is_acted_on_and_watched() {
    let world = World::boot(Suite::Bookworm);
    world.service(
        "engine",
        "ExecStart=/bin/sleep 1000\n[Install]\nAlias=motor.service\nWantedBy=multi-user.target",
    );
    world.reload();
    let _ = world
        .machine
        .run(["systemctl", "enable", "--now", "engine"])
        .text();
    let (mut seen, _) = world.manage(&["motor.service"]).await;
    let restarted = world.act(Verb::Restart, "motor.service").await;
    assert_eq!(restarted.verdict, Verdict::Done);
    let _ = until(&mut seen, |now| now.active == Active::Active).await;
    world
        .machine
        .kill_pid(world.machine.main_pid("engine.service"));
    let died = until(&mut seen, |now| now.active == Active::Failed).await;
    assert_eq!(died[0].now.unit, unit("motor.service"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_is_shown_as_systemctl_shows_it() {
    let world = World::boot(Suite::Trixie);
    let detail = world.systemd.show(&unit("nginx.service")).await.unwrap();
    let property = |name| world.machine.property("nginx.service", name);
    assert_eq!(detail.unit.description, property("Description"));
    assert_eq!(detail.fragment, property("FragmentPath"));
    assert_eq!(detail.main_pid.unwrap().to_string(), property("MainPID"));
    assert!(detail.required_by.contains(&"multi-user.target".to_owned()));

    let all = world.systemd.loaded().await.unwrap();
    let logrotate = all
        .iter()
        .find(|row| row.name.as_str() == "nginx.service")
        .unwrap();
    assert_eq!(logrotate.file_state, "enabled");
    assert!(all.len() > 20 && all.is_sorted_by(|one, other| one.name < other.name));

    let timer = world
        .systemd
        .show(&unit("systemd-tmpfiles-clean.timer"))
        .await
        .unwrap();
    assert!(
        timer
            .next
            .is_some_and(|next| next > timer.unit.since.unwrap())
    );
    let absent = world.systemd.show(&unit("nowhere.service")).await;
    assert!(matches!(absent, Err(UnitError::Absent(_))), "{absent:?}");
}
