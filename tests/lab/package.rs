//! The package: installed, upgraded, removed and purged on real systems.

use std::time::Duration;

use potion_tests::lab::{Machine, Repository, Suite};
use potion_tests::package::{deb, deb_of_version};

/// Systemd needs this long at most to bring a killed service back.
const BACK: Duration = Duration::from_secs(20);

fn installed(suite: Suite) -> Machine {
    let machine = Machine::of(suite).disk("/mnt/dre", 64).boot().unwrap();
    let _ = machine.install(&deb().unwrap()).ok();
    machine
}

fn active(machine: &Machine, unit: &str) -> Option<()> {
    (machine.property(unit, "ActiveState") == "active").then_some(())
}

fn mode(machine: &Machine, path: &str) -> String {
    machine.run(["stat", "-c", "%a %U:%G", path]).ok()
}

fn installs(suite: Suite) {
    let machine = installed(suite);
    for unit in ["potiond.socket", "potiond-fd.socket", "potiond.service"] {
        assert_eq!(machine.property(unit, "ActiveState"), "active", "{unit}");
        assert_eq!(machine.property(unit, "UnitFileState"), "enabled", "{unit}");
    }
    assert_eq!(
        machine.property("potion-bot.service", "UnitFileState"),
        "enabled"
    );
    assert_eq!(
        machine.property("potion-bot.service", "ConditionResult"),
        "no"
    );
    let modes = [
        ("/run/potion/agent.sock", "660 root:potion"),
        ("/run/potion/fd.sock", "660 root:potion"),
        ("/etc/potion/config.toml", "644 root:root"),
        ("/etc/potion/secrets", "700 root:root"),
        ("/var/lib/potion", "700 root:root"),
        ("/var/lib/potion-bot", "700 potion-bot:potion-bot"),
    ];
    for (path, expected) in modes {
        assert_eq!(mode(&machine, path), expected, "{path}");
    }
    assert_eq!(machine.run(["dpkg", "--verify", "potion-server"]).ok(), "");
    let verified = machine.shell("systemd-analyze verify --man=no /usr/lib/systemd/system/potion*");
    assert!(!verified.error_text().contains("potion"), "{verified}");
}

#[test]
fn it_installs_on_debian_12() {
    installs(Suite::Bookworm);
}

#[test]
fn it_installs_on_debian_13() {
    installs(Suite::Trixie);
}

