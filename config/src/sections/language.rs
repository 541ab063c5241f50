//! The language of people who chose none.

use crate::key::{Applies, Key, Kind, Scope};
use crate::sections::Section;
use crate::value::choice;

choice! {
    /// A language of the catalogue.
    #[derive(Default)]
    Language {
        /// Bahasa Indonesia.
        #[default]
        Id = "id",
        /// English.
        En = "en",
    }
}

pub(crate) const SECTION: Section = Section {
    table: "",
    doc: "",
    keys: &[Key {
        name: "language",
        doc: " Language of the bot for everybody whose [[admins]] entry names none.",
        kind: Kind::Choice {
            words: Language::WORDS,
        },
        applies: Applies::LIVE,
        scope: Scope::Anyone,
    }],
};
