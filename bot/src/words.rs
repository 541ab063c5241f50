//! The catalogue in one person's language.

use std::collections::BTreeMap;
use std::sync::Arc;

use potion_config::{Catalogue, Language};
use potion_proto::admins;
use potion_proto::units::Active;
use serde::Serialize;

/// Values for a message, by name.
pub(crate) fn with<T, const N: usize>(pairs: [(&'static str, T); N]) -> BTreeMap<&'static str, T> {
    BTreeMap::from(pairs)
}

/// One person's words. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    catalogue: Arc<Catalogue>,
    language: Language,
}

impl Words {
    pub(crate) fn new(catalogue: Arc<Catalogue>, language: Language) -> Self {
        Self {
            catalogue,
            language,
        }
    }

    /// A message as Telegram's HTML; values are escaped.
    pub(crate) fn html(&self, key: &str, values: impl Serialize) -> String {
        self.catalogue.html(self.language, key, values)
    }

    /// A message that takes no values.
    pub(crate) fn say(&self, key: &str) -> String {
        self.html(key, &Empty {})
    }

    /// A text without markup: button labels, toasts, captions of files.
    pub(crate) fn plain(&self, key: &str, values: impl Serialize) -> String {
        self.catalogue.plain(self.language, key, values)
    }

    /// A button's label that takes no values.
    pub(crate) fn label(&self, key: &str) -> String {
        self.plain(key, &Empty {})
    }

    /// Whether the catalogue has this message.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.catalogue.has(key)
    }
}

/// The value of messages that take none: an empty map.
#[derive(Serialize)]
struct Empty {}

/// A language of the wire as one of the catalogue.
pub(crate) fn language(spoken: admins::Language) -> Language {
    match spoken {
        admins::Language::Id => Language::Id,
        admins::Language::En => Language::En,
    }
}

/// An app's language tag as a language of ours.
pub(crate) fn spoken(tag: Option<&str>) -> Option<admins::Language> {
    match tag?.split('-').next()? {
        "id" | "in" | "ms" | "jv" | "su" => Some(admins::Language::Id),
        "en" => Some(admins::Language::En),
        _ => None,
    }
}

/// The catalogue's key of a role.
pub(crate) fn role(role: admins::Role) -> &'static str {
    match role {
        admins::Role::Viewer => "role-viewer",
        admins::Role::Operator => "role-operator",
        admins::Role::Owner => "role-owner",
    }
}

/// The catalogue's key of a unit's state.
pub(crate) fn active(active: Active) -> &'static str {
    match active {
        Active::Active => "state-active",
        Active::Reloading => "state-reloading",
        Active::Inactive => "state-inactive",
        Active::Failed => "state-failed",
        Active::Activating => "state-activating",
        Active::Deactivating => "state-deactivating",
        Active::Maintenance => "state-maintenance",
    }
}
