//! A group that was borrowed.
//!
//! 1. As a user of the machine who is not in group `potion`: call the agent. The socket's mode stops it.
//! 2. Call it through a program that is setgid `potion`, as any user could find or be given one. The
//!    socket's mode lets it through.
//!
//! The agent asks the group database about the peer's uid, never the peer's gid, and hangs up. The same
//! program serves somebody whom the database lists, so it is not the program that fails; and it does get
//! as far as the agent, which says so in its journal.

use potion_tests::lab::{Machine, Suite};
use potion_tests::package::deb;

const BORROWED: &str = "/usr/local/bin/borrowed";

fn installed(suite: Suite) -> Machine {
    let machine = Machine::boot(suite).unwrap();
    let _ = machine.install(&deb().unwrap()).ok();
    for user in ["mallory", "sari"] {
        let _ = machine.run(["useradd", "--create-home", user]).ok();
    }
    let _ = machine.run(["usermod", "-aG", "potion", "sari"]).ok();
    let lend = format!(
        "cp /usr/bin/potionctl {BORROWED} && chgrp potion {BORROWED} && chmod 2755 {BORROWED}"
    );
    let _ = machine.shell(&lend).ok();
    machine
}

fn a_borrowed_group_opens_nothing(suite: Suite) {
    let machine = installed(suite);
    let ask = |user: &str, program: &str| machine.run_as(user, [program, "host", "status"]);
    assert!(!ask("mallory", "/usr/bin/potionctl").success());
    let borrowed = ask("mallory", BORROWED);
    assert!(!borrowed.success(), "{borrowed}");
    let _ = machine.run(["journalctl", "--sync"]).ok();
    let refused = "neither root, nor the bot, nor in group potion";
    assert!(machine.journal("potiond.service").contains(refused));
    assert!(ask("sari", BORROWED).success());
    assert!(ask("sari", "/usr/bin/potionctl").success());
}

#[test]
fn a_borrowed_group_opens_nothing_on_debian_12() {
    a_borrowed_group_opens_nothing(Suite::Bookworm);
}

#[test]
fn a_borrowed_group_opens_nothing_on_debian_13() {
    a_borrowed_group_opens_nothing(Suite::Trixie);
}

#[test]
fn who_leaves_the_group_is_nobody_with_the_next_connection() {
    let machine = installed(Suite::Bookworm);
    let ask = || machine.run_as("sari", ["potionctl", "host", "status"]);
    assert!(ask().success());
    let _ = machine.run(["gpasswd", "-d", "sari", "potion"]).ok();
    assert!(!ask().success());
}
