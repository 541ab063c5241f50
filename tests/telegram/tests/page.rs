//! The page in headless Chromium, as somebody with a phone uses it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use potion_telegram::browser::{self, Browser};
use potion_telegram::{Account, Options, Person, TelegramServer};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

const BUDI: i64 = 1001;
const SARI: i64 = 1002;
/// A PNG of one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\
                       \rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

struct World {
    server: TelegramServer,
    budi: Person,
    browser: Browser,
    profile: PathBuf,
}

impl World {
    /// A phone with the page open; `None` where Chromium is not installed.
    async fn start(name: &str, dark: bool) -> Option<Self> {
        if !browser::is_installed() {
            eprintln!("chromium or chromedriver is not installed: the page is not tested");
            return None;
        }
        let options = Options::default()
            .person(Account::new(BUDI, "Budi").speaking("id").labelled("Owner"))
            .person(Account::new(SARI, "Sari").speaking("en").labelled("Viewer"));
        let server = TelegramServer::start(options).await.unwrap();
        let budi = server.person(BUDI);
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("page-{name}"));
        let browser = Browser::open(390, 844, dark, &profile).await.unwrap();
        browser.go(&server.url()).await.unwrap();
        Some(Self {
            server,
            budi,
            browser,
            profile,
        })
    }

    async fn bot(&self, method: &str, body: Value) -> Value {
        let url = format!("{}bot{}/{method}", self.server.url(), self.server.token());
        let response = reqwest::Client::new()
            .post(url)
            .json(&body)
            .send()
            .await
            .unwrap();
        let mut answer: Value = response.json().await.unwrap();
        assert_eq!(answer["ok"], true, "{answer}");
        answer["result"].take()
    }

    /// Sends Budi a file from memory.
    async fn upload(&self, method: &str, kind: &str, name: &str, bytes: &[u8], markup: &Value) {
        let url = format!("{}bot{}/{method}", self.server.url(), self.server.token());
        let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        let form = Form::new()
            .text("chat_id", BUDI.to_string())
            .text("reply_markup", markup.to_string());
        let form = form.part(kind.to_owned(), part);
        let response = reqwest::Client::new()
            .post(url)
            .multipart(form)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
    }

    /// Nothing sticks out to the right of the phone.
    async fn expect_no_overflow(&self) {
        let script = "const out = [...document.querySelectorAll('#phone *')].filter(e => !e.closest('pre, #people') \
                      && e.getBoundingClientRect().right > innerWidth + 0.5); \
                      return [document.documentElement.scrollWidth, innerWidth, out.map(e => e.className)]";
        let found = self.browser.run(script).await.unwrap();
        assert_eq!(found, json!([390, 390, []]));
    }

    async fn close(self, name: &str) {
        let picture = self.browser.screenshot().await.unwrap();
        assert!(picture.starts_with(b"\x89PNG"));
        std::fs::write(
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png")),
            picture,
        )
        .unwrap();
        drop(self.browser);
        std::fs::remove_dir_all(self.profile).unwrap();
    }
}

#[tokio::test]
async fn a_person_starts_presses_and_reads_on_a_phone() {
    let Some(world) = World::start("light", false).await else {
        return;
    };
    world.browser.click(".intro button").await.unwrap();
    world
        .budi
        .wait_for(|chat| chat.messages.iter().any(|m| m.text == "/start"))
        .await;
    let menu = json!({"inline_keyboard": [[{"text": "📊 Status", "callback_data": "s"}, {"text": "⚙️ Layanan", "callback_data": "l"}]]});
    let sent = json!({"chat_id": BUDI, "text": "Halo <b>Budi</b>", "parse_mode": "HTML", "reply_markup": menu});
    let sent = world.bot("sendMessage", sent).await;
    world
        .browser
        .click(".keys button[data-data=\"s\"]")
        .await
        .unwrap();
    let query = world.server.wait_for_update("callback_query").await;
    world
        .bot(
            "sendChatAction",
            json!({"chat_id": BUDI, "action": "typing"}),
        )
        .await;
    world
        .browser
        .expect_text("p", "sedang mengetik")
        .await
        .unwrap();
    let answer = json!({"callback_query_id": query.body["id"], "text": "Sebentar ya"});
    world.bot("answerCallbackQuery", answer).await;
    world
        .browser
        .expect_text("div", "Sebentar ya")
        .await
        .unwrap();
    let wide = "/mnt/dre  271 GB dari  466 GB   58%  ext4 rw,relatime,errors=remount-ro";
    let text = format!(
        "<b>Status</b>\n<pre>{wide}</pre>{}",
        "tanpaspasi".repeat(12)
    );
    let edit = json!({"chat_id": BUDI, "message_id": sent["message_id"], "text": text, "parse_mode": "HTML", "reply_markup": menu});
    world.bot("editMessageText", edit).await;
    world.browser.expect_text("span", "diedit").await.unwrap();
    world.expect_no_overflow().await;
    world.close("light").await;
}

