//! Limits and error bodies, byte for byte, by plain HTTP.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod world;

use std::time::Duration;

use potion_telegram::Options;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use world::{BUDI, World, text};

fn html(text: &str) -> Value {
    json!({"chat_id": BUDI, "text": text, "parse_mode": "HTML"})
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized_and_an_unknown_method_not_found() {
    let world = World::start().await;
    let wrong = format!("{}bot1:wrong/getMe", world.server.url());
    let response = world.http.get(wrong).send().await.unwrap();
    assert_eq!(response.status(), 401);
    let body: Value = response.json().await.unwrap();
    assert_eq!(
        body,
        json!({"ok": false, "error_code": 401, "description": "Unauthorized"})
    );
    assert_eq!(
        world.refusal("makeCoffee", json!({})).await,
        "Not Found: method not found"
    );
}

#[tokio::test]
async fn a_text_may_have_4096_utf16_units_after_parsing() {
    let world = World::start().await;
    world.result("sendMessage", text(&"a".repeat(4096))).await;
    assert_eq!(
        world.refusal("sendMessage", text(&"a".repeat(4097))).await,
        "Bad Request: message is too long"
    );
    world.result("sendMessage", text(&"📊".repeat(2048))).await;
    let long = "📊".repeat(2049);
    assert_eq!(
        world.refusal("sendMessage", text(&long)).await,
        "Bad Request: message is too long"
    );
    world
        .result(
            "sendMessage",
            html(&format!("<b>{}</b>&amp;", "a".repeat(4095))),
        )
        .await;
    for empty in ["", "  \n "] {
        assert_eq!(
            world.refusal("sendMessage", text(empty)).await,
            "Bad Request: message text is empty"
        );
    }
    assert_eq!(
        world.refusal("sendMessage", html("<b></b>")).await,
        "Bad Request: message text is empty"
    );
}

#[tokio::test]
async fn an_edit_over_the_limit_has_its_own_words() {
    let world = World::start().await;
    let sent = world.result("sendMessage", text("x")).await;
    let mut edit = text(&"a".repeat(4097));
    edit["message_id"] = sent["message_id"].clone();
    assert_eq!(
        world.refusal("editMessageText", edit).await,
        "Bad Request: MESSAGE_TOO_LONG"
    );
}

#[tokio::test]
async fn bad_html_is_named_and_an_unknown_parse_mode_refused() {
    let world = World::start().await;
    let refusal = world.refusal("sendMessage", html("<b>x")).await;
    let words =
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"";
    assert_eq!(refusal, words);
    let mut body = text("x");
    body["parse_mode"] = json!("BBCode");
    assert_eq!(
        world.refusal("sendMessage", body).await,
        "Bad Request: unsupported parse_mode"
    );
}

#[tokio::test]
async fn callback_data_has_64_bytes_at_most_and_1_at_least() {
    let world = World::start().await;
    let keyboard = |data: &str| {
        let mut body = text("x");
        body["reply_markup"] = json!({"inline_keyboard": [[{"text": "a", "callback_data": data}]]});
        body
    };
    world.result("sendMessage", keyboard(&"d".repeat(64))).await;
    for long in ["d".repeat(65), "é".repeat(33)] {
        assert_eq!(
            world.refusal("sendMessage", keyboard(&long)).await,
            "Bad Request: BUTTON_DATA_INVALID"
        );
    }
    let none = world.refusal("sendMessage", keyboard("")).await;
    assert!(
        none.ends_with("Text buttons are unallowed in the inline keyboard"),
        "{none}"
    );
}

#[tokio::test]
async fn forms_and_stringified_markup_work_as_json_does() {
    let world = World::start().await;
    let form = [
        ("chat_id", "1001"),
        ("text", "hi"),
        ("disable_notification", "true"),
        (
            "reply_markup",
            r#"{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}"#,
        ),
    ];
    let response = world
        .http
        .post(world.address("SENDMESSAGE"))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let message = &world.server.person(BUDI).messages()[0];
    assert!(message.silent);
    assert_eq!(message.buttons[0][0].callback_data.as_deref(), Some("b"));
    assert_eq!(world.server.requests()[0].method, "sendMessage");
}

#[tokio::test]
async fn only_own_messages_can_be_edited_and_a_reply_needs_its_message() {
    let world = World::start().await;
    let theirs = world.server.person(BUDI).send("x").message_id();
    let edit = json!({"chat_id": BUDI, "message_id": theirs, "text": "y"});
    assert_eq!(
        world.refusal("editMessageText", edit).await,
        "Bad Request: message can't be edited"
    );
    let mut reply = text("re");
    reply["reply_parameters"] = json!({"message_id": 999});
    assert_eq!(
        world.refusal("sendMessage", reply.clone()).await,
        "Bad Request: message to be replied not found"
    );
    reply["reply_parameters"]["allow_sending_without_reply"] = json!(true);
    world.result("sendMessage", reply).await;
    let good = json!({"chat_id": BUDI, "text": "re", "reply_parameters": {"message_id": theirs}});
    let sent = world.result("sendMessage", good).await;
    assert_eq!(sent["reply_to_message"]["message_id"], theirs);
}

#[tokio::test]
async fn a_late_or_unknown_press_cannot_be_answered() {
    let world = World::with(Options {
        callback_lifetime: Duration::ZERO,
        ..Options::default()
    })
    .await;
    let words = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    let turn = world.server.person(BUDI).press_data_as(BUDI, 1, "x");
    for id in [turn.query_id(), "12345"] {
        let refusal = world
            .refusal("answerCallbackQuery", json!({"callback_query_id": id}))
            .await;
        assert_eq!(refusal, words);
    }
    assert!(world.server.person(BUDI).callback_answers().is_empty());
}

#[tokio::test]
async fn uploads_end_at_50_mb_and_captions_at_1024() {
    let world = World::start().await;
    let document = |size: usize, caption: usize| {
        let part = Part::bytes(vec![b'x'; size]).file_name("big.bin");
        Form::new()
            .text("chat_id", "1001")
            .text("caption", "c".repeat(caption))
            .part("document", part)
    };
    let (status, body) = world.multipart("sendDocument", document(3, 1025)).await;
    assert_eq!(
        (status, &body["description"]),
        (400, &json!("Bad Request: message caption is too long"))
    );
    let (status, body) = world
        .multipart("sendDocument", document(50 * 1024 * 1024 + 1, 0))
        .await;
    assert_eq!(
        (status, &body["description"]),
        (413, &json!("Request Entity Too Large"))
    );
    let (status, body) = world
        .multipart("sendDocument", document(21 * 1024 * 1024, 1024))
        .await;
    assert_eq!(status, 200, "{body}");
    let id = &body["result"]["document"]["file_id"];
    assert_eq!(
        world.refusal("getFile", json!({"file_id": id})).await,
        "Bad Request: file is too big"
    );
    assert_eq!(
        world.refusal("getFile", json!({"file_id": "no"})).await,
        "Bad Request: invalid file_id"
    );
    world
        .result("sendDocument", json!({"chat_id": BUDI, "document": id}))
        .await;
}

#[tokio::test]
async fn photos_come_attached_and_media_can_be_exchanged() {
    let world = World::start().await;
    let part = || Part::bytes(b"\x89PNG".as_slice()).file_name("cpu.png");
    let form = Form::new()
        .text("chat_id", "1001")
        .text("photo", "attach://p")
        .part("p", part());
    let (status, body) = world.multipart("sendPhoto", form).await;
    assert_eq!(status, 200, "{body}");
    let media =
        r#"{"type":"photo","media":"attach://n","caption":"<b>baru</b>","parse_mode":"HTML"}"#;
    let id = body["result"]["message_id"].to_string();
    let form = Form::new()
        .text("chat_id", "1001")
        .text("message_id", id)
        .text("media", media)
        .part("n", part());
    let (status, body) = world.multipart("editMessageMedia", form).await;
    assert_eq!(
        (status, &body["result"]["caption"]),
        (200, &json!("baru")),
        "{body}"
    );
    assert_eq!(world.server.person(BUDI).messages()[0].history.len(), 1);
}
