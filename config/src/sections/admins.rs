//! `[[admins]]`

use std::collections::BTreeMap;

use serde::de::{Deserializer, Error, Unexpected};
use serde::{Deserialize, Serialize};

use crate::findings::Findings;
use crate::key::{Applies, Key, Kind, Scope};
use crate::sections::{Language, Section};
use crate::value::rule::Label;
use crate::value::{Text, choice};

choice! {
    /// What an admin may do; the policy of the agent gives it its meaning.
    Role {
        /// Everything that may be asked for in a chat.
        Owner = "owner",
        /// Everything that needs no second factor.
        Operator = "operator",
        /// Reading only.
        Viewer = "viewer",
    }
}

/// One person who may talk to the bot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admin {
    #[serde(deserialize_with = "user_id")]
    id: i64,
    role: Role,
    #[serde(default = "no_name")]
    name: Text<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
}

impl Admin {
    /// Telegram's user id, always above 0.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// What this person may do.
    pub fn role(&self) -> Role {
        self.role
    }

    /// A name for people; may be empty.
    pub fn name(&self) -> &str {
        self.name.get()
    }

    /// The language this person chose, if any.
    pub fn language(&self) -> Option<Language> {
        self.language
    }
}

fn no_name() -> Text<Label> {
    Text::given("")
}

/// Users have positive ids; groups and channels have negative ones, and cannot be admins.
fn user_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let id = i64::deserialize(deserializer)?;
    if id > 0 {
        return Ok(id);
    }
    Err(D::Error::invalid_value(
        Unexpected::Signed(id),
        &"the id of a person, a whole number above 0",
    ))
}

/// The admins of the file, in its order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Admins(Vec<Admin>);

impl Admins {
    pub(crate) fn get(&self) -> &[Admin] {
        &self.0
    }

    /// One person, one entry: with two, the role would depend on which is read first.
    pub(crate) fn check(&self, findings: &mut Findings<'_, '_>) {
        let mut seen = BTreeMap::new();
        for (index, admin) in self.0.iter().enumerate() {
            if let Some(first) = seen.insert(admin.id, index) {
                findings.item(
                    "admins",
                    index,
                    "id",
                    format!(
                        "admins[{}].id is {}, as in admins[{}]; keep one entry for each person",
                        index + 1,
                        admin.id,
                        first + 1,
                    ),
                );
            }
        }
    }
}

pub(crate) const SECTION: Section = Section {
    table: "admins",
    doc: " Who may talk to the bot, one [[admins]] entry a person. Nobody listed and nobody paired means nobody.",
    keys: &[Key {
        name: "admins",
        doc: " id is the Telegram user id (above 0), role is owner, operator or viewer; name and language may be left out.",
        kind: Kind::Tables {
            instead: "use `sudo potionctl admin add` or edit the [[admins]] entries of the file",
            example: "# [[admins]]\n# id = 123456789\n# role = \"owner\"\n# name = \"Dre\"\n# language = \"id\"\n",
        },
        applies: Applies::LIVE,
        scope: Scope::Local,
    }],
};
