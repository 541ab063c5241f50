use potion_proto::admins::Role;
use potion_proto::units::Active;

use crate::agent::{PAIRING, admin, unit};
use crate::world::{OWNER, SECOND, STRANGER, World};

/// Sees that the bot said and did nothing towards somebody.
fn expect_silence(world: &World, id: i64) {
    let person = world.telegram.person(id);
    assert_eq!(
        person.chat().from_bot().count(),
        0,
        "{:?}",
        person.messages()
    );
    assert!(person.chat_actions().is_empty());
    assert!(person.callback_answers().is_empty());
}

#[tokio::test]
async fn a_stranger_gets_nothing_for_words_commands_codes_and_presses() {
    let world = World::start().await;
    world.settled().await;
    let menu = world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    let data = menu
        .button("Layanan")
        .unwrap()
        .callback_data
        .clone()
        .unwrap();
    let stranger = world.stranger();
    for text in [
        "/start",
        "/services",
        "halo",
        "123456",
        "/start wrong",
        "/start aaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        stranger.send(text);
    }
    stranger.press_data_as(OWNER, menu.id, &data);
    world.telegram.expect_confirmed().await;
    world
        .owner()
        .send("/help")
        .expect_text("Cara pakainya")
        .await;
    expect_silence(&world, STRANGER);
    assert!(!world.agent.script().asked.contains(&"unit_list"));
    let asked = world
        .agent
        .script()
        .asked
        .iter()
        .filter(|method| **method == "admin_redeem")
        .count();
    assert_eq!(asked, 1, "only what looks like a code reaches the agent");
}

#[tokio::test]
async fn an_admin_in_a_group_gets_nothing() {
    let world = World::start().await;
    world.settled().await;
    world.owner().send_in_group(-500, "/start");
    world.telegram.expect_confirmed().await;
    world
        .owner()
        .send("/help")
        .expect_text("Cara pakainya")
        .await;
    assert!(
        world
            .telegram
            .group(-500)
            .iter()
            .all(|message| !message.from_bot)
    );
}

#[tokio::test]
async fn an_admin_cannot_press_another_admins_button() {
    let world = World::start().await;
    world.agent.script().admins.push(admin(SECOND, Role::Owner));
    world.agent.script().units = vec![unit("nginx.service", Active::Active)];
    let menu = world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    world
        .second()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    let data = menu
        .button("Layanan")
        .unwrap()
        .callback_data
        .clone()
        .unwrap();
    let press = world.second().press_data_as(SECOND, menu.id, &data);
    assert!(press.expect_answer().await.text.contains("tidak berlaku"));
    assert!(!world.agent.script().asked.contains(&"unit_list"));
}

#[tokio::test]
async fn forged_and_stale_buttons_get_a_friendly_word() {
    let world = World::start().await;
    let menu = world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    for forged in [
        "x",
        "000000000000000000000000",
        "' OR 1=1 --",
        &"y".repeat(64),
    ] {
        let press = world.owner().press_data_as(OWNER, menu.id, forged);
        assert!(
            press.expect_answer().await.text.contains("/start"),
            "{forged}"
        );
    }
}

#[tokio::test]
async fn a_pairing_code_makes_a_stranger_an_admin_at_once() {
    let world = World::start().await;
    world.settled().await;
    let stranger = world.stranger();
    stranger
        .send(&format!("/start {PAIRING}"))
        .expect_text("Selamat datang")
        .await;
    stranger.send("/start").expect_text("Mau cek apa?").await;
}

#[tokio::test]
async fn somebody_whom_the_agent_has_just_added_is_no_stranger() {
    let world = World::start().await;
    world.settled().await;
    world
        .agent
        .script()
        .admins
        .push(admin(SECOND, Role::Viewer));
    // The list may be asked for anew five seconds after it was asked for.
    let menu = async {
        loop {
            let turn = world.second().send("/start");
            world.telegram.expect_confirmed().await;
            if world.second().chat().from_bot().next().is_some() {
                return turn;
            }
        }
    };
    drop(
        tokio::time::timeout(std::time::Duration::from_secs(15), menu)
            .await
            .expect("never let in"),
    );
}