#[tokio::test]
async fn nothing_that_a_message_holds_runs_or_breaks_the_page() {
    let Some(world) = World::start("attack", true).await else {
        return;
    };
    let _budi = world.budi.clone().started();
    let attack =
        "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
    let escaped = attack.replace('<', "&lt;");
    let link = format!("<a href=\"https://e.org/\" title='x'>{escaped}</a><code>{escaped}</code>");
    world
        .bot("sendMessage", json!({"chat_id": BUDI, "text": attack}))
        .await;
    world
        .bot(
            "sendMessage",
            json!({"chat_id": BUDI, "text": link, "parse_mode": "HTML"}),
        )
        .await;
    let key =
        json!({"inline_keyboard": [[{"text": attack, "callback_data": attack.split_at(60).0}]]});
    world
        .bot(
            "sendMessage",
            json!({"chat_id": BUDI, "text": "akhir", "reply_markup": key}),
        )
        .await;
    world.browser.expect_text("article", "akhir").await.unwrap();
    let script =
        "return [document.title, document.querySelectorAll('#chat script, #chat img').length]";
    assert_eq!(
        world.browser.run(script).await.unwrap(),
        json!(["Potion", 0])
    );
    world.expect_no_overflow().await;
    world.close("attack").await;
}

#[tokio::test]
async fn who_speaks_and_in_which_language_can_be_switched() {
    let Some(world) = World::start("switch", true).await else {
        return;
    };
    let commands = json!([{"command": "status", "description": "Keadaan server"}]);
    world
        .bot(
            "setMyCommands",
            json!({"commands": commands, "language_code": "id"}),
        )
        .await;
    world.browser.click("#menu").await.unwrap();
    world
        .browser
        .expect_text("span", "Keadaan server")
        .await
        .unwrap();
    world.browser.click("#commands button").await.unwrap();
    world
        .budi
        .wait_for(|chat| chat.messages.iter().any(|m| m.text == "/status"))
        .await;
    world
        .browser
        .click("#people button:nth-child(2)")
        .await
        .unwrap();
    world.browser.expect_text("button", "START").await.unwrap();
    world
        .browser
        .type_into("#text", "halo\u{e007}")
        .await
        .unwrap();
    let sari = world.server.person(SARI);
    sari.wait_for(|chat| chat.messages.iter().any(|m| m.text == "halo"))
        .await;
    world.browser.type_into("#text", "lagi").await.unwrap();
    world.browser.click("#send").await.unwrap();
    sari.wait_for(|chat| chat.messages.iter().any(|m| m.text == "lagi"))
        .await;
    world
        .browser
        .click("#language button[data-language=\"id\"]")
        .await
        .unwrap();
    let tag = "return document.documentElement.lang";
    assert_eq!(world.browser.run(tag).await.unwrap(), json!("id"));
    world.close("switch").await;
}

#[tokio::test]
async fn pictures_files_links_and_alerts_are_shown_as_such() {
    let Some(world) = World::start("media", false).await else {
        return;
    };
    let _budi = world.budi.clone().started();
    let markup = json!({"inline_keyboard": [[{"text": "Situs", "url": "https://e.org/"}, {"text": "Tanya", "callback_data": "q"}]]});
    world
        .upload("sendPhoto", "photo", "cpu.png", PIXEL, &markup)
        .await;
    world
        .upload("sendDocument", "document", "log<b>.txt", b"isi", &json!({}))
        .await;
    world.browser.expect_text("b", "log<b>.txt").await.unwrap();
    let script = "const i = document.querySelector('.photo'), l = document.querySelector('.keys a'); \
                  return [i.complete && i.naturalWidth, l.href, l.rel, document.querySelector('.file').download]";
    let shown = world.browser.run(script).await.unwrap();
    assert_eq!(
        shown,
        json!([1, "https://e.org/", "noopener noreferrer", "log<b>.txt"])
    );
    world.browser.click(".keys button").await.unwrap();
    let query = world.server.wait_for_update("callback_query").await;
    let answer =
        json!({"callback_query_id": query.body["id"], "text": "Yakin?", "show_alert": true});
    world.bot("answerCallbackQuery", answer).await;
    world.browser.expect_text("dialog", "Yakin?").await.unwrap();
    world.browser.click("#alert button").await.unwrap();
    let open = world
        .browser
        .run("return document.querySelector('#alert').open")
        .await
        .unwrap();
    assert_eq!(open, json!(false));
    world.close("media").await;
}
