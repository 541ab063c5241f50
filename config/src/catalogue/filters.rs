//! Filters: how numbers, sizes and times are said. The words in them are messages like any other.
//!
//! | filter | value | id | en |
//! | --- | --- | --- | --- |
//! | `bytes` | bytes | 1,5 GB | 1.5 GB |
//! | `number` | whole or decimal | 12.345,6 | 12,345.6 |
//! | `percent` | 0 to 100 | 42% | 42% |
//! | `duration` | seconds | 3 hari 2 jam | 3 days 2 hours |
//! | `ago` | seconds that have passed | 5 menit lalu | 5 minutes ago |
//! | `clock` | Unix seconds | 22 Nov 16:20 | 22 Nov 16:20 |
//! | `plural(one, many)` | whole | second word for all but 1 | |
//! | `icon` | name of an emoji | the emoji, or the one for “unknown” | |
//! | `length`, `join(between)`, `default(text)` | list, list, anything | as in Jinja | |

mod numbers;
mod times;

use std::sync::Arc;

use jiff::tz::TimeZone;
use minijinja::{Environment, Error, ErrorKind, State, Value};

use crate::catalogue::builtin::{self, Words};
use crate::sections::Language;

/// Every filter there is.
pub(crate) const NAMES: &[&str] = &[
    "ago", "bytes", "clock", "default", "duration", "icon", "join", "length", "number", "percent",
    "plural",
];

/// How one language speaks.
#[derive(Clone)]
pub(crate) struct Speech(Arc<Inner>);

struct Inner {
    language: Language,
    own: Words,
    emoji: Arc<Words>,
    zone: TimeZone,
}

impl Speech {
    pub(crate) fn new(language: Language, own: Words, emoji: Arc<Words>, zone: TimeZone) -> Self {
        Self(Arc::new(Inner {
            language,
            own,
            emoji,
            zone,
        }))
    }

    /// Renders a word of the catalogue with one value, `n`.
    fn word(&self, state: &State<'_, '_>, key: &str, n: Value) -> Result<String, Error> {
        let template = self
            .0
            .own
            .get(key)
            .or_else(|| builtin::messages(self.0.language).get(key));
        let template =
            template.ok_or_else(|| Error::new(ErrorKind::TemplateNotFound, key.to_owned()))?;
        state
            .env()
            .render_named_str(key, template, Value::from_pairs([("n", n)]))
    }

    /// Thousands and decimal separators.
    fn separators(&self) -> (char, char) {
        match self.0.language {
            Language::Id => ('.', ','),
            Language::En => (',', '.'),
        }
    }
}

/// Adds every filter to the environment.
pub(crate) fn add(environment: &mut Environment<'static>, speech: &Speech) {
    numbers::add(environment, speech);
    times::add(environment, speech);
    environment.add_filter(
        "plural",
        |n: i64, one: String, many: String| if n == 1 { one } else { many },
    );
    environment.add_filter("length", length);
    environment.add_filter("join", join);
    environment.add_filter("default", default);
    let emoji = Arc::clone(&speech.0.emoji);
    environment.add_filter("icon", move |name: &str| icon(&emoji, name).to_owned());
}

/// The emoji of a name, or the one that says that there is none.
pub(crate) fn icon<'a>(emoji: &'a Words, name: &str) -> &'a str {
    emoji
        .get(name)
        .or_else(|| emoji.get("unknown"))
        .map_or("", String::as_str)
}

fn length(value: &Value) -> Result<usize, Error> {
    value.len().ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidOperation,
            "only lists and texts have a length",
        )
    })
}

fn join(list: &Value, between: &str) -> Result<String, Error> {
    let parts: Vec<String> = list.try_iter()?.map(|part| part.to_string()).collect();
    Ok(parts.join(between))
}

fn default(value: Value, text: Value) -> Value {
    let empty = value.is_undefined() || value.is_none() || value.as_str() == Some("");
    if empty { text } else { value }
}
