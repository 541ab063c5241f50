//! The owner lays down ssh from the phone: it comes back by itself, whatever dies meanwhile, unless it is kept.

use potion_telegram::Message;

use crate::chat::Walk;

const KEEP: &str = "[policy]\nkeep-seconds = 30\n";
const SSH: &str = "ssh.service";

/// ssh is stopped by button and code; the message that asks whether to keep that.
async fn stopped_ssh(walk: &Walk) -> Message {
    let secret = walk.stack.enrol();
    let listed = walk.owner().send("/services");
    let shown = listed.press("ssh").await;
    let _ = shown.press("Matikan").await;
    let sent = walk.prove(&secret).await;
    let asks = sent.expect_text("Pertahankan").await;
    walk.wait_active(SSH, "inactive");
    asks
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_ssh_is_back_although_the_agent_was_killed() {
    let walk = Walk::begin(KEEP).await;
    let _ = stopped_ssh(&walk).await;
    walk.kill("potiond.service");
    walk.wait_active(SSH, "active");
    let _ = walk.owner().expect_text("Dikembalikan").await;
    let _ = walk.viewer().expect_text("Undone").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_ssh_is_back_although_the_agent_stays_dead() {
    let walk = Walk::begin(KEEP).await;
    let _ = stopped_ssh(&walk).await;
    walk.systemctl(&["mask", "--runtime", "potiond.service"]);
    let units = ["potiond.service", "potiond.socket", "potiond-fd.socket"];
    walk.systemctl(&[&["stop"][..], &units[..]].concat());
    walk.wait_active(SSH, "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_ssh_is_back_after_a_reboot_that_would_not_start_it() {
    let walk = Walk::begin(KEEP).await;
    walk.systemctl(&["disable", "-q", SSH]);
    let _ = stopped_ssh(&walk).await;
    walk.stack.machine.reboot().unwrap();
    walk.wait_active(SSH, "active");
    let at_boot = walk.stack.machine.property(SSH, "UnitFileState");
    assert_eq!(at_boot, "disabled", "it is the agent that brought it back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_ssh_stays_stopped_once_it_is_kept() {
    let walk = Walk::begin(KEEP).await;
    let asks = stopped_ssh(&walk).await;
    let kept = walk.owner().press_on(asks.id, "Pertahankan").await;
    let _ = kept.expect_text("Dipertahankan").await;
    let timers = [
        "systemctl",
        "list-units",
        "--all",
        "--no-legend",
        "potion-*revert*",
        "potion-keep*",
    ];
    assert_eq!(walk.stack.machine.run(timers).text(), "");
    walk.systemctl(&["restart", "potiond.service"]);
    let listed = walk.owner().send("/services");
    let _ = listed.expect_text("nginx").await;
    walk.wait_active(SSH, "inactive");
}
