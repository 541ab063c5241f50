//! The admins as the agent last named them, kept so that they can be told when the agent is gone.
//!
//! The list decides whom the bot listens to; what they may do is decided by the agent with every call.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use potion_proto::actions::Behalf;
use potion_proto::admins::Admin;
use potion_proto::client::CallError;
use potion_proto::names::TelegramId;

use crate::desk::Desk;
use crate::state::{State, StateError};

pub(crate) const SCHEMA: &str =
    "CREATE TABLE IF NOT EXISTS admins(id INTEGER PRIMARY KEY, payload TEXT NOT NULL)";

/// A stranger may make the bot ask the agent anew so often: an admin who was just added is no stranger.
const ASK_EVERY: Duration = Duration::from_secs(5);
/// How long the list may take when a message waits for it.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
struct Known {
    list: Vec<Admin>,
    asked: Option<Instant>,
}

/// The list.
#[derive(Debug, Default)]
pub(crate) struct Admins(Mutex<Known>);

impl Admins {
    /// The list as it was when the bot last ran.
    pub(crate) fn load(state: &State) -> Result<Self, StateError> {
        let texts: Vec<String> = state.with(|connection| {
            let mut query = connection.prepare("SELECT payload FROM admins ORDER BY id")?;
            query.query_map([], |row| row.get(0))?.collect()
        })?;
        let list = texts
            .iter()
            .filter_map(|text| serde_json::from_str(text).ok())
            .collect();
        Ok(Self(Mutex::new(Known { list, asked: None })))
    }

    /// Everybody.
    pub(crate) fn all(&self) -> Vec<Admin> {
        self.known(|known| known.list.clone())
    }

    /// One of them.
    pub(crate) fn find(&self, id: TelegramId) -> Option<Admin> {
        self.known(|known| known.list.iter().find(|admin| admin.id == id).cloned())
    }

    /// Takes the agent's word for who they are.
    pub(crate) fn replace(&self, state: &State, list: Vec<Admin>) -> Result<(), StateError> {
        let mut rows = Vec::with_capacity(list.len());
        for admin in &list {
            rows.push((admin.id.get(), serde_json::to_string(admin)?));
        }
        let same = self.known(|known| {
            known.asked = Some(Instant::now());
            std::mem::replace(&mut known.list, list.clone()) == list
        });
        if same {
            return Ok(());
        }
        state.with(|connection| {
            let write = connection.transaction()?;
            write.execute("DELETE FROM admins", [])?;
            for row in rows {
                write.execute("INSERT INTO admins(id, payload) VALUES(?1, ?2)", row)?;
            }
            write.commit()
        })
    }

    fn is_fresh(&self) -> bool {
        self.known(|known| known.asked.is_some_and(|asked| asked.elapsed() < ASK_EVERY))
    }

    fn known<T>(&self, look: impl FnOnce(&mut Known) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Asks the agent who the admins are.
pub(crate) async fn refresh(desk: &Desk) -> Result<(), CallError> {
    let list = desk
        .ask(|stub, context| async move { stub.admin_list(context, Behalf::Own).await })
        .await?;
    if let Err(error) = desk.admins.replace(&desk.state, list) {
        tracing::error!(%error, "the list of admins was not written down");
    }
    Ok(())
}

/// The admin of this id; the agent is asked once more before somebody counts as a stranger.
pub(crate) async fn find(desk: &Desk, id: TelegramId) -> Option<Admin> {
    if let Some(admin) = desk.admins.find(id) {
        return Some(admin);
    }
    if desk.admins.is_fresh() {
        return None;
    }
    desk.admins
        .known(|known| known.asked = Some(Instant::now()));
    drop(tokio::time::timeout(PATIENCE, refresh(desk)).await);
    desk.admins.find(id)
}
