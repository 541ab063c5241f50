//! The machine's own package repository.

use std::process::Stdio;
use std::time::Duration;

use potion_tests::lab::{Fixture, Machine, Repository, Suite};

fn upgrades(suite: Suite) {
    let machine = Machine::boot(suite).unwrap();
    let repository = Repository::new(&machine);
    let old = Fixture::new("potion-fixture", "1.0").conffile("/etc/potion-fixture.conf", "a=1\n");
    repository.publish(&old).refresh();
    let _ = machine
        .run(["apt-get", "-y", "install", "potion-fixture"])
        .ok();
    machine.write("/etc/potion-fixture.conf", "a=mine\n");
    let new = Fixture::new("potion-fixture", "1.1").conffile("/etc/potion-fixture.conf", "a=2\n");
    Repository::security(&machine).publish(&new).refresh();
    let preview = machine.run(["apt-get", "-s", "dist-upgrade"]).ok();
    assert!(
        preview.contains("Inst potion-fixture [1.0] (1.1 Debian-Security:stable-security"),
        "{preview}"
    );
    let keep = "Dpkg::Options::=--force-confold";
    let _ = machine
        .run(["apt-get", "-y", "-o", keep, "dist-upgrade"])
        .ok();
    let version = machine
        .run(["dpkg-query", "-W", "-f", "${Version}", "potion-fixture"])
        .ok();
    assert_eq!(version, "1.1");
    assert_eq!(machine.read_text("/etc/potion-fixture.conf"), "a=mine\n");
}

#[test]
fn debian_12_upgrades_a_published_package() {
    upgrades(Suite::Bookworm);
}

#[test]
fn debian_13_upgrades_a_published_package() {
    upgrades(Suite::Trixie);
}

#[test]
fn a_postinst_fails_or_waits_as_told() {
    let machine = Machine::boot(Suite::Bookworm).unwrap();
    let repository = Repository::new(&machine);
    let held = Fixture::new("held", "1.0").held_until("/run/gate");
    repository
        .publish(&Fixture::new("bad", "1.0").failing())
        .publish(&held)
        .refresh();
    let failed = machine.run(["apt-get", "-y", "install", "bad"]);
    assert_eq!(failed.code, Some(100), "{failed}");
    assert!(failed.text().contains("as told"), "{failed}");
    let mut upgrade = machine
        .command(["apt-get", "-y", "install", "held"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    machine.wait_until("the postinst waits", Duration::from_secs(30), |machine| {
        machine.exists("/run/gate.waiting").then_some(())
    });
    assert!(upgrade.try_wait().unwrap().is_none());
    machine.write("/run/gate", "");
    upgrade.wait().unwrap();
    let status = machine
        .run(["dpkg-query", "-W", "-f", "${Status}", "held"])
        .ok();
    assert_eq!(status, "install ok installed");
}
