//! Headless Chromium through ChromeDriver, for tests of a page (W3C WebDriver over HTTP).
//!
//! Starts programs, as only test code may: `chromedriver`, which starts `chromium`; both end on drop.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// How long ChromeDriver looks for an element.
const PATIENCE_MS: u64 = 15_000;
/// How long Chromium may take to end.
const END_TIMEOUT: Duration = Duration::from_secs(10);
/// The key under which WebDriver hands out elements (fixed by the standard).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// No GPU, no sandbox (tests run as root), and nothing that would call out.
const FLAGS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-proxy-server",
];

/// What can go wrong with a browser.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// ChromeDriver did not start.
    #[error("chromedriver did not start: {0}")]
    Start(#[from] io::Error),
    /// ChromeDriver did not answer.
    #[error("chromedriver did not answer: {0}")]
    Http(#[from] reqwest::Error),
    /// ChromeDriver refused a command, such as “no such element”.
    #[error("{0}")]
    Refused(String),
}

/// One window of a headless Chromium.
#[derive(Debug)]
pub struct Browser {
    driver: Child,
    http: reqwest::Client,
    session: String,
    port: u16,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // All three fail only if the browser or the driver is gone already.
        let _closed = self.end_session();
        let _killed = self.driver.kill();
        let _reaped = self.driver.wait();
    }
}

/// Whether `chromium` and `chromedriver` are on the `PATH`.
#[must_use]
pub fn is_installed() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = |name: &str| std::env::split_paths(&path).any(|dir| dir.join(name).is_file());
    found("chromium") && found("chromedriver")
}

impl Browser {
    /// Opens a window of this size in CSS pixels, light or dark, with its profile in `profile`.
    ///
    /// # Errors
    /// If either program is missing or fails.
    pub async fn open(
        width: u32,
        height: u32,
        dark: bool,
        profile: &Path,
    ) -> Result<Self, BrowserError> {
        let (driver, port) = start_driver()?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        let mut browser = Self {
            driver,
            http,
            session: format!("http://127.0.0.1:{port}/session"),
            port,
        };
        let options = options(width, height, dark, profile);
        let capabilities = json!({"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options, "timeouts": {"implicit": PATIENCE_MS},
        }});
        let made = browser
            .command("", json!({"capabilities": capabilities}))
            .await?;
        let id = made["sessionId"].as_str().unwrap_or_default();
        browser.session = format!("{}/{id}", browser.session);
        browser.emulate(width, height).await?;
        Ok(browser)
    }

    /// Sets the viewport itself; a headless window's is smaller than the window.
    async fn emulate(&self, width: u32, height: u32) -> Result<(), BrowserError> {
        let params =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        let command = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params": params});
        self.command("/goog/cdp/execute", command).await.map(drop)
    }

    /// Ends the session, and with it Chromium, which outlives a killed driver. Blocking, for `drop`.
    fn end_session(&self) -> io::Result<()> {
        let path = self.session.splitn(4, '/').nth(3).unwrap_or_default();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        write!(
            stream,
            "DELETE /{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        )?;
        stream.set_read_timeout(Some(END_TIMEOUT))?;
        stream.read(&mut [0; 512]).map(drop)
    }

    async fn command(&self, path: &str, body: Value) -> Result<Value, BrowserError> {
        let request = self
            .http
            .post(format!("{}{path}", self.session))
            .json(&body);
        let mut answer: Value = request.send().await?.json().await?;
        let value = answer["value"].take();
        match value.get("error") {
            Some(error) => Err(BrowserError::Refused(format!(
                "{error}: {}",
                value["message"]
            ))),
            None => Ok(value),
        }
    }

    /// Goes to an address and waits for its load event.
    ///
    /// # Errors
    /// If it cannot be reached.
    pub async fn go(&self, url: &str) -> Result<(), BrowserError> {
        self.command("/url", json!({"url": url})).await.map(drop)
    }

    async fn find(&self, css: &str) -> Result<String, BrowserError> {
        let found = self
            .command("/element", json!({"using": "css selector", "value": css}))
            .await?;
        Ok(found[ELEMENT].as_str().unwrap_or_default().to_owned())
    }

    /// Waits for an element and clicks it.
    ///
    /// # Errors
    /// If there is none within 15 s, or something covers it.
    pub async fn click(&self, css: &str) -> Result<(), BrowserError> {
        let element = self.find(css).await?;
        self.command(&format!("/element/{element}/click"), json!({}))
            .await
            .map(drop)
    }

    /// Waits for an element and types into it; `\u{e007}` is Enter.
    ///
    /// # Errors
    /// As [`Browser::click`].
    pub async fn type_into(&self, css: &str, text: &str) -> Result<(), BrowserError> {
        let element = self.find(css).await?;
        self.command(&format!("/element/{element}/value"), json!({"text": text}))
            .await
            .map(drop)
    }

    /// Waits for an element whose text contains `part`.
    ///
    /// # Errors
    /// If there is none within 15 s.
    pub async fn expect_text(&self, tag: &str, part: &str) -> Result<(), BrowserError> {
        let path = format!("//{tag}[contains(., {})]", xpath_string(part));
        self.command("/element", json!({"using": "xpath", "value": path}))
            .await
            .map(drop)
    }

    /// Runs a script's body in the page; `return` gives the value.
    ///
    /// # Errors
    /// If it throws.
    pub async fn run(&self, script: &str) -> Result<Value, BrowserError> {
        self.command("/execute/sync", json!({"script": script, "args": []}))
            .await
    }

    /// A PNG of the viewport.
    ///
    /// # Errors
    /// If ChromeDriver refuses.
    pub async fn screenshot(&self) -> Result<Vec<u8>, BrowserError> {
        let response = self
            .http
            .get(format!("{}/screenshot", self.session))
            .send()
            .await?;
        let answer: Value = response.json().await?;
        Ok(decode_base64(answer["value"].as_str().unwrap_or_default()))
    }
}

