//! What a person's next message answers.
//!
//! One question waits for each person at most; a new one takes its place, and any command ends it.

use potion_proto::actions::{Action, PlanId};
use potion_proto::names::{SettingKey, TelegramId};
use potion_proto::time::Timestamp;
use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};

use crate::clock::now_ms;
use crate::go::Go;
use crate::journal;
use crate::state::{State, StateError};
use crate::visit::{Origin, Visit};

pub(crate) const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS prompts(
    user INTEGER PRIMARY KEY, message INTEGER NOT NULL, prompt TEXT NOT NULL, expires INTEGER NOT NULL)";

/// A question that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// The message that asks.
    pub(crate) message: i32,
    /// What was asked.
    pub(crate) prompt: Prompt,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Prompt {
    /// A six-digit code for this plan.
    Code {
        plan: PlanId,
        action: Action,
        back: Box<Go>,
    },
    /// A text that lines of a log must hold.
    LogText { view: journal::View },
    /// A new value for this key.
    Setting { key: SettingKey },
    /// When nothing rings.
    QuietHours,
}

impl Prompt {
    /// Its name for the log and for reports of crashes.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Code { .. } => "code",
            Self::LogText { .. } => "log-text",
            Self::Setting { .. } => "setting",
            Self::QuietHours => "quiet-hours",
        }
    }
}

/// How long an answer that is no code is waited for.
const ANSWER_MS: i64 = 600_000;

/// Asks whoever this visit is of; the screen with the question is the visit's answer.
pub(crate) fn begin(visit: &Visit, prompt: Prompt) -> Result<(), StateError> {
    let (Origin::Press { message, .. } | Origin::Text { message, .. }) = visit.origin;
    let expires = Timestamp(now_ms() + ANSWER_MS);
    ask(
        &visit.desk.state,
        visit.id(),
        &Waiting { message, prompt },
        expires,
    )
}

/// Asks a person; the answer counts until `expires`.
pub(crate) fn ask(
    state: &State,
    user: TelegramId,
    waiting: &Waiting,
    expires: Timestamp,
) -> Result<(), StateError> {
    let prompt = serde_json::to_string(&waiting.prompt)?;
    state.with(|connection| {
        connection
            .execute(
                "INSERT OR REPLACE INTO prompts(user, message, prompt, expires) VALUES(?1, ?2, ?3, ?4)",
                (user.get(), waiting.message, prompt, expires.0),
            )
            .map(drop)
    })
}

/// The question that waits for a person's answer, if it has not expired.
pub(crate) fn waiting(state: &State, user: TelegramId) -> Result<Option<Waiting>, StateError> {
    let found: Option<(i32, String)> = state.with(|connection| {
        connection
            .query_row(
                "SELECT message, prompt FROM prompts WHERE user = ?1 AND expires > ?2",
                (user.get(), now_ms()),
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
    })?;
    Ok(found.and_then(|(message, prompt)| {
        Some(Waiting {
            message,
            prompt: serde_json::from_str(&prompt).ok()?,
        })
    }))
}

/// Ends a person's question.
pub(crate) fn end(state: &State, user: TelegramId) -> Result<(), StateError> {
    state.with(|c| {
        c.execute("DELETE FROM prompts WHERE user = ?1", [user.get()])
            .map(drop)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    #[test]
    fn the_newest_question_waits_until_it_expires() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::open(dir.path()).unwrap();
        let user = TelegramId::new(7).unwrap();
        let asked = |message| Waiting {
            message,
            prompt: Prompt::Code {
                plan: PlanId([1; 16]),
                action: Action::HostReboot,
                back: Box::new(Go::Menu),
            },
        };
        ask(&state, user, &asked(1), Timestamp(i64::MAX)).unwrap();
        ask(&state, user, &asked(2), Timestamp(i64::MAX)).unwrap();
        assert_eq!(waiting(&state, user).unwrap(), Some(asked(2)));
        assert_eq!(waiting(&state, TelegramId::new(8).unwrap()).unwrap(), None);
        ask(&state, user, &asked(3), Timestamp(0)).unwrap();
        assert_eq!(waiting(&state, user).unwrap(), None);
    }
}
