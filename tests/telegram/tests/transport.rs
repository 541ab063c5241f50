//! How requests end and updates travel, by plain HTTP.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod world;

use potion_telegram::{Fault, Options, Outcome, TelegramServer};
use serde_json::json;

use world::{BUDI, World, text};

#[tokio::test]
async fn proxies_fail_in_html_and_the_log_says_how_each_call_ended() {
    let world = World::start().await;
    world
        .server
        .fault(Fault::status(502).on("sendMessage").times(1));
    let response = world
        .http
        .post(world.address("sendMessage"))
        .json(&text("x"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 502);
    assert!(
        response
            .text()
            .await
            .unwrap()
            .contains("<title>502 Bad Gateway")
    );
    world
        .server
        .fault(Fault::error(400, "Bad Request: odd").after(1).times(1));
    world.result("sendMessage", text("x")).await;
    assert_eq!(
        world.refusal("sendMessage", text("x")).await,
        "Bad Request: odd"
    );
    let outcomes: Vec<bool> = world
        .server
        .requests()
        .iter()
        .map(|c| c.outcome == Outcome::Ok)
        .collect();
    assert_eq!(outcomes, [false, true, false]);
}

#[tokio::test]
async fn polling_and_a_webhook_exclude_each_other() {
    let world = World::start().await;
    world
        .result("setWebhook", json!({"url": "https://example.org/hook"}))
        .await;
    let refusal = world.refusal("getUpdates", json!({})).await;
    assert!(
        refusal.starts_with("Conflict: can't use getUpdates method while webhook is active"),
        "{refusal}"
    );
    world.server.person(BUDI).send("x");
    world
        .result("deleteWebhook", json!({"drop_pending_updates": true}))
        .await;
    assert_eq!(world.result("getUpdates", json!({})).await, json!([]));
}

#[tokio::test]
async fn allowed_updates_filter_what_arrives() {
    let world = World::start().await;
    world
        .result("getUpdates", json!({"allowed_updates": ["callback_query"]}))
        .await;
    world.server.person(BUDI).send("not wanted");
    world.server.person(BUDI).press_data_as(BUDI, 99, "wanted");
    let updates = world.result("getUpdates", json!({})).await;
    assert_eq!(updates.as_array().unwrap().len(), 1);
    assert_eq!(
        updates[0]["callback_query"]["message"]["date"], 0,
        "message 99 does not exist"
    );
}

#[tokio::test]
async fn a_stopped_server_resets_who_waits_and_frees_its_port() {
    let world = World::start().await;
    let poll = world
        .http
        .post(world.address("getUpdates"))
        .json(&json!({"timeout": 50}));
    let poll = tokio::spawn(poll.send());
    world
        .server
        .wait_for_requests(|calls| !calls.is_empty())
        .await;
    let address = world.server.address();
    world.server.stop().await;
    assert!(poll.await.unwrap().is_err());
    let again = Options {
        listen: address,
        ..Options::default()
    };
    assert!(TelegramServer::start(again).await.is_ok());
}