/// `systemd-analyze security` in tenths.
fn exposure(machine: &Machine, unit: &str) -> u32 {
    let report = machine
        .run(["systemd-analyze", "security", "--no-pager", unit])
        .text();
    let line = report.lines().last().unwrap_or_default();
    let number = line
        .split(": ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next());
    let number: f64 = number.unwrap().parse().unwrap();
    (number * 10.0).round() as u32
}

#[test]
fn the_sandboxes_are_as_tight_as_promised() {
    for suite in Suite::ALL {
        let machine = installed(suite);
        assert!(exposure(&machine, "potiond.service") <= 25, "{suite:?}");
        assert!(exposure(&machine, "potion-bot.service") <= 12, "{suite:?}");
    }
}

#[test]
fn fifteen_kills_in_a_row_leave_it_running_and_its_socket_open() {
    let machine = installed(Suite::Bookworm);
    for _ in 0..15 {
        let pid = machine.wait_until("potiond is up", BACK, |machine| {
            Some(machine.main_pid("potiond.service")).filter(|pid| *pid != 0)
        });
        let _ = machine.run(["kill", "-KILL", &pid.to_string()]);
        machine.wait_until("it is another process", BACK, |machine| {
            (machine.main_pid("potiond.service") != pid).then_some(())
        });
    }
    machine.wait_until("potiond is back", BACK, |machine| {
        active(machine, "potiond.service")
    });
    assert!(active(&machine, "potiond.socket").is_some());
    assert!(machine.exists("/run/potion/agent.sock"));
}

#[test]
fn a_reboot_brings_it_all_back() {
    for suite in Suite::ALL {
        let machine = installed(suite);
        machine.reboot().unwrap();
        for unit in ["potiond.socket", "potiond-fd.socket", "potiond.service"] {
            assert_eq!(
                machine.property(unit, "ActiveState"),
                "active",
                "{suite:?} {unit}"
            );
        }
        assert_eq!(mode(&machine, "/run/potion"), "755 root:root");
    }
}

#[test]
fn root_and_members_reach_the_agent_and_nobody_else_does() {
    for suite in Suite::ALL {
        let machine = installed(suite);
        let list = ["potionctl", "--json", "unit", "list"];
        assert!(
            machine.run(list).ok().contains("nginx.service"),
            "{suite:?}"
        );
        let _ = machine.run(["useradd", "--groups", "potion", "sari"]).ok();
        assert!(machine.run_as("sari", list).ok().contains("nginx.service"));
        let refused = machine.run_as("nobody", list).fails_with(77);
        assert!(refused.contains("group `potion`"), "{refused}");
    }
}

#[test]
fn the_disk_may_be_absent_and_come_later() {
    let machine = Machine::boot(Suite::Bookworm).unwrap();
    let _ = machine.install(&deb().unwrap()).ok();
    assert!(!machine.exists("/mnt/dre"));
    assert_eq!(machine.property("potiond.service", "ActiveState"), "active");
}

#[test]
fn an_upgrade_keeps_state_and_sockets_and_restarts_the_agent() {
    let machine = installed(Suite::Bookworm);
    let mine = "# mine\n[files]\nroot = \"/mnt/dre\"\n";
    machine.write("/etc/potion/config.toml", mine);
    machine.write("/var/lib/potion/kept", "kept");
    let before = machine.main_pid("potiond.service");
    let socket = machine.property("potiond.socket", "ActiveEnterTimestampMonotonic");
    machine.write(
        "/root/new.deb",
        std::fs::read(deb_of_version("0.2.0").unwrap()).unwrap(),
    );
    Repository::new(&machine)
        .publish_file("/root/new.deb")
        .refresh();
    let _ = machine
        .run(["apt-get", "-y", "install", "potion-server"])
        .ok();
    let version = machine
        .run(["dpkg-query", "-W", "-f", "${Version}", "potion-server"])
        .ok();
    assert_eq!(version, "0.2.0");
    assert_eq!(machine.read_text("/etc/potion/config.toml"), mine);
    assert_eq!(machine.read_text("/var/lib/potion/kept"), "kept");
    assert_ne!(machine.main_pid("potiond.service"), before);
    assert_eq!(
        machine.property("potiond.socket", "ActiveEnterTimestampMonotonic"),
        socket
    );
}

/// The agent is replaced and restarted in the middle of its own job, and knows the true result all the same.
#[test]
fn it_upgrades_itself_as_a_job() {
    for suite in Suite::ALL {
        let machine = installed(suite);
        let new = deb_of_version("0.2.0").unwrap();
        machine.write("/root/new.deb", std::fs::read(new).unwrap());
        Repository::new(&machine)
            .publish_file("/root/new.deb")
            .refresh();
        let before = machine.main_pid("potiond.service");
        let told = machine
            .run(["potionctl", "package", "upgrade", "--yes"])
            .ok();
        assert!(told.contains("potion-server 0.1.0 → 0.2.0"), "{told}");
        assert_ne!(machine.main_pid("potiond.service"), before, "{suite:?}");
        let output = machine.run(["potionctl", "job", "output", "1"]).ok();
        assert!(output.contains("Setting up potion-server"), "{output}");
        let restarts = output
            .split("Services to be restarted:")
            .nth(1)
            .unwrap_or("");
        let restarts = restarts
            .split("Service restarts being deferred:")
            .next()
            .unwrap_or("");
        assert!(!restarts.contains("potion-job"), "{output}");
    }
}

#[test]
fn what_the_owner_disabled_stays_disabled() {
    let machine = installed(Suite::Bookworm);
    let _ = machine
        .run(["systemctl", "disable", "-q", "potion-bot.service"])
        .ok();
    let _ = machine.install(&deb_of_version("0.2.0").unwrap()).ok();
    assert_eq!(
        machine.property("potion-bot.service", "UnitFileState"),
        "disabled"
    );
}

#[test]
fn a_purge_leaves_only_the_owners_files_and_names_them() {
    for suite in Suite::ALL {
        let machine = installed(suite);
        machine.write("/mnt/dre/film.mkv", "x");
        let removed = machine
            .run(["apt-get", "-y", "purge", "potion-server"])
            .ok();
        assert!(removed.contains("/mnt/dre"), "{removed}");
        assert!(machine.exists("/mnt/dre/film.mkv"));
        let left = "find / -xdev ( -path /proc -o -path /sys -o -path /var/log/journal ) -prune -o -iname *potion* -print";
        let left = machine.run(left.split(' ')).text();
        assert_eq!(left, "", "{suite:?}");
        assert!(!machine.run(["getent", "passwd", "potion-bot"]).success());
        assert!(!machine.run(["getent", "group", "potion"]).success());
        assert_eq!(
            machine
                .shell("systemctl list-units --all --plain --no-legend 'potion*'")
                .ok(),
            ""
        );
    }
}

#[test]
fn a_purge_names_other_roots_too() {
    let machine = installed(Suite::Bookworm);
    let config =
        "[files]\nroot = '/srv/my media'\n[[files.extra]]\nname = \"usb\"\npath = \"/srv/usb\"\n";
    machine.write("/etc/potion/config.toml", config);
    let _ = machine
        .run(["mkdir", "-p", "/srv/my media", "/srv/usb"])
        .ok();
    let removed = machine
        .run(["apt-get", "-y", "purge", "potion-server"])
        .ok();
    assert!(
        removed.contains("in /srv/my media, ") && removed.contains("in /srv/usb, "),
        "{removed}"
    );
}
