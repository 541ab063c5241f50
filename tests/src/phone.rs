//! A person's phone: the chat page in a Chromium as wide as one, used by labels as a person does.

use std::path::Path;
use std::time::{Duration, Instant};

use potion_telegram::browser::{Browser, BrowserError};

/// A phone's width and height in CSS pixels.
const SCREEN: (u32, u32) = (390, 844);
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

/// Why the phone did not do it.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// chromium or chromedriver is missing and cannot be installed.
    #[error(transparent)]
    Tool(#[from] crate::tools::ToolError),
    /// The browser.
    #[error(transparent)]
    Browser(#[from] BrowserError),
    /// A file.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It never appeared.
    #[error("nothing says `{0}`; the chat says:\n{1}")]
    Missing(String, String),
}

/// One phone; gone with the value.
pub struct Phone {
    browser: Browser,
    _profile: tempfile::TempDir,
}

impl Phone {
    /// Takes one into the hand and opens the chat.
    ///
    /// # Errors
    /// When the browser cannot be had or the page not be reached.
    pub async fn open(url: &str, dark: bool) -> Result<Self, PhoneError> {
        crate::tools::need(&["chromium", "chromedriver"])?;
        let profile = tempfile::tempdir()?;
        let browser = Browser::open(SCREEN.0, SCREEN.1, dark, profile.path()).await?;
        browser.go(url).await?;
        Ok(Self {
            browser,
            _profile: profile,
        })
    }

    /// Writes a line and sends it.
    ///
    /// # Errors
    /// When there is nowhere to write.
    pub async fn send(&self, line: &str) -> Result<(), PhoneError> {
        Ok(self
            .browser
            .type_into("#text", &format!("{line}\u{e007}"))
            .await?)
    }

    /// Switches the person's language (`id`, `en`).
    ///
    /// # Errors
    /// When the page has no such switch.
    pub async fn speak(&self, language: &str) -> Result<(), PhoneError> {
        Ok(self
            .browser
            .click(&format!("[data-language={language}]"))
            .await?)
    }

    /// Presses the newest button whose label holds this text, once it is there.
    ///
    /// # Errors
    /// When none appears.
    pub async fn press(&self, label: &str) -> Result<(), PhoneError> {
        let script = format!(
            "const all = [...document.querySelectorAll('main button')].filter(b => b.innerText.includes({label:?}));\
             const last = all.pop(); if (!last) return false; last.scrollIntoView({{block: 'center'}}); last.click(); return true;"
        );
        self.until(label, &script).await
    }

    /// Waits until the newest bubble of the bot holds this text.
    ///
    /// # Errors
    /// When it never does.
    pub async fn expect(&self, text: &str) -> Result<(), PhoneError> {
        self.until(
            text,
            &format!("return document.querySelector('main').innerText.includes({text:?});"),
        )
        .await
    }

    /// How far the page can be scrolled sideways, in CSS pixels: 0 on a page that fits.
    ///
    /// # Errors
    /// When the browser says no.
    pub async fn overflow(&self) -> Result<i64, PhoneError> {
        let script = "const d = document.documentElement; return d.scrollWidth - d.clientWidth;";
        Ok(self.browser.run(script).await?.as_i64().unwrap_or(i64::MAX))
    }

    /// Saves what is seen as a PNG.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<(), PhoneError> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(std::fs::write(file, self.browser.screenshot().await?)?)
    }

    async fn until(&self, what: &str, script: &str) -> Result<(), PhoneError> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if self.browser.run(script).await?.as_bool() == Some(true) {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        let text = self
            .browser
            .run("return document.querySelector('main').innerText;")
            .await?;
        Err(PhoneError::Missing(
            what.to_owned(),
            text.as_str().unwrap_or_default().to_owned(),
        ))
    }
}
