//! Filters: how numbers, sizes and times are said. The words in them are messages like any other.
//!
//! | filter | value | id | en |
//! | --- | --- | --- | --- |
//! | `bytes` | bytes | 1,5 GB | 1.5 GB |
//! | `number` | whole or decimal | 12.345,6 | 12,345.6 |
//! | `percent` | 0 to 100 | 42% | 42% |
//! | `duration`, `duration(1)` | seconds | 3 hari 2 jam; 3 hari | 3 days 2 hours; 3 days |
//! | `ago` | seconds that have passed | 5 menit lalu | 5 minutes ago |
//! | `clock` | Unix seconds | 22 Nov 16:20 | 22 Nov 16:20 |
//! | `time` | Unix seconds | 16:20:05 | 16:20:05 |
//! | `bar(width)` | 0 to 100 | ▓▓░░░ | ▓▓░░░ |
//! | `left(width)`, `right(width)` | anything; a monospace column, cut with … | | |
//! | `plural(one, many)` | whole | second word for all but 1 | |
//! | `icon` | name of an emoji | the emoji, or the one for “unknown” | |
//! | `length`, `join(between)`, `default(text)` | list, list, anything | as in Jinja | |

mod columns;
mod numbers;
mod times;

use std::sync::Arc;

use jiff::tz::TimeZone;
use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, State, Value};

use crate::catalogue::builtin::{self, Words};
use crate::catalogue::engine;
use crate::sections::Language;

/// Every filter there is.
pub(crate) const NAMES: &[&str] = &[
    "ago", "bar", "bytes", "clock", "default", "duration", "icon", "join", "left", "length",
    "number", "percent", "plural", "right", "time",
];

/// Fuel of one word, and what a word costs the message it stands in.
const WORD_FUEL: u64 = 2_000;
const WORD_COST: u64 = 200;

/// How one language speaks.
#[derive(Clone)]
pub(crate) struct Speech(Arc<Inner>);

struct Inner {
    language: Language,
    own: Words,
    emoji: Arc<Words>,
    zone: TimeZone,
    /// Where words are rendered: without the filters that need words, so that none can call itself.
    words: Environment<'static>,
}

impl Speech {
    pub(crate) fn new(language: Language, own: Words, emoji: Arc<Words>, zone: TimeZone) -> Self {
        let mut words = engine::bounded();
        words.set_fuel(Some(WORD_FUEL));
        words.add_global("emoji", Value::from(Serde(&*emoji)));
        add_wordless(&mut words, &emoji);
        Self(Arc::new(Inner {
            language,
            own,
            emoji,
            zone,
            words,
        }))
    }

    /// Renders a word of the catalogue with one value, `n`; the built-in one if the owner's does not render.
    fn word(&self, state: &State<'_, '_>, key: &str, n: Value) -> Result<String, Error> {
        state.consume_fuel(WORD_COST)?;
        let values = Value::from_pairs([("n", n)]);
        let render = |template: &String| self.0.words.render_named_str(key, template, &values);
        if let Some(said) = self
            .0
            .own
            .get(key)
            .and_then(|template| render(template).ok())
        {
            return Ok(said);
        }
        let missing = || Error::new(ErrorKind::TemplateNotFound, key.to_owned());
        render(
            builtin::messages(self.0.language)
                .get(key)
                .ok_or_else(missing)?,
        )
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
    add_wordless(environment, &speech.0.emoji);
}

/// Adds the filters that say nothing of their own.
fn add_wordless(environment: &mut Environment<'static>, emoji: &Arc<Words>) {
    columns::add(environment);
    environment.add_filter(
        "plural",
        |n: i64, one: String, many: String| if n == 1 { one } else { many },
    );
    environment.add_filter("length", length);
    environment.add_filter("join", join);
    environment.add_filter("default", default);
    let emoji = Arc::clone(emoji);
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
