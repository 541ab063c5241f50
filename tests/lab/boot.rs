//! The lab itself: what the other tests stand on.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use potion_tests::lab::{Machine, Suite, wait};

fn boots(suite: Suite, systemd: &str) {
    let machine = Machine::boot(suite).unwrap();
    let version = machine.run(["systemctl", "--version"]).ok();
    assert!(
        version.starts_with(&format!("systemd {systemd}")),
        "{version}"
    );
    for unit in [
        "nginx",
        "ssh",
        "fail2ban",
        "systemd-journald",
        "dbus",
        "systemd-logind",
    ] {
        assert_eq!(machine.property(unit, "ActiveState"), "active", "{unit}");
    }
    assert_eq!(
        machine
            .run(["systemctl", "--failed", "-q", "--no-legend"])
            .ok(),
        ""
    );
    assert!(
        machine
            .run(["curl", "-s", "http://127.0.0.1/"])
            .ok()
            .contains("nginx")
    );
    let sources = machine.run(["apt-get", "indextargets"]).ok();
    assert_eq!(sources, "", "no package source but a test's own");
    assert!(machine.journal("ssh.service").contains("Server listening"));
}

#[test]
fn debian_12_boots_with_all_its_services() {
    boots(Suite::Bookworm, "252");
}

#[test]
fn debian_13_boots_with_all_its_services() {
    boots(Suite::Trixie, "257");
}

#[test]
fn two_machines_do_not_see_each_other() {
    let [one, other] = Suite::ALL.map(|suite| Machine::boot(suite).unwrap());
    let before = other.main_pid("nginx.service");
    one.kill_pid(one.main_pid("nginx.service"));
    one.wait_until("nginx has failed", Duration::from_secs(10), |machine| {
        (machine.property("nginx.service", "ActiveState") == "failed").then_some(())
    });
    assert!(one.journal("nginx.service").contains("code=killed"));
    assert_eq!(other.main_pid("nginx.service"), before);
    drop(one);
    assert_eq!(other.property("nginx.service", "ActiveState"), "active");
}

#[test]
fn a_reboot_keeps_the_files_and_nothing_else() {
    let machine = Machine::boot(Suite::Bookworm).unwrap();
    machine.write("/var/lib/kept", "kept");
    machine.write("/run/lost", "lost");
    let boot = machine.read_text("/proc/sys/kernel/random/boot_id");
    machine.reboot().unwrap();
    assert_eq!(machine.read_text("/var/lib/kept"), "kept");
    assert!(!machine.exists("/run/lost"));
    assert_ne!(machine.read_text("/proc/sys/kernel/random/boot_id"), boot);
    machine.cut_power().unwrap();
    machine.power_on().unwrap();
    assert_eq!(machine.read_text("/var/lib/kept"), "kept");
}

#[test]
fn another_user_has_that_users_rights() {
    let machine = Machine::boot(Suite::Bookworm).unwrap();
    assert_eq!(machine.run_as("www-data", ["id", "-un"]).ok(), "www-data");
    let refused = machine.run_as("nobody", ["cat", "/etc/shadow"]);
    assert!(refused.fails_with(1).contains("Permission denied"));
}

#[test]
fn sockets_go_both_ways() {
    let machine = Machine::boot(Suite::Bookworm).unwrap();
    let listener = machine.listen(8081).unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let request = BufReader::new(&stream).lines();
        request.map_while(Result::ok).find(String::is_empty);
        stream
            .write_all(b"HTTP/1.0 200 OK\r\n\r\nfrom the host")
            .unwrap();
    });
    let answer = machine.run(["curl", "-s", "http://127.0.0.1:8081/"]).ok();
    assert_eq!(answer, "from the host");
    server.join().unwrap();
    let outside = machine.forward(([127, 0, 0, 1], 0).into(), 80).unwrap();
    assert!(page(TcpStream::connect(outside).unwrap()).contains("nginx"));
    assert!(page(machine.connect(80).unwrap()).contains("nginx"));
}

fn page(mut stream: TcpStream) -> String {
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    page
}

#[test]
fn a_disk_is_a_filesystem_of_its_own() {
    let machine = Machine::of(Suite::Bookworm)
        .disk("/mnt/dre", 64)
        .boot()
        .unwrap();
    let kind = machine.run(["stat", "-f", "-c", "%T", "/mnt/dre"]).ok();
    assert_eq!(kind, "ext2/ext3");
    machine.write("/mnt/dre/film", "x");
    machine.reboot().unwrap();
    assert_eq!(machine.read_text("/mnt/dre/film"), "x");
}

#[test]
fn nothing_is_left_of_a_dropped_machine() {
    let machine = Machine::of(Suite::Bookworm)
        .disk("/mnt/dre", 64)
        .boot()
        .unwrap();
    let (leader, name) = (machine.leader(), format!("potion-{}-", std::process::id()));
    let leader = format!("/proc/{leader}/exe");
    assert!(std::fs::read_link(&leader).is_ok());
    assert!(
        std::fs::read_to_string("/proc/mounts")
            .unwrap()
            .contains(&name)
    );
    drop(machine);
    assert!(std::fs::read_link(&leader).is_err());
}

/// Set in the process that plays the owner who dies.
const OWNER: &str = "POTION_LAB_TEST_OWNER";

#[test]
fn nothing_is_left_when_the_owner_is_killed() {
    if std::env::var_os(OWNER).is_some() {
        let machine = Machine::boot(Suite::Bookworm).unwrap();
        println!("leader {}.", machine.leader());
        machine.wait_until(
            "the owner is killed",
            Duration::from_secs(600),
            |_| None::<()>,
        );
    }
    let me = std::env::current_exe().unwrap();
    let test = "boot::nothing_is_left_when_the_owner_is_killed";
    let mut owner = Command::new(me)
        .args([test, "--exact", "--nocapture"])
        .env(OWNER, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(owner.stdout.take().unwrap()).lines();
    let leader = said
        .map_while(Result::ok)
        .find_map(|line| Some(line.split("leader ").nth(1)?.split('.').next()?.to_owned()))
        .unwrap();
    let home = format!("/run/potion-lab/potion-{}-0", owner.id());
    assert!(std::path::Path::new(&home).exists());
    owner.kill().unwrap();
    owner.wait().unwrap();
    let gone = wait::until(Duration::from_secs(30), || {
        let left = [format!("/proc/{leader}/exe"), home.clone()];
        left.iter()
            .all(|path| std::fs::symlink_metadata(path).is_err())
            .then_some(())
    });
    assert!(gone.is_some());
}
