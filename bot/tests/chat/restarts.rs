use potion_proto::units::Active;

use crate::agent::unit;
use crate::outbox::incident;
use crate::world::World;

#[tokio::test]
async fn updates_that_telegram_hands_out_again_after_a_restart_do_nothing_twice() {
    let mut world = World::start().await;
    world
        .agent
        .publish(|seq| incident(seq, 1, potion_proto::incidents::Phase::Failed));
    let message = world.owner().expect_text("nginx.service").await;
    let confirm = world
        .owner()
        .press_on(message.id, "Restart")
        .await
        .expect_text("Yakin?")
        .await;
    world
        .owner()
        .press_on(confirm.id, "Ya, lanjut")
        .await
        .expect_text("beres")
        .await;
    world.telegram.expect_confirmed().await;
    let said = world.owner().messages().len();
    world.stop_bot().await;
    assert!(world.telegram.redeliver(0) >= 2);
    world.start_bot();
    world.telegram.expect_confirmed().await;
    world
        .owner()
        .send("/help")
        .expect_text("Cara pakainya")
        .await;
    assert_eq!(world.agent.script().applied.len(), 1);
    assert_eq!(world.owner().messages().len(), said + 2);
}

#[tokio::test]
async fn buttons_of_before_a_restart_still_work() {
    let mut world = World::start().await;
    world.agent.script().units = vec![unit("nginx.service", Active::Active)];
    let menu = world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    world.stop_bot().await;
    world.start_bot();
    world
        .owner()
        .press_on(menu.id, "Layanan")
        .await
        .expect_text("🟢 nginx")
        .await;
}

#[tokio::test]
async fn an_update_that_was_recorded_but_not_answered_is_answered_after_the_restart() {
    let mut world = World::start().await;
    world.settled().await;
    let stalled = world
        .telegram
        .fault(potion_telegram::Fault::stall().on("sendMessage"));
    world.owner().send("/help");
    world.telegram.expect_confirmed().await;
    world.stop_bot().await;
    world.telegram.clear_fault(stalled);
    world.start_bot();
    world.owner().expect_text("Cara pakainya").await;
}

#[tokio::test]
async fn a_slow_handler_does_not_keep_the_same_person_waiting() {
    let world = World::start().await;
    world.agent.script().units = vec![unit("nginx.service", Active::Active)];
    world
        .agent
        .script()
        .slow
        .insert("unit_list", std::time::Duration::from_secs(6));
    let slow = world.owner().send("/services");
    let quick = world.owner().send("/help");
    quick.expect_text("Cara pakainya").await;
    assert!(
        !world
            .owner()
            .messages()
            .iter()
            .any(|message| message.text.contains("🟢 nginx"))
    );
    slow.expect_text("🟢 nginx").await;
}

#[tokio::test]
async fn a_changed_message_in_the_configuration_is_used_without_a_restart() {
    let world = World::start().await;
    world
        .owner()
        .send("/help")
        .expect_text("Cara pakainya")
        .await;
    let path = world.path("config.toml");
    let text =
        std::fs::read_to_string(&path).unwrap() + "[messages.id]\nhelp-screen = \"Tanya Budi\"\n";
    std::fs::write(&path, text).unwrap();
    let turn = async {
        loop {
            world.owner().send("/help");
            world.telegram.expect_confirmed().await;
            if world
                .owner()
                .messages()
                .iter()
                .any(|message| message.text.contains("Tanya Budi"))
            {
                return;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), turn)
        .await
        .expect("the change was never used");
}
