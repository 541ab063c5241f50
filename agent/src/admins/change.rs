//! Changes to those who were paired, and to one's own language.

use std::sync::Arc;

use potion_proto::admins::{Language, Role};
use potion_proto::names::TelegramId;
use potion_proto::{Code, Failure};
use rusqlite::params;

use super::{Admins, configured, load, rows};
use crate::agent::Agent;
use crate::plans::Approved;
use crate::totp;

/// Removes a paired admin, with their secret and their language.
pub(crate) async fn remove(
    agent: &Arc<Agent>,
    _by: &Approved,
    id: TelegramId,
) -> Result<(), Failure> {
    must_be_paired(agent, id)?;
    agent
        .store
        .call(move |db| {
            db.execute("DELETE FROM admins WHERE id = ?1", [id.get()])?;
            db.execute("DELETE FROM languages WHERE id = ?1", [id.get()])?;
            totp::forget(db, id)
        })
        .await?;
    load(agent).await
}

/// Changes a paired admin's role.
pub(crate) async fn set_role(
    agent: &Arc<Agent>,
    _by: &Approved,
    id: TelegramId,
    role: Role,
) -> Result<(), Failure> {
    let mut admin = must_be_paired(agent, id)?;
    admin.role = role;
    agent
        .store
        .call(move |db| rows::put(db, id, &admin))
        .await?;
    load(agent).await
}

/// Sets the language of the person who asks.
pub(crate) async fn set_language(
    agent: &Arc<Agent>,
    by: &Approved,
    language: Language,
) -> Result<(), Failure> {
    let Some((id, _)) = by.actor().admin else {
        let sentence = "a terminal has no language of its own: `potionctl config set language id`";
        return Err(Failure::new(Code::Invalid, "language", sentence));
    };
    let word = rows::language_word(language);
    let put = "INSERT OR REPLACE INTO languages (id, language) VALUES (?1, ?2)";
    agent
        .store
        .call(move |db| db.execute(put, params![id.get(), word]))
        .await?;
    load(agent).await
}

fn must_be_paired(agent: &Agent, id: TelegramId) -> Result<super::Paired, Failure> {
    if configured(&agent.config(), id).is_some() {
        let sentence = format!("{id} stands in /etc/potion/config.toml: change the entry there");
        return Err(Failure::new(Code::Conflict, id.to_string(), sentence));
    }
    paired(&agent.admins, id).ok_or_else(|| {
        let sentence = format!("{id} is no admin: `potionctl admin list` shows all");
        Failure::new(Code::NotFound, id.to_string(), sentence)
    })
}

fn paired(admins: &Admins, id: TelegramId) -> Option<super::Paired> {
    admins.people().paired.get(&id).cloned()
}
