use std::time::Duration;

use potion_proto::failure::{Code, Failure};
use potion_proto::units::Active;
use potion_telegram::Fault;

use crate::agent::unit;
use crate::world::{OWNER, World};

#[tokio::test]
async fn start_shows_the_menu_in_indonesian_and_two_taps_show_the_services() {
    let world = World::start().await;
    world.agent.script().units = vec![
        unit("nginx.service", Active::Active),
        unit("ssh.service", Active::Failed),
    ];
    let menu = world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    let press = world.owner().press_on(menu.id, "Layanan").await;
    let list = press.expect_text("🟢 nginx").await;
    assert_eq!(list.id, menu.id, "the screen changes in place");
    assert!(list.text.contains("❌ ssh"), "{}", list.text);
    assert_eq!(press.expect_answer().await.text, "");
    world
        .owner()
        .press_on(menu.id, "Kembali")
        .await
        .expect_text("Mau cek apa?")
        .await;
}

#[tokio::test]
async fn a_refresh_that_changes_nothing_and_a_doubled_tap_are_fine() {
    let world = World::start().await;
    world.agent.script().units = vec![unit("nginx.service", Active::Active)];
    let list = world
        .owner()
        .send("/services")
        .expect_text("🟢 nginx")
        .await;
    for _ in 0..2 {
        let press = world.owner().press_on(list.id, "Segarkan").await;
        assert_eq!(press.expect_answer().await.text, "");
    }
    world
        .owner()
        .press_on(list.id, "Kembali")
        .await
        .expect_text("Mau cek apa?")
        .await;
    assert_eq!(
        world.owner().chat().from_bot().count(),
        1,
        "nothing else was said"
    );
}

#[tokio::test]
async fn what_takes_long_shows_signs_of_life_that_go_away() {
    let world = World::start().await;
    world.agent.script().units = vec![unit("nginx.service", Active::Active)];
    world
        .agent
        .script()
        .slow
        .insert("unit_list", Duration::from_millis(1_500));
    let turn = world.owner().send("/services");
    turn.expect_text("Sedang diproses").await;
    let list = turn.expect_text("🟢 nginx").await;
    assert_eq!(
        list.history[0].text, "⏳ Sedang diproses…",
        "the notice becomes the answer"
    );
    assert!(!world.owner().chat_actions().is_empty());
    assert_eq!(world.owner().chat().from_bot().count(), 1);
}

#[tokio::test]
async fn the_notice_of_a_failure_becomes_the_sentence_that_names_the_next_step() {
    let world = World::start().await;
    let failure = Failure::new(Code::Unavailable, "systemd", "systemd does not answer");
    world.agent.script().failures.insert("unit_list", failure);
    world
        .agent
        .script()
        .slow
        .insert("unit_list", Duration::from_millis(1_200));
    let turn = world.owner().send("/services");
    let said = turn
        .expect_text("systemd sedang tidak bisa dihubungi")
        .await;
    assert!(said.button("Coba lagi").is_some());
    assert!(
        !world
            .owner()
            .chat()
            .from_bot()
            .any(|message| message.text.contains("Sedang diproses"))
    );
}

#[tokio::test]
async fn names_and_descriptions_that_look_like_markup_are_shown_as_they_are() {
    let world = World::start().await;
    let mut nasty = unit("nginx.service", Active::Active);
    nasty.sub = "<b>&amp;</i> *_`[x](y)".to_owned();
    world.agent.script().units = vec![nasty];
    world
        .owner()
        .send("/services nginx")
        .expect_text("<b>&amp;</i> *_`[x](y)")
        .await;
}

#[tokio::test]
async fn an_unknown_command_and_a_stray_text_are_answered_with_a_way_on() {
    let world = World::start().await;
    world.owner().send("/nosuch").expect_text("/help").await;
    world.owner().send("halo <b>").expect_text("/start").await;
    let turn = world.owner().send("123456");
    turn.expect_text("Tidak ada yang sedang menunggu kode")
        .await;
    assert!(
        world
            .owner()
            .messages()
            .iter()
            .any(|m| m.text == "123456" && m.deleted_ms.is_some())
    );
}

#[tokio::test]
async fn markup_that_telegram_does_not_read_is_sent_as_plain_text() {
    let world = World::start().await;
    let refusal = Fault::error(
        400,
        "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0",
    );
    world.telegram.fault(refusal.on("sendMessage").times(1));
    let said = world
        .owner()
        .send("/help")
        .expect_text("Cara pakainya")
        .await;
    assert!(
        said.entities.iter().all(|entity| entity.kind != "bold"),
        "{:?}",
        said.entities
    );
    assert!(said.button("Kembali").is_some());
}

#[tokio::test]
async fn a_screen_whose_message_is_gone_comes_as_a_new_one() {
    let world = World::start().await;
    let menu = world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    world.telegram.fault(
        Fault::error(400, "Bad Request: message to edit not found")
            .on("editMessageText")
            .times(1),
    );
    let help = world
        .owner()
        .press_on(menu.id, "Bantuan")
        .await
        .expect_text("Cara pakainya")
        .await;
    assert_ne!(help.id, menu.id);
    world
        .owner()
        .press_on(help.id, "Kembali")
        .await
        .expect_text("Mau cek apa?")
        .await;
}

#[tokio::test]
async fn telegram_answering_429_500_and_resets_delays_an_answer_but_does_not_lose_it() {
    let world = World::start().await;
    world
        .telegram
        .fault(Fault::too_many_requests(1).on("sendMessage").times(1));
    world
        .owner()
        .send("/help")
        .expect_text("Cara pakainya")
        .await;
    world
        .telegram
        .fault(Fault::reset().on("sendMessage").times(2));
    world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
}

#[tokio::test]
async fn commands_are_set_in_both_languages() {
    let world = World::start().await;
    let calls = world
        .telegram
        .wait_for_requests(|calls| {
            calls
                .iter()
                .filter(|call| call.method.eq_ignore_ascii_case("setMyCommands"))
                .count()
                >= 3
        })
        .await;
    let languages: Vec<Option<String>> = calls
        .iter()
        .filter(|call| call.method.eq_ignore_ascii_case("setMyCommands"))
        .map(|call| call.text("language_code"))
        .collect();
    assert_eq!(
        languages,
        [None, Some("id".to_owned()), Some("en".to_owned())]
    );
    assert!(
        world
            .telegram
            .commands(OWNER)
            .iter()
            .any(|command| command.command == "services")
    );
}

#[tokio::test]
async fn the_bot_starts_while_telegram_cannot_be_reached_and_answers_once_it_can() {
    let mut world = World::prepare("").await;
    let dead = world.telegram.fault(Fault::reset());
    world.start_agent();
    world.start_bot();
    world.owner().send("/start");
    world
        .telegram
        .wait_for_requests(|calls| calls.len() >= 2)
        .await;
    world.telegram.clear_fault(dead);
    world.owner().expect_text("Mau cek apa?").await;
}
