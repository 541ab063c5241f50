//! The words that are compiled in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::sections::Language;

/// Messages or emoji by key.
pub(crate) type Words = BTreeMap<String, String>;

static ID: LazyLock<Words> = LazyLock::new(|| parse(include_str!("../../catalogue/id.toml")));
static EN: LazyLock<Words> = LazyLock::new(|| parse(include_str!("../../catalogue/en.toml")));
static EMOJI: LazyLock<Words> = LazyLock::new(|| parse(include_str!("../../catalogue/emoji.toml")));

/// The built-in messages of a language.
pub(crate) fn messages(language: Language) -> &'static Words {
    match language {
        Language::Id => &ID,
        Language::En => &EN,
    }
}

/// The built-in emoji.
pub(crate) fn emoji() -> &'static Words {
    &EMOJI
}

fn parse(text: &str) -> Words {
    toml::from_str(text)
        .expect("the compiled-in catalogues are TOML: the catalogue tests read them")
}
