//! Every verb on units that reboot the machine, open a root shell, or are not the owner's to lend.
//!
//! 1. As the bot, for an owner, plan every verb on each of them.
//! 2. The same with those listed in `units.managed` that the file takes, as a careless owner might.
//! 3. The same as root: some names nobody may act on through us.
//!
//! The units exist, so a verb that got through would be seen on them, as one on nginx is.

use potion_agent::testing::Running;
use potion_proto::Code;
use potion_proto::units::{Active, Verb};

use crate::every_action::on;
use crate::{OWNER, code, world};

const NEVER: [&str; 12] = [
    "reboot.target",
    "debug-shell.service",
    "apt-daily-upgrade.service",
    "potiond.service",
    "potion-bot.service",
    "dbus.service",
    "systemd-journald.service",
    "rescue.service",
    "emergency.service",
    "mnt-dre.mount",
    "user.slice",
    "init.scope",
];
const UNMANAGED: [&str; 2] = ["cron.service", "unknown-to-all.service"];

async fn with_all(config: &str) -> Running {
    let mut world = world()
        .config("[policy]\nrate-per-minute = 1000")
        .config(config);
    for name in NEVER {
        world = world.unit(name, Active::Active);
    }
    world.start().await
}

#[tokio::test]
async fn the_bot_is_refused_each_of_them() {
    let world = with_all("").await;
    let owner = world.telegram(OWNER).await;
    for action in on(&NEVER) {
        assert_eq!(
            code(owner.act(action.clone()).await),
            Code::UnitRefused,
            "{action:?}"
        );
    }
    for action in on(&UNMANAGED) {
        assert_eq!(
            code(owner.act(action.clone()).await),
            Code::UnitUnmanaged,
            "{action:?}"
        );
    }
    world.fakes.units.expect_all_untouched();
}

#[tokio::test]
async fn a_careless_list_does_not_make_them_anybody_s() {
    let services = NEVER.iter().filter(|name| name.ends_with(".service"));
    let list: Vec<String> = services.map(|name| format!("\"{name}\"")).collect();
    let world = with_all(&format!("[units]\nmanaged = [{}]", list.join(", "))).await;
    for person in [
        world.telegram(OWNER).await,
        world.member().await,
        world.root().await,
    ] {
        for action in on(&NEVER) {
            let refused = code(person.act(action.clone()).await);
            assert!(
                matches!(refused, Code::UnitRefused | Code::LocalOnly),
                "{action:?}"
            );
        }
    }
    world.fakes.units.expect_all_untouched();
}

#[tokio::test]
async fn a_verb_that_gets_through_is_seen_on_its_unit() {
    let world = with_all("").await;
    for action in on(&["nginx.service"]) {
        world.telegram(OWNER).await.act(action).await.unwrap();
    }
    assert_eq!(world.fakes.units.touched("nginx.service").len(), 7);
    assert!(
        world
            .fakes
            .units
            .touched("nginx.service")
            .contains(&Verb::Stop)
    );
}
