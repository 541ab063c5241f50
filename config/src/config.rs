//! The checked configuration.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use crate::catalogue::{builtin_emoji, builtin_messages};
use crate::error::{ConfigError, Problem};
use crate::load::load;
use crate::sections::{
    Admin, Events, Feedback, Files, Host, Jobs, Journal, Language, Menu, Notify, Packages, Policy,
    Sections, Telegram, Thresholds, Units,
};
use crate::source::Source;

/// Bytes of a configuration file that are read; the listing itself has some 60 KiB.
pub(crate) const FILE_MAX_BYTES: u64 = 1 << 20;

/// Every setting, defaults filled in, bounds checked. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config(Arc<Sections>);

impl Config {
    /// Reads a file; one that does not exist means all defaults. Errors: `Read`, `TooLarge`, `Invalid` with
    /// every problem found.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let bytes = match read(path)? {
            Some(bytes) => bytes,
            None => return Ok(Self::default()),
        };
        let origin = path.display().to_string();
        match std::str::from_utf8(&bytes) {
            Ok(text) => Self::parse(text, &origin),
            Err(error) => Err(ConfigError::Invalid(vec![not_utf8(
                &origin,
                &bytes[..error.valid_up_to()],
            )])),
        }
    }

    /// Decodes a text; `origin` is what errors call it. Errors: `Invalid` with every problem found.
    pub fn parse(text: &str, origin: &str) -> Result<Self, ConfigError> {
        load(Source { origin, text })
            .map(|sections| Self(Arc::new(sections)))
            .map_err(ConfigError::Invalid)
    }

    /// Language of those who chose none.
    pub fn language(&self) -> Language {
        self.0.language
    }

    /// The people of the file, in its order; those who paired are the agent's to add.
    pub fn admins(&self) -> &[Admin] {
        self.0.admins.get()
    }

    /// The value of a dotted key as TOML writes it, defaults and built-in words included; `None` if there is
    /// no such key.
    pub fn value(&self, name: &str) -> Option<String> {
        let parts: Vec<&str> = name.splitn(3, '.').collect();
        let own = toml::Value::try_from(self.sections()).ok()?;
        let stated = parts
            .iter()
            .try_fold(&own, |value, part| value.get(part))
            .map(ToString::to_string);
        stated.or_else(|| built_in(&parts))
    }

    pub(crate) fn sections(&self) -> &Sections {
        &self.0
    }
}

/// One accessor for each section.
macro_rules! accessors {
    ($($(#[doc = $doc:literal])+ $name:ident: $Section:ident,)+) => {
        impl Config {
            $($(#[doc = $doc])+ pub fn $name(&self) -> &$Section { &self.0.$name })+
        }
    };
}

accessors! {
    /// How the bot reaches Telegram.
    telegram: Telegram,
    /// What the agent asks of those who change something.
    policy: Policy,
    /// The folders that the bot may reach.
    files: Files,
    /// The systemd units that the bot may act on.
    units: Units,
    /// How much of the event log is kept.
    events: Events,
    /// How much of finished jobs is kept.
    jobs: Jobs,
    /// How logs are shown.
    journal: Journal,
    /// The status screen.
    host: Host,
    /// From where on numbers become an alert.
    thresholds: Thresholds,
    /// How apt is used.
    packages: Packages,
    /// Signs of life while something takes long.
    feedback: Feedback,
    /// Lists and buttons in the chat.
    menu: Menu,
    /// Which alerts ring.
    notify: Notify,
}

/// The built-in text of a message or an emoji that the file leaves alone.
fn built_in(parts: &[&str]) -> Option<String> {
    let text = match parts {
        ["messages", language, key] => {
            builtin_messages(Language::from_word(language)?).get(*key)?
        }
        ["emoji", name] => builtin_emoji().get(*name)?,
        _ => return None,
    };
    Some(toml::Value::String(text.clone()).to_string())
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, ConfigError> {
    let failed = |source| ConfigError::Read {
        path: path.to_owned(),
        source,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut bytes = Vec::new();
    file.take(FILE_MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > FILE_MAX_BYTES {
        return Err(ConfigError::TooLarge {
            path: path.to_owned(),
            limit_bytes: FILE_MAX_BYTES,
        });
    }
    Ok(Some(bytes))
}

fn not_utf8(origin: &str, before: &[u8]) -> Problem {
    let text = String::from_utf8_lossy(before);
    let source = Source {
        origin,
        text: &text,
    };
    source.problem(
        text.len(),
        "this is not UTF-8; save the file as UTF-8 and try again".to_owned(),
    )
}

/// What `--check` prints: one sentence for each problem of the file, none if the programs would start with it.
pub fn check(path: &Path) -> Vec<String> {
    match Config::load(path) {
        Ok(_) => Vec::new(),
        Err(error) if error.problems().is_empty() => vec![error.to_string()],
        Err(error) => error.problems().iter().map(ToString::to_string).collect(),
    }
}
