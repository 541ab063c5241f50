//! The installed agent as a process: its rights, its audit log in three places, its reload and its stop.

use std::time::Duration;

use potion_tests::lab::{Machine, Suite};
use potion_tests::package::deb;

const WITHIN: Duration = Duration::from_secs(20);
/// CAP_CHOWN 0, DAC_OVERRIDE 1, FOWNER 3, NET_ADMIN 12, SYS_PTRACE 19, as `capabilities(7)` numbers them.
const KEPT: u64 = 1 | 1 << 1 | 1 << 3 | 1 << 12 | 1 << 19;

fn installed(suite: Suite) -> Machine {
    let machine = Machine::boot(suite).unwrap();
    let _ = machine.install(&deb().unwrap()).ok();
    machine
}

fn ctl(machine: &Machine, words: &str) -> String {
    machine
        .run(["potionctl", "--yes"].into_iter().chain(words.split(' ')))
        .ok()
}

/// A line of the agent's `/proc/PID/status`.
fn of_status(machine: &Machine, name: &str) -> String {
    let pid = machine.main_pid("potiond.service");
    let text = machine.read_text(&format!("/proc/{pid}/status"));
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{name}:")));
    line.unwrap().trim().to_owned()
}

#[test]
fn it_keeps_the_named_rights_and_no_other_in_any_set() {
    for suite in Suite::ALL {
        let machine = installed(suite);
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            let held = u64::from_str_radix(&of_status(&machine, set), 16).unwrap();
            assert_eq!(held & !KEPT, 0, "{suite:?} {set} {held:x}");
        }
        assert_eq!(of_status(&machine, "NoNewPrivs"), "1");
    }
}

#[test]
fn the_audit_log_is_in_the_journal_too_and_a_cut_tail_is_seen_there() {
    let machine = installed(Suite::Bookworm);
    for role in ["viewer", "operator", "owner"] {
        let _ = ctl(&machine, &format!("admin add --role {role}"));
    }
    let _ = machine.run(["journalctl", "--sync"]).ok();
    let mirrored = machine.run([
        "journalctl",
        "-q",
        "-o",
        "cat",
        "POTION_AUDIT=1",
        "POTION_WHO=uid:0",
    ]);
    assert_eq!(mirrored.ok().lines().count(), 6);
    assert!(ctl(&machine, "audit verify").starts_with("6 entries"));
    // Somebody with the disk in hand cuts the log and the database's head, and forgets the journal.
    let _ = machine
        .run([
            "systemctl",
            "stop",
            "potiond.socket",
            "potiond-fd.socket",
            "potiond",
        ])
        .ok();
    let _ = machine
        .shell("cd /var/lib/potion && sed -i '5,$d' audit.log && rm state.db*")
        .ok();
    let _ = machine.run(["systemctl", "start", "potiond"]).ok();
    let verified = machine.run(["potionctl", "audit", "verify"]);
    assert!(!verified.success(), "{verified}");
    let told = format!("{verified}");
    assert!(told.contains("the journal knows entry"), "{told}");
}

#[test]
fn sighup_reads_the_file_again_and_a_wrong_one_changes_nothing() {
    let machine = installed(Suite::Bookworm);
    let disk = || ctl(&machine, "config get thresholds.disk-percent");
    let reload = || {
        machine.run([
            "systemctl",
            "kill",
            "--kill-whom=main",
            "-s",
            "HUP",
            "potiond",
        ])
    };
    let pid = machine.main_pid("potiond.service");
    machine.write(
        "/etc/potion/config.toml",
        "[thresholds]\ndisk-percent = 71\n",
    );
    let _ = reload().ok();
    assert!(disk().contains("71"));
    machine.write(
        "/etc/potion/config.toml",
        "[thresholds]\ndisk-percent = 710\n",
    );
    let _ = reload().ok();
    assert!(disk().contains("71") && !disk().contains("710"));
    assert_eq!(machine.main_pid("potiond.service"), pid);
}

#[test]
fn a_wrong_file_at_the_start_is_exit_78_with_line_and_column() {
    let machine = installed(Suite::Bookworm);
    machine.write(
        "/etc/potion/config.toml",
        "[thresholds]\ndisk-percent = 710\n",
    );
    let check = machine.run(["/usr/libexec/potion/potiond", "--check"]);
    assert!(check.fails_with(78).contains("config.toml:2:"));
    let _ = machine
        .run(["systemctl", "restart", "--no-block", "potiond"])
        .ok();
    machine.wait_until("it ends with 78", WITHIN, |machine| {
        (machine.property("potiond.service", "ExecMainStatus") == "78").then_some(())
    });
    machine.write("/etc/potion/config.toml", "");
    machine.wait_until("it is back by itself", WITHIN, |machine| {
        (machine.property("potiond.service", "ActiveState") == "active").then_some(())
    });
}

#[test]
fn a_stop_is_an_orderly_one() {
    let machine = installed(Suite::Bookworm);
    assert!(machine.exists("/var/lib/potion/running"));
    let _ = machine.run(["systemctl", "stop", "potiond"]).ok();
    assert_eq!(machine.property("potiond.service", "Result"), "success");
    assert!(!machine.exists("/var/lib/potion/running"));
}
