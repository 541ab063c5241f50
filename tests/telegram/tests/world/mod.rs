//! A server with Budi, who has started the bot, and a plain HTTP client.

#![allow(dead_code, reason = "shared by two test crates, each uses a part")]

use potion_telegram::{Account, Options, TelegramServer};
use reqwest::multipart::Form;
use serde_json::{Value, json};

pub(crate) const BUDI: i64 = 1001;

pub(crate) struct World {
    pub(crate) server: TelegramServer,
    pub(crate) http: reqwest::Client,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let server = TelegramServer::start(options.person(Account::new(BUDI, "Budi")))
            .await
            .unwrap();
        let _budi = server.person(BUDI).started();
        Self {
            server,
            http: reqwest::Client::new(),
        }
    }

    pub(crate) fn address(&self, method: &str) -> String {
        format!("{}bot{}/{method}", self.server.url(), self.server.token())
    }

    /// The status and the body of a JSON call.
    pub(crate) async fn call(&self, method: &str, body: Value) -> (u16, Value) {
        let response = self
            .http
            .post(self.address(method))
            .json(&body)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub(crate) async fn refusal(&self, method: &str, body: Value) -> String {
        let (status, body) = self.call(method, body).await;
        assert_eq!(body["ok"], false, "{body}");
        assert_eq!(body["error_code"], status, "{body}");
        body["description"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn result(&self, method: &str, body: Value) -> Value {
        let (status, mut body) = self.call(method, body).await;
        assert_eq!((status, &body["ok"]), (200, &Value::Bool(true)), "{body}");
        body["result"].take()
    }

    pub(crate) async fn multipart(&self, method: &str, form: Form) -> (u16, Value) {
        let response = self
            .http
            .post(self.address(method))
            .multipart(form)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }
}

/// A `sendMessage` to Budi.
pub(crate) fn text(text: &str) -> Value {
    json!({"chat_id": BUDI, "text": text})
}
