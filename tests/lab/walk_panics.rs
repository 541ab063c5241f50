//! A panic on the *installed* package, stripped and with its line tables in the split debug file: the message
//! that every admin gets names a function and a file:line of ours. The drill (SIGUSR2) is the panic.

use crate::chat::{PATIENCE, Walk};

/// `src/…​.rs:LINE` of one of our crates.
fn names_a_line(text: &str, file: &str) -> bool {
    let line = text
        .split(file)
        .nth(1)
        .and_then(|rest| rest.strip_prefix(':'));
    line.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

async fn every_admin_reads(walk: &Walk, file: &str) {
    for admin in walk.admins() {
        let seen = admin
            .within(PATIENCE)
            .wait_for(|chat| {
                chat.from_bot()
                    .any(|message| names_a_line(&message.text, file))
            })
            .await;
        let told = seen
            .from_bot()
            .find(|message| names_a_line(&message.text, file))
            .unwrap();
        assert!(!told.silent, "{told:#?}");
        let (_, id) = told.text.split_once("error show ").unwrap();
        let whole = walk.ctl(&["error", "show", id.split_whitespace().next().unwrap()]);
        assert!(
            whole.contains("a drill") && names_a_line(&whole, file),
            "{whole}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_the_installed_agent_names_its_function_and_line_to_every_admin() {
    let walk = Walk::begin("").await;
    let before = walk.stack.machine.main_pid("potiond.service");
    walk.systemctl(&["kill", "--kill-who=main", "-s", "USR2", "potiond.service"]);
    every_admin_reads(&walk, "agent/src/errors/drill.rs").await;
    assert_eq!(
        walk.stack.machine.main_pid("potiond.service"),
        before,
        "it goes on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_the_installed_bot_names_its_function_and_line_to_every_admin() {
    let walk = Walk::begin("").await;
    walk.systemctl(&[
        "kill",
        "--kill-who=main",
        "-s",
        "USR2",
        "potion-bot.service",
    ]);
    // The signal is taken in a task of its own; one of the next handlers meets the drill.
    for _ in 0..3 {
        let _ = walk.owner().send("/help");
    }
    every_admin_reads(&walk, "bot/src/crashes/drill.rs").await;
}
