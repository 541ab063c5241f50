//! All text that a user sees: the built-in words, the owner's own, and how they become a message.
//!
//! A message is a minijinja template over Telegram's HTML. Values are escaped (`& < > "`), so a template is
//! the only place that markup comes from. Templates are compiled for each message, not kept: that takes some
//! tens of microseconds, and hundreds of compiled ones would cost more memory than the bot has to spare.
//!
//! **No message is lost to a bad template.** If one does not render, the built-in wording is used; if that
//! does not fit either (the code gave the wrong values), the key and the values are sent as they are. Either
//! way the fault goes to the reporter that the program set (`reporting_to`), which logs it.

mod builtin;
mod check;
mod engine;
mod filters;
mod html;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests;

use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

pub(crate) use builtin::{emoji as builtin_emoji, messages as builtin_messages};
pub(crate) use check::check;

use crate::config::Config;
use crate::error::ConfigError;
use crate::sections::Language;
use engine::Engine;

/// A message that could not be rendered as it was written. `Display` is a line for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The message's key.
    pub key: String,
    /// The language it was asked for in.
    pub language: Language,
    /// What the template engine said, with the line in the template.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "message {} ({}) does not render: {}",
            self.key,
            self.language.word(),
            self.reason
        )
    }
}

type Reporter = Arc<dyn Fn(&Fault) + Send + Sync>;

/// The messages in both languages. Cheap to clone.
#[derive(Clone)]
pub struct Catalogue {
    id: Arc<Engine>,
    en: Arc<Engine>,
    report: Reporter,
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Catalogue")
    }
}

impl Catalogue {
    /// The catalogue with the owner's messages and emoji over the built-in ones; times in the system's zone.
    /// Errors: none for a `Config` that loaded, for loading checks every template.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        Ok(Self::in_zone(config, &jiff::tz::TimeZone::system()))
    }

    /// The same with times in a zone of the caller's.
    pub fn in_zone(config: &Config, zone: &jiff::tz::TimeZone) -> Self {
        let engine = |language| Arc::new(Engine::new(language, config.sections(), zone.clone()));
        Self {
            id: engine(Language::Id),
            en: engine(Language::En),
            report: Arc::new(|_| {}),
        }
    }

    /// Sets who is told of messages that do not render. Without one, faults are only worked around.
    #[must_use]
    pub fn reporting_to(self, report: impl Fn(&Fault) + Send + Sync + 'static) -> Self {
        Self {
            report: Arc::new(report),
            ..self
        }
    }

    /// A message as Telegram's HTML, values escaped. Never fails; see the module's docs.
    pub fn html(&self, language: Language, key: &str, values: impl Serialize) -> String {
        let values = Value::from(Serde(values));
        let engine = self.engine(language);
        let fault = match engine.render(key, &values) {
            Ok(text) => return text,
            Err(reason) => Fault {
                key: key.to_owned(),
                language,
                reason,
            },
        };
        (self.report)(&fault);
        engine
            .render_builtin(key, &values)
            .unwrap_or_else(|_| bare(key, &values))
    }

    /// A message without markup, for button labels, alerts of callbacks and plain parse mode.
    pub fn plain(&self, language: Language, key: &str, values: impl Serialize) -> String {
        html::strip(&self.html(language, key, values))
    }

    /// An emoji by its name; the one for “unknown” if there is none of that name.
    pub fn emoji(&self, name: &str) -> &str {
        self.id.emoji(name)
    }

    /// Whether there is a message of this key.
    pub fn has(&self, key: &str) -> bool {
        builtin::messages(Language::Id).contains_key(key)
    }

    fn engine(&self, language: Language) -> &Engine {
        match language {
            Language::Id => &self.id,
            Language::En => &self.en,
        }
    }
}

/// Every message key, in alphabetical order.
pub fn message_keys() -> impl Iterator<Item = &'static str> {
    builtin::messages(Language::Id).keys().map(String::as_str)
}

/// What is left to say when no template fits: nothing is hidden, and nothing is markup.
fn bare(key: &str, values: &Value) -> String {
    html::escape(&format!("{key}: {values:?}"))
}
