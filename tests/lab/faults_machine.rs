//! The machine itself fails under the agent: a full disk, a bus that goes away.
//!
//! A clock that jumps is tried in `agent/src/schedule` and `agent/src/totp` on a clock of their own: a machine of the lab has
//! the host's clock, and no test may set that.

use potion_tests::lab::{Machine, Suite};
use potion_tests::package::deb;
use potion_tests::stack::{Stack, install, serve_telegram};

use crate::chat::{Walk, told};

const STATE: &str = "/var/lib/potion";

async fn with_a_small_disk() -> Walk {
    let machine = Machine::of(Suite::Bookworm).disk(STATE, 32).boot().unwrap();
    let telegram = serve_telegram(&machine).unwrap();
    install(&machine, &deb().unwrap(), "");
    Walk::of(Stack { telegram, machine }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_incidents_go_on_and_every_act_is_in_the_audit_log_or_refused() {
    let walk = with_a_small_disk().await;
    let machine = &walk.stack.machine;
    let pids = ["potiond.service", "potion-bot.service"].map(|unit| machine.main_pid(unit));
    let full = machine.shell(&format!("cat /dev/zero > {STATE}/filler"));
    assert!(full.error_text().contains("No space left"), "{full}");
    walk.kill("nginx.service");
    for admin in walk.admins() {
        let _ = told(&admin, "nginx.service", "code=killed").await;
    }
    let started = machine.run(["potionctl", "unit", "start", "nginx.service"]);
    if started.success() {
        assert!(walk.ctl(&["audit", "list"]).contains("nginx.service"));
        walk.wait_active("nginx.service", "active");
    } else {
        let said = started.error_text();
        assert!(said.contains("disk") || said.contains("audit"), "{started}");
        assert_eq!(machine.property("nginx.service", "ActiveState"), "failed");
    }
    let _ = machine.run(["rm", &format!("{STATE}/filler")]).ok();
    let _ = walk.ctl(&["unit", "restart", "nginx.service"]);
    assert!(walk.ctl(&["audit", "list"]).contains("nginx.service"));
    let _ = walk.ctl(&["audit", "verify"]);
    let same = ["potiond.service", "potion-bot.service"].map(|unit| machine.main_pid(unit));
    assert_eq!(same, pids, "nothing crashed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agent_outlives_a_restart_of_the_bus() {
    let walk = Walk::begin("").await;
    let machine = &walk.stack.machine;
    let pid = machine.main_pid("potiond.service");
    walk.systemctl(&["restart", "dbus.service"]);
    let listed = machine.wait_until("units are listed", crate::chat::PATIENCE, |machine| {
        let list = machine.run(["potionctl", "unit", "list"]);
        list.success().then(|| list.text())
    });
    assert!(listed.contains("nginx.service"), "{listed}");
    walk.kill("nginx.service");
    for admin in walk.admins() {
        let news = told(&admin, "nginx.service", "code=killed").await;
        assert_eq!(news.len(), 1);
    }
    let _ = walk.ctl(&["unit", "start", "nginx.service"]);
    for (admin, resolved) in walk.admins().iter().zip(["beres", "is resolved"]) {
        let _ = told(admin, "nginx.service", resolved).await;
    }
    assert_eq!(machine.main_pid("potiond.service"), pid);
}
