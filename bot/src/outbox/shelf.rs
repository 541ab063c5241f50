//! Letters that wait, the live messages, and how far the agent's events have come.

use potion_proto::events::Seq;
use potion_proto::names::TelegramId;
use rusqlite::{Connection, OptionalExtension, params};

use super::letter::Letter;
use crate::state::{State, StateError};

pub(crate) const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS letters(
        id INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL, user INTEGER NOT NULL, urgent INTEGER NOT NULL,
        key TEXT, body TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 0, aside INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX IF NOT EXISTS letters_by_user ON letters(user, aside, urgent, id);
    CREATE TABLE IF NOT EXISTS live(
        key TEXT NOT NULL, user INTEGER NOT NULL, message INTEGER NOT NULL, stage TEXT NOT NULL,
        PRIMARY KEY(key, user));
    CREATE TABLE IF NOT EXISTS marks(name TEXT PRIMARY KEY, value INTEGER NOT NULL)";

/// Letters kept for an admin who blocked the bot; the newest ones.
const ASIDE_MAX: u32 = 100;
/// Live messages that are remembered; the newest ones.
const LIVE_MAX: u32 = 1_000;

/// A letter with its place on the shelf.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    id: i64,
    version: i64,
    pub(super) user: TelegramId,
    pub(super) letter: Letter,
}

/// A live message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Live {
    pub(super) message: i32,
    pub(super) stage: String,
}

/// Puts a letter on the shelf (`seq` 0: one of the bot's own).
pub(super) fn put(
    state: &State,
    seq: u64,
    user: TelegramId,
    letter: &Letter,
) -> Result<(), StateError> {
    let body = prepare(letter)?;
    state.with(|connection| {
        let write = connection.transaction()?;
        insert(&write, seq, user, letter, &body)?;
        write.commit()
    })
}

/// Puts all letters of an event on the shelf and moves the mark, in one step.
pub(super) fn put_all(
    state: &State,
    seq: Seq,
    to: &[TelegramId],
    letter: &Letter,
) -> Result<(), StateError> {
    let body = prepare(letter)?;
    state.with(|connection| {
        let write = connection.transaction()?;
        for user in to {
            insert(&write, seq.0, *user, letter, &body)?;
        }
        set_mark(&write, seq)?;
        write.commit()
    })
}

fn prepare(letter: &Letter) -> Result<String, StateError> {
    Ok(serde_json::to_string(letter)?)
}

/// A letter about something that waits already takes the older one's place, and keeps its turn.
fn insert(
    write: &Connection,
    seq: u64,
    user: TelegramId,
    letter: &Letter,
    body: &str,
) -> rusqlite::Result<()> {
    let key = letter.key();
    let older: Option<(i64, String)> = write
        .query_row(
            "SELECT id, body FROM letters WHERE user = ?1 AND key = ?2",
            params![user.get(), key],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    if let Some((id, text)) = older {
        let folded = serde_json::from_str(&text)
            .map_or_else(|_| letter.clone(), |older| letter.clone().fold(&older));
        let body = serde_json::to_string(&folded).unwrap_or_else(|_| body.to_owned());
        write.execute(
            "UPDATE letters SET body = ?2, urgent = ?3, version = version + 1 WHERE id = ?1",
            params![id, body, letter.is_urgent()],
        )?;
        return Ok(());
    }
    let aside: bool = write.query_row(
        "SELECT EXISTS(SELECT 1 FROM letters WHERE user = ?1 AND aside = 1)",
        [user.get()],
        |row| row.get(0),
    )?;
    write.execute(
        "INSERT INTO letters(seq, user, urgent, key, body, aside) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            seq.cast_signed(),
            user.get(),
            letter.is_urgent(),
            key,
            body,
            aside
        ],
    )?;
    if aside {
        drop_oldest_aside(write, user)?;
    }
    Ok(())
}

fn drop_oldest_aside(write: &Connection, user: TelegramId) -> rusqlite::Result<()> {
    write.execute(
        "DELETE FROM letters WHERE user = ?1 AND aside = 1 AND id <= (SELECT id FROM letters
         WHERE user = ?1 AND aside = 1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        (user.get(), ASIDE_MAX),
    )?;
    Ok(())
}

/// Who has letters that can go out.
pub(super) fn addressees(state: &State) -> Result<Vec<TelegramId>, StateError> {
    let ids: Vec<i64> = state.with(|connection| {
        let mut query = connection.prepare("SELECT DISTINCT user FROM letters WHERE aside = 0")?;
        query.query_map([], |row| row.get(0))?.collect()
    })?;
    Ok(ids
        .into_iter()
        .filter_map(|id| TelegramId::new(id).ok())
        .collect())
}

/// A person's next letter: urgent ones first, then in order.
pub(super) fn next(state: &State, user: TelegramId) -> Result<Option<Waiting>, StateError> {
    let found: Option<(i64, i64, String)> = state.with(|connection| {
        connection
            .query_row(
                "SELECT id, version, body FROM letters WHERE user = ?1 AND aside = 0 ORDER BY urgent DESC, id LIMIT 1",
                [user.get()],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()
    })?;
    let Some((id, version, body)) = found else {
        return Ok(None);
    };
    Ok(Some(Waiting {
        id,
        version,
        user,
        letter: serde_json::from_str(&body)?,
    }))
}

/// Strikes out a person's next letter unread: nobody can make sense of it any more.
pub(super) fn discard_next(state: &State, user: TelegramId) -> Result<(), StateError> {
    state.with(|connection| {
        connection.execute(
            "DELETE FROM letters WHERE id = (SELECT id FROM letters WHERE user = ?1 AND aside = 0
             ORDER BY urgent DESC, id LIMIT 1)",
            [user.get()],
        )?;
        Ok(())
    })
}

