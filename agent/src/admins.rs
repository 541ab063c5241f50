//! The people who may use the bot: those of config.toml and those who were paired.
//!
//! A configured entry wins over a paired one of the same id, and only an editor of the file changes it.
//! The paired ones are held in memory too, since every call asks for a role; the database is written
//! first, so a removal is in force before its answer is on its way.

mod change;
mod pairing;
mod rows;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use potion_config::Config;
use potion_proto::Failure;
use potion_proto::admins::{Admin, Language, Role};
use potion_proto::names::TelegramId;
use potion_proto::time::Timestamp;

pub(crate) use change::{remove, set_language, set_role};
pub use pairing::redeem;
pub(crate) use pairing::{Tries, invite};
pub(crate) use rows::SCHEMA;

use crate::agent::Agent;
use crate::policy::Roster;
use crate::totp;

/// Somebody who was paired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paired {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) paired: Timestamp,
}

/// What the database knows of people.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    pub(crate) paired: BTreeMap<TelegramId, Paired>,
    /// Languages that people chose in the bot, configured ones included.
    pub(crate) languages: BTreeMap<TelegramId, Language>,
}

/// The people, and the tries at pairing codes.
#[derive(Default)]
pub struct Admins {
    people: RwLock<People>,
    tries: Tries,
}

impl Admins {
    /// The role that somebody has now.
    #[must_use]
    pub fn role(&self, config: &Config, id: TelegramId) -> Option<Role> {
        match configured(config, id) {
            Some(admin) => Some(role(admin.role())),
            None => self.people().paired.get(&id).map(|admin| admin.role),
        }
    }

    fn people(&self) -> std::sync::RwLockReadGuard<'_, People> {
        self.people.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, people: People) {
        *self.people.write().unwrap_or_else(PoisonError::into_inner) = people;
    }
}

/// Reads the people from the database; at start-up and after each change.
///
/// # Errors
/// The store's.
pub async fn load(agent: &Arc<Agent>) -> Result<(), Failure> {
    let people = agent.store.call(rows::read).await?;
    agent.admins.put(people);
    Ok(())
}

/// All admins: configured ones in the file's order, then paired ones by id.
///
/// # Errors
/// The store's.
pub async fn list(agent: &Arc<Agent>, _by: &Roster) -> Result<Vec<Admin>, Failure> {
    let enrolled = totp::enrolled(agent).await?;
    let (config, people) = (agent.config(), agent.admins.people().clone());
    let configured_ones = config.admins().iter().filter_map(from_config);
    let paired_ones = people
        .paired
        .iter()
        .filter(|(id, _)| configured(&config, **id).is_none());
    let mut all: Vec<Admin> = configured_ones
        .chain(paired_ones.map(from_paired))
        .collect();
    for admin in &mut all {
        admin.totp = enrolled.contains(&admin.id);
        admin.language = people.languages.get(&admin.id).copied().or(admin.language);
    }
    Ok(all)
}

fn configured(config: &Config, id: TelegramId) -> Option<&potion_config::Admin> {
    config.admins().iter().find(|admin| admin.id() == id.get())
}

fn from_config(admin: &potion_config::Admin) -> Option<Admin> {
    Some(Admin {
        id: TelegramId::new(admin.id()).ok()?,
        name: admin.name().to_owned(),
        role: role(admin.role()),
        language: admin.language().map(language),
        configured: true,
        totp: false,
        paired: None,
    })
}

fn from_paired((id, admin): (&TelegramId, &Paired)) -> Admin {
    Admin {
        id: *id,
        name: admin.name.clone(),
        role: admin.role,
        language: None,
        configured: false,
        totp: false,
        paired: Some(admin.paired),
    }
}

fn role(word: potion_config::Role) -> Role {
    match word {
        potion_config::Role::Viewer => Role::Viewer,
        potion_config::Role::Operator => Role::Operator,
        potion_config::Role::Owner => Role::Owner,
    }
}

fn language(word: potion_config::Language) -> Language {
    match word {
        potion_config::Language::Id => Language::Id,
        potion_config::Language::En => Language::En,
    }
}
