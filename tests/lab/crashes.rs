//! Crashes of our own programs, as installed: each is one incident with an id that `error show` expands.

use std::time::Duration;

use potion_tests::lab::{Machine, Suite};
use potion_tests::package::deb;
use serde_json::Value;

/// systemd brings a killed daemon back within a second; the machine may be busy.
const WITHIN: Duration = Duration::from_secs(30);
const AGENT: &str = "potiond.service";

struct World {
    machine: Machine,
}

impl World {
    fn installed(suite: Suite) -> Self {
        let machine = Machine::of(suite).disk("/mnt/dre", 64).boot().unwrap();
        let _ = machine.install(&deb().unwrap()).ok();
        let world = Self { machine };
        world.wait_for_agent(0);
        world
    }

    /// Waits for an agent that is another process, and that serves.
    fn wait_for_agent(&self, last: i32) -> i32 {
        self.machine.wait_until("a new potiond", WITHIN, |machine| {
            let pid = machine.main_pid(AGENT);
            let serves = pid > 0
                && pid != last
                && machine.property(AGENT, "ActiveState") == "active"
                && machine.run(["potionctl", "unit", "list"]).success();
            serves.then_some(pid)
        })
    }

    fn kill_agent(&self) -> i32 {
        let pid = self.machine.main_pid(AGENT);
        self.machine.kill_pid(pid);
        self.wait_for_agent(pid)
    }

    /// The incidents of the agent itself, newest first.
    fn incidents(&self) -> Vec<Value> {
        let listed = self
            .machine
            .run(["potionctl", "incident", "list", "--json"]);
        let all: Vec<Value> = serde_json::from_str(&listed.ok()).unwrap();
        let ours = |incident: &Value| incident["subject"]["program"] == "agent";
        all.into_iter().filter(ours).collect()
    }

    /// Waits for an incident of the agent that fits.
    fn wait_for(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        self.machine.wait_until(what, WITHIN, |_| {
            self.incidents().into_iter().find(|incident| fits(incident))
        })
    }

    fn show_error(&self, incident: &Value) -> String {
        let id = incident["error"].as_str().expect("an error id");
        self.machine.run(["potionctl", "error", "show", id]).ok()
    }
}

fn says(incident: &Value, field: &str, words: &str) -> bool {
    incident[field]
        .as_str()
        .is_some_and(|text| text.contains(words))
}

fn a_killed_agent_is_told_once_and_counted(suite: Suite) {
    let world = World::installed(suite);
    assert!(world.incidents().is_empty());
    world.kill_agent();
    let incident = world.wait_for("the incident", |incident| incident["count"] == 1);
    assert!(
        says(&incident, "reason", "code=killed, status=9/KILL"),
        "{incident}"
    );
    assert_eq!(incident["phase"], "healed");
    assert!(world.show_error(&incident).contains("Main process exited"));
    world.kill_agent();
    world.wait_for("the count", |incident| incident["count"] == 2);
    assert_eq!(world.incidents().len(), 1);
}

#[test]
fn a_killed_agent_is_told_once_and_counted_on_bookworm() {
    a_killed_agent_is_told_once_and_counted(Suite::Bookworm);
}

#[test]
fn a_killed_agent_is_told_once_and_counted_on_trixie() {
    a_killed_agent_is_told_once_and_counted(Suite::Trixie);
}

#[test]
fn a_panic_names_function_file_and_line_of_ours_and_the_agent_goes_on() {
    let world = World::installed(Suite::Bookworm);
    let pid = world.machine.main_pid(AGENT);
    let _ = world
        .machine
        .run(["systemctl", "kill", "-s", "USR2", AGENT])
        .ok();
    let incident = world.wait_for("the drill", |incident| says(incident, "reason", "a drill"));
    let frame = incident["lines"][0]["message"].as_str().unwrap();
    assert!(
        frame.contains("drill") && frame.contains(" at agent/src/errors/drill.rs:"),
        "{frame}"
    );
    let whole = world.show_error(&incident);
    assert!(whole.contains("agent/src/errors/drill.rs:"), "{whole}");
    assert_eq!(world.machine.main_pid(AGENT), pid);
}

#[test]
fn a_start_that_a_bad_configuration_prevents_is_told_by_the_next_good_one() {
    let world = World::installed(Suite::Trixie);
    world
        .machine
        .write("/etc/potion/config.toml", "[unit]\nmanaged = []\n");
    let _ = world
        .machine
        .run(["systemctl", "restart", "--no-block", AGENT]);
    world.machine.wait_until("a crash file", WITHIN, |machine| {
        machine
            .exists("/var/lib/potion/crash-start.json")
            .then_some(())
    });
    world.machine.write("/etc/potion/config.toml", "");
    world.wait_for("the bad start", |incident| {
        says(incident, "reason", "config.toml")
    });
    assert!(!world.machine.exists("/var/lib/potion/crash-start.json"));
}

#[test]
fn an_orderly_stop_restart_reinstall_and_reboot_are_no_crashes() {
    let world = World::installed(Suite::Bookworm);
    for verb in ["restart", "stop", "start"] {
        let _ = world.machine.run(["systemctl", verb, AGENT]).ok();
    }
    let _ = world.machine.install(&deb().unwrap()).ok();
    world.wait_for_agent(0);
    assert_eq!(world.incidents(), Vec::<Value>::new());
    world.machine.reboot().unwrap();
    world.wait_for_agent(0);
    assert_eq!(world.incidents(), Vec::<Value>::new());
    world.machine.cut_power().unwrap();
    world.machine.power_on().unwrap();
    world.wait_for_agent(0);
    assert_eq!(world.incidents(), Vec::<Value>::new());
}

#[test]
fn a_damaged_database_is_moved_aside_and_told() {
    let world = World::installed(Suite::Trixie);
    let _ = world.machine.run([
        "systemctl",
        "stop",
        AGENT,
        "potiond.socket",
        "potiond-fd.socket",
    ]);
    // With its log still there, SQLite would mend the pages from it.
    let _ = world
        .machine
        .run([
            "rm",
            "-f",
            "/var/lib/potion/state.db-wal",
            "/var/lib/potion/state.db-shm",
        ])
        .ok();
    world
        .machine
        .write("/var/lib/potion/state.db", [7; 16 * 1024]);
    let _ = world
        .machine
        .run([
            "systemctl",
            "start",
            "potiond.socket",
            "potiond-fd.socket",
            AGENT,
        ])
        .ok();
    world.wait_for("the loss", |incident| {
        says(incident, "reason", "state.db.corrupt-")
    });
    let moved = world.machine.shell("ls /var/lib/potion/state.db.corrupt-*");
    assert!(moved.success(), "{moved}");
}
