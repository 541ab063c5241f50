//! `[messages.id]`, `[messages.en]` and `[emoji]`: words of the owner's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::key::{Applies, Key, Kind, Scope};
use crate::sections::{Language, Section};

/// Overridden messages by language and key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Messages {
    id: BTreeMap<String, String>,
    en: BTreeMap<String, String>,
}

impl Messages {
    pub(crate) fn of(&self, language: Language) -> &BTreeMap<String, String> {
        match language {
            Language::Id => &self.id,
            Language::En => &self.en,
        }
    }
}

/// Overridden emoji by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Emoji(BTreeMap<String, String>);

impl Emoji {
    pub(crate) fn get(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

pub(crate) const SECTION: Section = Section {
    table: "messages",
    doc: " Every sentence of the bot can be worded anew, in [messages.id] and [messages.en].",
    keys: &[
        words(
            "messages.id",
            " Indonesian. A message may use the placeholders that the built-in one uses, and Telegram's HTML tags.",
        ),
        words("messages.en", " English, in the same way."),
    ],
};

pub(crate) const EMOJI_SECTION: Section = Section {
    table: "emoji",
    doc: " Every emoji can be another one, or a word, or empty.",
    keys: &[words("emoji", " Messages name them as {{ emoji.NAME }}.")],
};

const fn words(name: &'static str, doc: &'static str) -> Key {
    Key {
        name,
        doc,
        kind: Kind::Words,
        applies: Applies::LIVE,
        scope: Scope::Anyone,
    }
}
