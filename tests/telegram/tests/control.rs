//! The control API as another process uses it: a person's side and the faults by plain HTTP.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use potion_telegram::{Account, Options, TelegramServer};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

const BUDI: i64 = 1001;

struct World {
    server: TelegramServer,
    http: Client,
}

impl World {
    async fn start() -> Self {
        let options = Options::default().person(Account::new(BUDI, "Budi").speaking("id"));
        let server = TelegramServer::start(options).await.unwrap();
        Self {
            server,
            http: Client::new(),
        }
    }

    async fn control(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let request = self
            .http
            .request(method, format!("{}control{path}", self.server.url()));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = request.send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.control(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let (status, body) = self.control(Method::POST, path, Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body
    }

    async fn bot(&self, method: &str, body: Value) -> Value {
        let url = format!("{}bot{}/{method}", self.server.url(), self.server.token());
        self.http
            .post(url)
            .json(&body)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn another_process_sends_presses_and_reads() {
    let world = World::start().await;
    let sent = world
        .post("/people/1001/send", json!({"text": "/start"}))
        .await;
    assert_eq!(sent["message_id"], 1);
    let keyboard = json!({"inline_keyboard": [[{"text": "📊 Status", "callback_data": "s"}]]});
    world
        .bot(
            "sendMessage",
            json!({"chat_id": BUDI, "text": "a < b", "reply_markup": keyboard}),
        )
        .await;
    let pressed = world
        .post("/people/1001/press", json!({"button": "Status"}))
        .await;
    assert_eq!(pressed["message_id"], 2);
    let answer =
        json!({"callback_query_id": pressed["query_id"], "text": "ok", "show_alert": true});
    world.bot("answerCallbackQuery", answer).await;
    let chat = world.get("/people/1001/chat").await;
    assert_eq!(chat["messages"][1]["html"], "a &lt; b");
    assert_eq!(
        (&chat["answers"][0]["text"], &chat["answers"][0]["alert"]),
        (&json!("ok"), &json!(true))
    );
    let (status, body) = world
        .control(
            Method::POST,
            "/people/1001/press",
            Some(json!({"button": "Nothing"})),
        )
        .await;
    assert_eq!(
        (status, &body["error"]),
        (StatusCode::NOT_FOUND, &json!("no button “Nothing”"))
    );
}

#[tokio::test]
async fn a_chat_request_waits_for_a_newer_version() {
    let world = World::start().await;
    let sent = world.post("/people/1001/send", json!({"text": "hi"})).await;
    let url = format!("{}control/people/1001/chat", world.server.url());
    let query = [
        ("since", sent["version"].to_string()),
        ("wait_ms", "20000".to_owned()),
    ];
    let waiting = tokio::spawn(world.http.get(url).query(&query).send());
    world
        .bot("sendMessage", json!({"chat_id": BUDI, "text": "reply"}))
        .await;
    let chat: Value = waiting.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(chat["messages"][1]["text"], "reply");
    assert!(chat["version"].as_u64() > sent["version"].as_u64());
}

#[tokio::test]
async fn faults_are_scripted_listed_and_cleared() {
    let world = World::start().await;
    world.post("/people/1001/send", json!({"text": "hi"})).await;
    let fault = json!({"kind": "too-many-requests", "retry_after": 9, "method": "sendMessage"});
    let id = world.post("/faults", fault).await["id"].clone();
    let message = json!({"chat_id": BUDI, "text": "x"});
    let refused = world.bot("sendMessage", message.clone()).await;
    assert_eq!(refused["parameters"]["retry_after"], 9);
    let listed = world.get("/faults").await;
    assert_eq!(
        (&listed["faults"][0]["struck"], &listed["faults"][0]["id"]),
        (&json!(1), &id)
    );
    world
        .control(Method::DELETE, &format!("/faults/{id}"), None)
        .await;
    assert_eq!(world.bot("sendMessage", message).await["ok"], true);
    let (status, _) = world.control(Method::DELETE, "/faults", None).await;
    assert_eq!(status, StatusCode::OK);
    let log = world.get("/requests?method=sendmessage&wait_ms=1000").await;
    let ends: Vec<&Value> = log["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["outcome"]["is"])
        .collect();
    assert_eq!(ends, [&json!("refused"), &json!("ok")]);
}

#[tokio::test]
async fn people_come_block_upload_and_change_language() {
    let world = World::start().await;
    world
        .post(
            "/people",
            json!({"id": 7, "name": "Ann", "label": "Stranger", "started": true}),
        )
        .await;
    world
        .post("/people/7/language", json!({"language": "en"}))
        .await;
    world
        .post("/people/7/block", json!({"blocked": true}))
        .await;
    let listed = world.get("/people").await;
    let ann = &listed["people"][0];
    assert_eq!(
        (&ann["language"], &ann["blocked"], &ann["label"]),
        (&json!("en"), &json!(true), &json!("Stranger"))
    );
    assert_eq!(
        world
            .bot("sendMessage", json!({"chat_id": 7, "text": "x"}))
            .await["error_code"],
        403
    );
    let upload = format!(
        "{}control/people/7/upload?name=a.txt&caption=hi",
        world.server.url()
    );
    let request = world
        .http
        .post(upload)
        .header("Content-Type", "application/octet-stream")
        .body("isi");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    let message = &world.server.person(7).messages()[0];
    let file = message.attachment.clone().unwrap();
    assert_eq!(
        (message.text.as_str(), file.name.as_str(), file.size),
        ("hi", "a.txt", 3)
    );
    let url = format!("{}control/files/{}", world.server.url(), file.file_id);
    let content = world.http.get(url).send().await.unwrap();
    assert_eq!(
        content.headers()["content-disposition"],
        "attachment; filename=\"a.txt\""
    );
    assert_eq!(content.text().await.unwrap(), "isi");
}

#[tokio::test]
async fn updates_can_be_listed_and_redelivered() {
    let world = World::start().await;
    world
        .post("/people/1001/send", json!({"text": "one"}))
        .await;
    let updates = world.get("/updates").await;
    let id = updates["updates"][0]["id"].as_u64().unwrap();
    world.bot("getUpdates", json!({"offset": id + 1})).await;
    assert_eq!(world.get("/updates").await["pending"], 0);
    assert_eq!(
        world.post("/redeliver", json!({"from": id})).await["redelivered"],
        1
    );
    let again = world.bot("getUpdates", json!({"offset": id + 1})).await;
    assert_eq!(again["result"][0]["update_id"], id);
    let confirmed = world.bot("getUpdates", json!({"offset": id + 1})).await;
    assert_eq!(confirmed["result"], json!([]));
}

#[tokio::test]
async fn only_loopback_names_and_own_pages_control() {
    let world = World::start().await;
    let url = |path: &str| format!("{}{path}", world.server.url());
    let refused = |request: reqwest::RequestBuilder, status: u16| async move {
        assert_eq!(request.send().await.unwrap().status(), status);
    };
    refused(
        world
            .http
            .get(url("control/people"))
            .header("Host", "rebound.example"),
        403,
    )
    .await;
    refused(
        world
            .http
            .get(url(""))
            .header("Host", "rebound.example:8470"),
        403,
    )
    .await;
    let body = json!({"text": "forged"});
    let foreign = world
        .http
        .post(url("control/people/1001/send"))
        .header("Origin", "https://evil.example");
    refused(foreign.json(&body), 403).await;
    let blind = world
        .http
        .post(url("control/people/1001/send"))
        .header("Content-Type", "text/plain");
    refused(blind.body(body.to_string()), 415).await;
    let own = world
        .http
        .post(url("control/people/1001/send"))
        .header("Origin", url("").trim_end_matches('/'));
    refused(own.json(&body), 200).await;
    assert_eq!(world.server.person(BUDI).messages().len(), 1);
    let bot = world
        .http
        .get(url(&format!("bot{}/getMe", world.server.token())));
    refused(bot.header("Host", "telegram.in.the.lab"), 200).await;
}

#[tokio::test]
async fn the_page_forbids_everything_foreign() {
    let world = World::start().await;
    for (path, kind) in [
        ("", "text/html"),
        ("page.css", "text/css"),
        ("app.js", "text/javascript"),
    ] {
        let response = world
            .http
            .get(format!("{}{path}", world.server.url()))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert!(
            response.headers()["content-type"]
                .to_str()
                .unwrap()
                .starts_with(kind),
            "{path}"
        );
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert!(
            !response.text().await.unwrap().contains("://"),
            "{path} names another host"
        );
    }
}
