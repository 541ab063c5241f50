//! A phone: headless Chromium driven through chromedriver by the W3C WebDriver protocol
//! (<https://www.w3.org/TR/webdriver2/>).

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long anything on the page may take to appear.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);
/// A phone's width and height in CSS pixels.
const PHONE: (u32, u32) = (390, 844);

/// Why the browser did not do it.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// chromium or chromedriver is missing and cannot be installed.
    #[error(transparent)]
    Tool(#[from] crate::tools::ToolError),
    /// A process or a file.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// chromedriver cannot be reached.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    /// chromedriver said no.
    #[error("the browser: {0}")]
    Refused(Value),
    /// It never appeared.
    #[error("nothing like {0} within {PATIENCE:?}; the page says:\n{1}")]
    Missing(String, String),
}

/// A browser with one page; gone with the value.
pub struct Browser {
    driver: Child,
    session: String,
    client: reqwest::Client,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // chromedriver ends its Chromium when it is asked to end, not when it is killed.
        let pid = nix::unistd::Pid::from_raw(self.driver.id().cast_signed());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).ok();
        self.driver.wait().ok();
    }
}

impl Browser {
    /// Starts one as wide as a phone, in light or dark colours.
    ///
    /// # Errors
    /// When chromium cannot be had or started.
    pub async fn phone(dark: bool) -> Result<Self, BrowserError> {
        crate::tools::need(&["chromium", "chromedriver"])?;
        let profile = tempfile::tempdir()?;
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let port = port(&mut driver)?;
        let client = reqwest::Client::new();
        let base = format!("http://127.0.0.1:{port}");
        let made = post(
            &client,
            &format!("{base}/session"),
            &capabilities(profile.path(), dark),
        )
        .await?;
        let id = made["sessionId"].as_str().unwrap_or_default();
        let session = format!("{base}/session/{id}");
        Ok(Self {
            driver,
            session,
            client,
            _profile: profile,
        })
    }

    /// Opens a page.
    ///
    /// # Errors
    /// When chromedriver says no.
    pub async fn open(&self, url: &str) -> Result<(), BrowserError> {
        self.ask("url", &json!({ "url": url })).await.map(drop)
    }

    /// Types into the first element of this CSS selector, then Enter.
    ///
    /// # Errors
    /// When there is none.
    pub async fn type_line(&self, css: &str, text: &str) -> Result<(), BrowserError> {
        let element = self.element("css selector", css).await?;
        let keys = json!({ "text": format!("{text}\u{e007}") });
        self.ask(&format!("element/{element}/value"), &keys)
            .await
            .map(drop)
    }

    /// Presses the newest button whose label contains this text.
    ///
    /// # Errors
    /// When none appears.
    pub async fn press(&self, label: &str) -> Result<(), BrowserError> {
        let xpath = format!("(//main//button[contains(normalize-space(.), \"{label}\")])[last()]");
        let element = self.element("xpath", &xpath).await?;
        let scroll = json!({
            "script": "arguments[0].scrollIntoView({block: 'center'}); arguments[0].click();",
            "args": [{ "element-6066-11e4-a52e-4f735466cecf": element }],
        });
        self.ask("execute/sync", &scroll).await.map(drop)
    }

    /// Waits until the chat shows this text.
    ///
    /// # Errors
    /// When it never does.
    pub async fn expect(&self, text: &str) -> Result<(), BrowserError> {
        let xpath = format!("//main//*[contains(normalize-space(.), \"{text}\")]");
        self.element("xpath", &xpath).await.map(drop)
    }

    /// How far the page can be scrolled sideways, in CSS pixels: 0 on a page that fits.
    ///
    /// # Errors
    /// When chromedriver says no.
    pub async fn overflow(&self) -> Result<i64, BrowserError> {
        let script = json!({
            "script": "const d = document.documentElement; return d.scrollWidth - d.clientWidth;",
            "args": [],
        });
        Ok(self
            .ask("execute/sync", &script)
            .await?
            .as_i64()
            .unwrap_or(i64::MAX))
    }

    /// Saves what is seen as a PNG.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<(), BrowserError> {
        let shot = get(&self.client, &format!("{}/screenshot", self.session)).await?;
        let bytes = base64(shot.as_str().unwrap_or_default());
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(std::fs::write(file, bytes)?)
    }

    async fn element(&self, using: &str, what: &str) -> Result<String, BrowserError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let query = json!({ "using": using, "value": what });
            let found = self.ask("elements", &query).await?;
            let first = found
                .as_array()
                .and_then(|all| all.first())
                .and_then(Value::as_object);
            if let Some(id) = first
                .and_then(|element| element.values().next())
                .and_then(Value::as_str)
            {
                return Ok(id.to_owned());
            }
            if Instant::now() > deadline {
                return Err(BrowserError::Missing(what.to_owned(), self.text().await?));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn text(&self) -> Result<String, BrowserError> {
        let script = json!({ "script": "return document.body.innerText;", "args": [] });
        Ok(self
            .ask("execute/sync", &script)
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    async fn ask(&self, what: &str, body: &Value) -> Result<Value, BrowserError> {
        post(&self.client, &format!("{}/{what}", self.session), body).await
    }
}

fn capabilities(profile: &Path, dark: bool) -> Value {
    let (width, height) = PHONE;
    let mut arguments: Vec<String> = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    .map(str::to_owned)
    .into();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    if dark {
        arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
    }
    let metrics = json!({ "width": width, "height": height, "pixelRatio": 2.0, "touch": true });
    let options = json!({ "args": arguments, "mobileEmulation": { "deviceMetrics": metrics } });
    json!({ "capabilities": { "alwaysMatch": { "browserName": "chrome", "goog:chromeOptions": options } } })
}

/// chromedriver's own words: `… was started successfully on port 41234.`
fn port(driver: &mut Child) -> Result<u16, BrowserError> {
    let silent = || std::io::Error::other("chromedriver did not start");
    let said = BufReader::new(driver.stdout.take().ok_or_else(silent)?).lines();
    let port = said.map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    Ok(port.ok_or_else(silent)?)
}

async fn post(client: &reqwest::Client, url: &str, body: &Value) -> Result<Value, BrowserError> {
    value(client.post(url).json(body).send().await?.json().await?)
}

async fn get(client: &reqwest::Client, url: &str) -> Result<Value, BrowserError> {
    value(client.get(url).send().await?.json().await?)
}

fn value(mut answer: Value) -> Result<Value, BrowserError> {
    let value = answer["value"].take();
    if value.get("error").is_some() {
        Err(BrowserError::Refused(value))
    } else {
        Ok(value)
    }
}

/// RFC 4648, as chromedriver writes it.
fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_read_as_rfc_4648_writes_it() {
        assert_eq!(base64("Zm9vYmFy"), b"foobar");
        assert_eq!(base64("Zm9vYg=="), b"foob");
    }
}
