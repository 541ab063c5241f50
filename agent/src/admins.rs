//! The people who may use the bot: those of config.toml and those who were paired.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use potion_config::Config;
use potion_proto::Failure;
use potion_proto::admins::{Admin, Language, Person, Role};
use potion_proto::names::{PairingCode, TelegramId};
use potion_proto::time::Timestamp;

use crate::agent::Agent;
use crate::policy::{BotItself, Roster};

/// Somebody who was paired.
#[derive(Clone, Debug)]
pub struct Paired {
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Their language.
    pub language: Option<Language>,
    /// When.
    pub paired: Timestamp,
}

/// The paired ones, as the database has them.
#[derive(Default)]
pub struct Admins(RwLock<BTreeMap<TelegramId, Paired>>);

impl Admins {
    /// The role that somebody has now; a configured entry wins over a paired one.
    #[must_use]
    pub fn role(&self, config: &Config, id: TelegramId) -> Option<Role> {
        let configured = config.admins().iter().find(|admin| admin.id() == id.get());
        match configured {
            Some(admin) => Some(role(admin.role())),
            None => {
                let paired = self.0.read().unwrap_or_else(PoisonError::into_inner);
                paired.get(&id).map(|admin| admin.role)
            }
        }
    }
}

fn role(word: potion_config::Role) -> Role {
    match word {
        potion_config::Role::Viewer => Role::Viewer,
        potion_config::Role::Operator => Role::Operator,
        potion_config::Role::Owner => Role::Owner,
    }
}

/// All admins.
///
/// # Errors
/// `unavailable`.
#[expect(clippy::unused_async, reason = "the store follows in the next commit")]
pub async fn list(agent: &Arc<Agent>, _by: &Roster) -> Result<Vec<Admin>, Failure> {
    let _ = agent;
    Err(crate::agent::unavailable("admins"))
}

/// Pairs a person by a code.
///
/// # Errors
/// `pairing-refused`.
#[expect(clippy::unused_async, reason = "the store follows in the next commit")]
pub async fn redeem(
    agent: &Arc<Agent>,
    _by: &BotItself,
    code: PairingCode,
    person: Person,
) -> Result<Admin, Failure> {
    let _ = (agent, code, person);
    Err(crate::agent::unavailable("admins"))
}
