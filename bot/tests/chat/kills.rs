//! The bot as a process, killed at bad moments.

use std::collections::BTreeMap;
use std::process::Command;

use crate::outbox::numbered;
use crate::world::{World, config_check};

const EVENTS: u64 = 1_000;
const KILLS: usize = 15;

/// How often each event was told.
fn told(world: &World) -> BTreeMap<u64, usize> {
    let mut told = BTreeMap::new();
    for message in world.owner().messages() {
        let number = message
            .text
            .split("<N")
            .nth(1)
            .and_then(|rest| rest.split('>').next());
        if let Some(number) = number.and_then(|number| number.parse().ok()) {
            *told.entry(number).or_default() += 1;
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifteen_kills_under_a_thousand_events_lose_none_and_repeat_one_each_at_most() {
    let mut world = World::prepare("").await;
    world.start_agent();
    for _ in 0..EVENTS {
        world.agent.publish(numbered);
    }
    for kill in 1..=KILLS {
        let bot = world.start_process();
        // An odd step, so that the kills fall at different places of a send.
        let enough = kill * 61;
        world
            .owner()
            .wait_for(|chat| chat.from_bot().count() >= enough)
            .await;
        bot.kill();
    }
    let _bot = world.start_process();
    world
        .agent
        .wait_until(|script| script.delivered >= EVENTS)
        .await;
    let told = told(&world);
    let lost: Vec<u64> = (1..=EVENTS).filter(|n| !told.contains_key(n)).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    let repeats: usize = told.values().map(|times| times - 1).sum();
    assert!(repeats <= KILLS, "{repeats} repeats");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_bot_answers_what_it_had_not_answered() {
    let mut world = World::prepare("").await;
    world.start_agent();
    let bot = world.start_process();
    let stalled = world
        .telegram
        .fault(potion_telegram::Fault::stall().on("sendMessage"));
    world.owner().send("/help");
    world.telegram.expect_confirmed().await;
    bot.kill();
    world.telegram.clear_fault(stalled);
    let _bot = world.start_process();
    world.owner().expect_text("Cara pakainya").await;
}

#[tokio::test]
async fn check_runs_the_very_loader_and_says_so_by_its_exit_code() {
    let world = World::prepare("").await;
    assert_eq!(config_check(&world.path("config.toml")), Some(0));
    std::fs::write(world.path("bad.toml"), "[telegram]\napi-ulr = \"x\"\n").unwrap();
    assert_eq!(config_check(&world.path("bad.toml")), Some(78));
    let usage = Command::new(env!("CARGO_BIN_EXE_potion-bot"))
        .arg("--nonsense")
        .output()
        .unwrap();
    assert_eq!(usage.status.code(), Some(2));
    let no_token = Command::new(env!("CARGO_BIN_EXE_potion-bot"))
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(no_token.status.code(), Some(78));
    assert!(String::from_utf8_lossy(&no_token.stderr).contains("CREDENTIALS_DIRECTORY"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drill_goes_the_whole_way_of_a_crash_and_the_bot_goes_on() {
    let mut world = World::prepare("").await;
    world.start_agent();
    let bot = world.start_process();
    world
        .owner()
        .send("/help")
        .expect_text("Cara pakainya")
        .await;
    bot.signal("USR2");
    let told = async {
        loop {
            world.owner().send("/help");
            world.telegram.expect_confirmed().await;
            if !world.agent.script().reports.is_empty() {
                return;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), told)
        .await
        .expect("no drill took place");
    world
        .owner()
        .expect_text("potionctl error show deadbeef")
        .await;
    let report = world.agent.script().reports[0].clone();
    assert!(report.panic && report.doing == "bot help", "{report:?}");
    assert!(
        report
            .frames
            .iter()
            .any(|frame| frame.contains("schema.rs:")),
        "{report:?}"
    );
    world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
}
