//! The sections of the file, one module for each, and the table of them all.

mod admins;
mod events;
mod feedback;
mod files;
mod host;
mod jobs;
mod journal;
mod language;
mod menu;
mod messages;
mod notify;
mod packages;
mod policy;
mod telegram;
mod thresholds;
mod units;

pub(crate) use admins::Admins;
pub use admins::{Admin, Role};
pub use events::Events;
pub use feedback::Feedback;
pub use files::{ExtraRoot, Files};
pub use host::Host;
pub use jobs::Jobs;
pub use journal::Journal;
pub use language::Language;
pub use menu::Menu;
pub(crate) use messages::{Emoji, Messages};
pub use notify::{EventClass, Notify, QuietHours};
pub use packages::Packages;
pub use policy::Policy;
pub use telegram::Telegram;
pub use thresholds::Thresholds;
pub use units::Units;

use serde::{Deserialize, Serialize};

use crate::key::Key;

/// A section as help and the listing see it.
pub(crate) struct Section {
    /// Name of the TOML table; empty for keys above the first table.
    pub(crate) table: &'static str,
    /// What the section is about.
    pub(crate) doc: &'static str,
    pub(crate) keys: &'static [Key],
}

/// The whole file, decoded: every section with its defaults filled in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Sections {
    pub(crate) language: Language,
    pub(crate) telegram: Telegram,
    pub(crate) admins: Admins,
    pub(crate) policy: Policy,
    pub(crate) files: Files,
    pub(crate) units: Units,
    pub(crate) events: Events,
    pub(crate) jobs: Jobs,
    pub(crate) journal: Journal,
    pub(crate) host: Host,
    pub(crate) thresholds: Thresholds,
    pub(crate) packages: Packages,
    pub(crate) feedback: Feedback,
    pub(crate) menu: Menu,
    pub(crate) notify: Notify,
    pub(crate) messages: Messages,
    pub(crate) emoji: Emoji,
}

/// Every section, in the order of the file.
pub(crate) const TABLE: &[Section] = &[
    language::SECTION,
    Telegram::SECTION,
    admins::SECTION,
    Policy::SECTION,
    Files::SECTION,
    Units::SECTION,
    Events::SECTION,
    Jobs::SECTION,
    Journal::SECTION,
    Host::SECTION,
    Thresholds::SECTION,
    Packages::SECTION,
    Feedback::SECTION,
    Menu::SECTION,
    Notify::SECTION,
    messages::SECTION,
    messages::EMOJI_SECTION,
];

/// Declares a section in one place: its type with private fields, its decoder that refuses unknown keys, its
/// defaults, its accessors and its rows in the table of keys. A row reads
/// `"key-in-file" accessor -> type code reads: type in file = default, when it applies, who may change it;`
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $Name:ident = $table:literal;
        $(
            $(#[doc = $doc:literal])+
            $key:literal $field:ident -> $out:ty: $ty:ty = $default:expr, $applies:ident, $scope:ident;
        )+
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $Name {
            $(#[serde(rename = $key)] $field: $ty,)+
        }

        impl Default for $Name {
            fn default() -> Self {
                Self { $($field: <$ty>::given($default),)+ }
            }
        }

        impl $Name {
            $(
                $(#[doc = $doc])+
                pub fn $field(&self) -> $out {
                    self.$field.get()
                }
            )+

            pub(crate) const SECTION: $crate::sections::Section = $crate::sections::Section {
                table: $table,
                doc: concat!($($about),+),
                keys: &[$($crate::key::Key {
                    name: concat!($table, ".", $key),
                    doc: concat!($($doc),+),
                    kind: <$ty>::KIND,
                    applies: $crate::key::Applies::$applies,
                    scope: $crate::key::Scope::$scope,
                },)+],
            };
        }
    };
}
pub(crate) use section;