/// Strikes out a letter that will never be taken.
pub(super) fn strike(state: &State, waiting: &Waiting) -> Result<(), StateError> {
    state.with(|c| {
        c.execute("DELETE FROM letters WHERE id = ?1", [waiting.id])
            .map(drop)
    })
}

/// Strikes out a letter that Telegram took, and records the message it became. One that changed meanwhile
/// stays, for it says something newer.
pub(super) fn done(
    state: &State,
    waiting: &Waiting,
    message: i32,
    pointer: Option<&Letter>,
) -> Result<(), StateError> {
    let pointer = pointer
        .map(|letter| Ok::<_, StateError>((letter, prepare(letter)?)))
        .transpose()?;
    state.with(|connection| {
        let write = connection.transaction()?;
        write.execute(
            "DELETE FROM letters WHERE id = ?1 AND version = ?2",
            (waiting.id, waiting.version),
        )?;
        if let Some(key) = waiting.letter.key() {
            write.execute(
                "INSERT OR REPLACE INTO live(key, user, message, stage) VALUES(?1, ?2, ?3, ?4)",
                params![key, waiting.user.get(), message, waiting.letter.stage()],
            )?;
            write.execute(
                "DELETE FROM live WHERE rowid <= (SELECT max(rowid) FROM live) - ?1",
                [LIVE_MAX],
            )?;
        }
        if let Some((letter, body)) = &pointer {
            insert(&write, 0, waiting.user, letter, body)?;
        }
        write.commit()
    })
}

/// The live message of something.
pub(super) fn live(state: &State, key: &str, user: TelegramId) -> Result<Option<Live>, StateError> {
    state.with(|connection| {
        connection
            .query_row(
                "SELECT message, stage FROM live WHERE key = ?1 AND user = ?2",
                params![key, user.get()],
                |row| {
                    Ok(Live {
                        message: row.get(0)?,
                        stage: row.get(1)?,
                    })
                },
            )
            .optional()
    })
}

/// Whether somebody's live message of something stands at a stage.
pub(super) fn stands_at(state: &State, key: &str, stage: &str) -> Result<bool, StateError> {
    state.with(|connection| {
        connection.query_row(
            "SELECT EXISTS(SELECT 1 FROM live WHERE key = ?1 AND stage = ?2)
                 OR EXISTS(SELECT 1 FROM letters WHERE key = ?1)",
            params![key, stage],
            |row| row.get(0),
        )
    })
}

/// Puts a person's letters aside: they blocked the bot.
pub(super) fn put_aside(state: &State, user: TelegramId) -> Result<(), StateError> {
    state.with(|connection| {
        let write = connection.transaction()?;
        write.execute("UPDATE letters SET aside = 1 WHERE user = ?1", [user.get()])?;
        drop_oldest_aside(&write, user)?;
        write.commit()
    })
}

/// Takes a person's letters up again. True when there were any.
pub(crate) fn take_up(state: &State, user: TelegramId) -> Result<bool, StateError> {
    state.with(|c| {
        Ok(c.execute(
            "UPDATE letters SET aside = 0 WHERE user = ?1 AND aside = 1",
            [user.get()],
        )? > 0)
    })
}

/// Strikes out all letters of somebody who is no admin any more.
pub(super) fn forget(state: &State, user: TelegramId) -> Result<(), StateError> {
    state.with(|c| {
        c.execute("DELETE FROM letters WHERE user = ?1", [user.get()])
            .map(drop)
    })
}

/// How many letters can go out.
pub(super) fn count(state: &State) -> Result<u32, StateError> {
    state.with(|c| {
        c.query_row("SELECT count(*) FROM letters WHERE aside = 0", [], |row| {
            row.get(0)
        })
    })
}

/// The last event that was put on the shelf.
pub(super) fn mark(state: &State) -> Result<Seq, StateError> {
    let value: Option<i64> = state.with(|connection| {
        connection
            .query_row(
                "SELECT value FROM marks WHERE name = 'fetched'",
                [],
                |row| row.get(0),
            )
            .optional()
    })?;
    Ok(Seq(value.unwrap_or(0).cast_unsigned()))
}

/// Moves the mark, back too: the agent's log may have been begun anew.
pub(super) fn move_mark(state: &State, seq: Seq) -> Result<(), StateError> {
    state.with(|connection| set_mark(connection, seq))
}

fn set_mark(write: &Connection, seq: Seq) -> rusqlite::Result<()> {
    write
        .execute(
            "INSERT OR REPLACE INTO marks(name, value) VALUES('fetched', ?1)",
            [seq.0.cast_signed()],
        )
        .map(drop)
}

/// The last event up to which nothing waits any more. What is put aside does not count.
pub(super) fn delivered(state: &State) -> Result<Seq, StateError> {
    let first: Option<i64> = state.with(|connection| {
        connection.query_row(
            "SELECT min(seq) FROM letters WHERE aside = 0 AND seq > 0",
            [],
            |row| row.get(0),
        )
    })?;
    match first {
        Some(first) => Ok(Seq((first - 1).max(0).cast_unsigned())),
        None => mark(state),
    }
}
