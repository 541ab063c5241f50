//! Bot and agent are killed again and again while a crowd of units breaks: nobody misses a piece of news.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use potion_telegram::{ChatView, Person};

use crate::chat::Walk;

/// Each breaks and comes back once, for two admins.
const UNITS: usize = 100;
const KILLS: usize = 15;
/// A busy host may take longer than the ten seconds that an idle one needs.
const PATIENCE: Duration = Duration::from_secs(240);
const STORM: &str = "[Service]\nExecStart=/bin/sleep infinity\n";

fn names() -> Vec<String> {
    (1..=UNITS).map(|n| format!("storm@{n}.service")).collect()
}

/// Breaks before the storm: once it is told of, the agent watches them all.
const CANARY: &str = "storm@canary.service";

async fn manage_all(walk: &Walk) {
    walk.stack
        .machine
        .write("/etc/systemd/system/storm@.service", STORM);
    walk.systemctl(&["daemon-reload"]);
    let managed = format!("{CANARY},{}", names().join(","));
    walk.ctl(&["config", "set", "units.managed", &managed]);
    start_all(walk);
    walk.systemctl(&["start", CANARY]);
    walk.kill(CANARY);
    for admin in walk.admins() {
        let _ = admin.expect_text(CANARY).await;
    }
}

fn start_all(walk: &Walk) {
    let names = names();
    let words: Vec<&str> = ["start"]
        .into_iter()
        .chain(names.iter().map(String::as_str))
        .collect();
    walk.systemctl(&words);
}

/// Kills the bot and the agent in turn, as soon as they run again.
fn kill_ours(walk: &Walk) -> Duration {
    let begun = Instant::now();
    for round in 0..KILLS {
        walk.kill(["potion-bot.service", "potiond.service"][round % 2]);
    }
    begun.elapsed()
}

/// How many messages each unit has that say this of it.
fn tally(chat: &ChatView, says: &str) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for message in chat.from_bot().filter(|it| it.text.contains(says)) {
        let name = message
            .text
            .split_whitespace()
            .find(|it| it.starts_with("storm@") && !it.starts_with(CANARY));
        if let Some(name) = name {
            *tally
                .entry(name.trim_end_matches(':').to_owned())
                .or_default() += 1;
        }
    }
    tally
}

async fn all_are_told(person: &Person, says: &str) -> BTreeMap<String, usize> {
    let person = person.clone().within(PATIENCE);
    let chat = person.wait_for(|chat| tally(chat, says).len() == UNITS);
    tally(&chat.await, says)
}

#[tokio::test(flavor = "multi_thread")]
async fn fifteen_kills_under_a_storm_of_events_lose_none_and_repeat_one_each_at_most() {
    let walk = Walk::begin("").await;
    manage_all(&walk).await;
    let _ = walk
        .stack
        .machine
        .run(["systemctl", "kill", "-s", "KILL", "storm@*.service"])
        .ok();
    let took = kill_ours(&walk);
    let mut repeats = 0;
    for (admin, failed) in walk.admins().iter().zip(["gagal", "failed"]) {
        let tally = all_are_told(admin, failed).await;
        repeats += tally.values().sum::<usize>() - UNITS;
    }
    assert!(
        repeats <= KILLS,
        "{repeats} repeats for {KILLS} kills in {took:?}"
    );
    start_all(&walk);
    let _ = kill_ours(&walk);
    for (admin, resolved) in walk.admins().iter().zip(["beres", "is resolved"]) {
        let _ = all_are_told(admin, resolved).await;
    }
}
