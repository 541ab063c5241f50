//! Telegram fails in every way it knows, and what there was to tell arrives afterwards, once.

use potion_telegram::{ChatView, Fault, Message};

use crate::chat::{Walk, about, told};

const SUBJECT: &str = "nginx.service";

/// Breaks nginx while Telegram fails so, and mends both.
async fn arrives_once(walk: &Walk, name: &str, fault: Fault, times: usize) {
    let before = counts(walk);
    let sofar = walk.stack.telegram.requests();
    let sofar = sofar.iter().filter(|it| it.fault.is_some()).count();
    let fault = walk.stack.telegram.fault(fault);
    walk.kill(SUBJECT);
    let _ = walk
        .stack
        .telegram
        .wait_for_requests(|calls| {
            calls.iter().filter(|it| it.fault.is_some()).count() >= sofar + times
        })
        .await;
    let _ = walk.stack.telegram.clear_fault(fault);
    for (n, admin) in walk.admins().iter().enumerate() {
        let chat = admin
            .wait_for(|chat| about_it(chat).count() > before[n])
            .await;
        let new: Vec<&Message> = about_it(&chat).skip(before[n]).collect();
        assert_eq!(new.len(), 1, "{name}: {new:#?}");
    }
    walk.systemctl(&["start", SUBJECT]);
    for (admin, resolved) in walk.admins().iter().zip(["beres", "is resolved"]) {
        let _ = told(admin, SUBJECT, resolved).await;
    }
    let after = counts(walk);
    assert_eq!(after, before.map(|count| count + 1), "{name}");
}

fn about_it(chat: &ChatView) -> impl Iterator<Item = &Message> {
    chat.from_bot().filter(|it| it.text.contains(SUBJECT))
}

fn counts(walk: &Walk) -> [usize; 2] {
    walk.admins().map(|admin| about(&admin, SUBJECT).len())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_outlives_every_failure_of_telegram_and_arrives_once() {
    let walk = Walk::begin("").await;
    let too_many = Fault::too_many_requests(2).on("sendMessage").times(2);
    arrives_once(&walk, "429", too_many, 2).await;
    let error = Fault::status(500).on("sendMessage").times(3);
    arrives_once(&walk, "500", error, 3).await;
    arrives_once(&walk, "reset", Fault::reset().times(3), 3).await;
    arrives_once(&walk, "silence", Fault::stall().on("sendMessage"), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_who_blocked_the_bot_does_not_hold_back_the_other() {
    let walk = Walk::begin("").await;
    walk.owner().block_bot();
    walk.kill(SUBJECT);
    let news = told(&walk.viewer(), SUBJECT, "code=killed").await;
    assert_eq!(news.len(), 1);
    assert!(about(&walk.owner(), SUBJECT).is_empty());
}