/// Starts ChromeDriver on a free port and returns it once it serves.
fn start_driver() -> Result<(Child, u16), BrowserError> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let stdout = driver
        .stdout
        .take()
        .ok_or_else(|| io::Error::other("no stdout"))?;
    for line in BufReader::new(stdout).lines() {
        if let Some(port) = line?.split("started successfully on port ").nth(1) {
            let port = port
                .trim()
                .trim_end_matches('.')
                .parse()
                .map_err(io::Error::other)?;
            return Ok((driver, port));
        }
    }
    Err(io::Error::other("it ended before it named its port").into())
}

fn options(width: u32, height: u32, dark: bool, profile: &Path) -> Value {
    let mut arguments: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
    arguments.push(format!("--window-size={width},{height}"));
    arguments.push(format!("--user-data-dir={}", profile.display()));
    arguments.push(format!(
        "--blink-settings=preferredColorScheme={}",
        u8::from(!dark)
    ));
    json!({"args": arguments})
}

/// A string literal of XPath 1.0, which has no escapes.
fn xpath_string(text: &str) -> String {
    let pieces: Vec<String> = text
        .split('"')
        .map(|piece| format!("\"{piece}\""))
        .collect();
    if pieces.len() == 1 {
        pieces.concat()
    } else {
        format!("concat({})", pieces.join(", '\"', "))
    }
}

fn decode_base64(text: &str) -> Vec<u8> {
    let digit = |b: u8| match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(text.len() / 4 * 3), 0_u32, 0);
    for value in text.bytes().filter_map(digit) {
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).unwrap_or(0));
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_and_xpath_literals_hold() {
        assert_eq!(decode_base64("iVBORw0KGgo="), b"\x89PNG\r\n\x1a\n");
        assert_eq!(xpath_string("a"), "\"a\"");
        assert_eq!(xpath_string("a\"b"), "concat(\"a\", '\"', \"b\")");
    }
}
