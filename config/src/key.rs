//! The table of keys: what each means, takes and needs. Help, the listing, `set` and `unset` all read it.

use std::collections::BTreeMap;
use std::fmt;

use crate::catalogue::{builtin_emoji, builtin_messages};
use crate::nearest::nearest;
use crate::sections::{Language, TABLE};

/// The program that has to be restarted before a change takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// At once, without a restart.
    Live,
    /// After a restart of the named systemd unit.
    Restart(&'static str),
}

impl Applies {
    pub(crate) const LIVE: Self = Self::Live;
    pub(crate) const BOT: Self = Self::Restart("potion-bot.service");
    pub(crate) const AGENT: Self = Self::Restart("potiond.service");
}

/// Who may change a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Root on the machine itself, never the bot (design, section 4).
    Local,
    /// Whoever the policy lets change settings.
    Anyone,
}

/// The shape of a value. `Display` completes the sentence “the key takes …”.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number with its unit in words, bounds included.
    Whole {
        /// Follows “a whole number”; may be empty.
        unit: &'static str,
        /// Smallest accepted.
        min: u64,
        /// Largest accepted.
        max: u64,
    },
    /// A decimal number, its bounds in tenths.
    Decimal {
        /// Smallest accepted, in tenths.
        min_tenths: u32,
        /// Largest accepted, in tenths.
        max_tenths: u32,
    },
    /// A text.
    Text {
        /// What the text must be.
        expects: &'static str,
    },
    /// A list of texts; typed by people with commas.
    List {
        /// What each entry must be.
        expects: &'static str,
    },
    /// One word of a closed set.
    Choice {
        /// The set.
        words: &'static [&'static str],
    },
    /// Any number of words of a closed set; typed by people with commas.
    Choices {
        /// The set.
        words: &'static [&'static str],
    },
    /// A list of tables; not settable with one value.
    Tables {
        /// How to change it instead.
        instead: &'static str,
        /// Commented-out entries for the listing.
        example: &'static str,
    },
    /// Any number of named texts; each is a key of its own, like `emoji.ok`.
    Words,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole { unit: "", min, max } => write!(f, "a whole number from {min} to {max}"),
            Self::Whole { unit, min, max } => {
                write!(f, "a whole number {unit} from {min} to {max}")
            }
            Self::Decimal {
                min_tenths,
                max_tenths,
            } => {
                write!(
                    f,
                    "a number from {} to {}",
                    tenths(*min_tenths),
                    tenths(*max_tenths)
                )
            }
            Self::Text { expects } => f.write_str(expects),
            Self::List { expects } => write!(f, "a list, each entry {expects}"),
            Self::Choice { words } => write!(f, "one of {}", words.join(", ")),
            Self::Choices { words } => write!(f, "a list out of {}", words.join(", ")),
            Self::Tables { .. } => f.write_str("a list of tables"),
            Self::Words => f.write_str("a table of `key = \"text\"` lines"),
        }
    }
}

fn tenths(number: u32) -> f64 {
    f64::from(number) / 10.0
}

/// One key of the configuration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Key {
    /// Dotted name, like `units.managed`.
    pub name: &'static str,
    /// One or two sentences in plain English.
    pub doc: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What a change needs.
    pub applies: Applies,
    /// Who may change it.
    pub scope: Scope,
}

/// Every key, in the order of the file.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    TABLE.iter().flat_map(|section| section.keys)
}

/// The key that a dotted name stands for. A message or an emoji that exists, like `messages.id.menu-help` or
/// `emoji.ok`, answers with the key of its table. Only names that exist have a key, so what a key allows cannot
/// be had by a name made up around it.
pub fn key(name: &str) -> Option<&'static Key> {
    let table = match vocabulary(name) {
        Some((table, words)) => words
            .contains_key(&name[table.len() + 1..])
            .then_some(table)?,
        None => name,
    };
    keys().find(|key| key.name == table)
}

/// The existing key that a mistyped one was probably meant to be.
pub fn nearest_key(name: &str) -> Option<String> {
    if let Some((table, words)) = vocabulary(name) {
        let near = nearest(&name[table.len() + 1..], words.keys().map(String::as_str));
        return near.map(|word| format!("{table}.{word}"));
    }
    nearest(name, keys().map(|key| key.name)).map(str::to_owned)
}

/// The table of texts that a name reaches into, and the built-in texts of it.
fn vocabulary(name: &str) -> Option<(&'static str, &'static BTreeMap<String, String>)> {
    let tables = [
        ("messages.id", builtin_messages(Language::Id)),
        ("messages.en", builtin_messages(Language::En)),
        ("emoji", builtin_emoji()),
    ];
    tables.into_iter().find(|(table, _)| {
        name.strip_prefix(table)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}
