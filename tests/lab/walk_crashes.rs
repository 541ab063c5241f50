//! Our own programs die or cannot start on a real machine, and every admin hears of it.

use potion_telegram::Person;

use crate::chat::{Walk, about, states, told};

/// The id in `potionctl error show ID`, in the newest message that has one.
fn error_id(person: &Person, subject: &str) -> Option<String> {
    about(person, subject).iter().rev().find_map(|message| {
        let (_, rest) = states(message).find_map(|text| text.split_once("error show "))?;
        Some(rest.split_whitespace().next()?.to_owned())
    })
}

/// Kills one of ours; every admin gets one message whose error id tells the whole.
async fn kill_is_told(walk: &Walk, unit: &str, subject: [&str; 2]) {
    walk.kill(unit);
    walk.wait_active(unit, "active");
    for (admin, subject) in walk.admins().into_iter().zip(subject) {
        let _ = told(&admin, subject, "error show ").await;
        let news = about(&admin, subject);
        assert_eq!(news.len(), 1, "{news:#?}");
        assert!(!news[0].silent);
        let id = error_id(&admin, subject).unwrap();
        let whole = walk.ctl(&["error", "show", &id]);
        assert!(
            whole.contains("KILL") && whole.contains("systemd"),
            "{whole}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_agent_is_one_message_with_an_id_that_tells_the_whole() {
    let walk = Walk::begin("").await;
    kill_is_told(&walk, "potiond.service", ["jatuh", "crashed"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_bot_is_one_message_with_an_id_that_tells_the_whole() {
    let walk = Walk::begin("").await;
    kill_is_told(&walk, "potion-bot.service", ["tersandung", "stumbled"]).await;
}

const GONE: [&str; 2] = ["tidak menjawab selama", "has not answered"];
const BACK: [&str; 2] = ["menjawab lagi", "answers again"];

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_cannot_start_is_told_by_the_bot_which_names_the_next_step() {
    let walk = Walk::begin("").await;
    let machine = &walk.stack.machine;
    let good = machine.read_text("/etc/potion/config.toml");
    machine.write("/etc/potion/config.toml", "this is no TOML");
    let _ = machine.run(["systemctl", "restart", "potiond.service"]);
    let mut first = Vec::new();
    for (admin, gone) in walk.admins().into_iter().zip(GONE) {
        let news = told(&admin, gone, "systemctl status potiond").await;
        assert_eq!(news.len(), 1, "{news:#?}");
        first.push(news[0].id);
    }
    let asked = walk.owner().send("/services");
    let _ = asked.expect_text("systemctl status potiond").await;
    machine.write("/etc/potion/config.toml", good);
    for ((admin, back), first) in walk.admins().into_iter().zip(BACK).zip(first) {
        let chat = admin
            .wait_for(|chat| chat.message(first).is_some_and(|it| it.text.contains(back)))
            .await;
        assert!(chat.message(first).is_some());
    }
    walk.wait_active("potiond.service", "active");
    let asked = walk.owner().send("/services");
    let _ = asked.expect_text("nginx").await;
}
