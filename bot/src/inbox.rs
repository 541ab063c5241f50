//! Updates written down before Telegram is told that they arrived.
//!
//! A row holds the update until its handler ended, and its number afterwards, so that an update that comes
//! twice is handled once. What a kill interrupted is handled again after the restart, [`TRIES_MAX`] times at
//! most: an update that kills the bot must not do so for ever. Doing it again is harmless, for what changes
//! something hangs on a button that is good once.

use rusqlite::{Connection, OptionalExtension, params};

use crate::clock::now_ms;
use crate::incoming::{Incoming, What};
use crate::state::{State, StateError};

pub(crate) const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS updates(
    id INTEGER PRIMARY KEY, query TEXT UNIQUE, payload TEXT, tries INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL)";

/// How often the handler of one update is begun.
const TRIES_MAX: u32 = 2;
/// Numbers that are remembered.
const REMEMBERED: u32 = 2_000;
/// Old numbers are forgotten with every so manyth update.
const PRUNE_EVERY: u32 = 64;

/// Writes down an update. False when it was there before.
pub(crate) fn record(state: &State, incoming: &Incoming) -> Result<bool, StateError> {
    let payload = serde_json::to_string(incoming)?;
    let query = match &incoming.what {
        What::Press { query, .. } => Some(query.as_str()),
        _ => None,
    };
    state.with(|connection| {
        let added = connection.execute(
            "INSERT OR IGNORE INTO updates(id, query, payload, at) VALUES(?1, ?2, ?3, ?4)",
            params![incoming.update, query, payload, now_ms()],
        )?;
        if incoming.update.is_multiple_of(PRUNE_EVERY) {
            prune(connection)?;
        }
        Ok(added > 0)
    })
}

fn prune(connection: &Connection) -> rusqlite::Result<usize> {
    connection.execute(
        "DELETE FROM updates WHERE payload IS NULL AND at < (SELECT at FROM updates ORDER BY at DESC LIMIT 1 OFFSET ?1)",
        [REMEMBERED],
    )
}

/// Notes that the handler begins: for which time. None when it was begun too often.
pub(crate) fn begin(state: &State, update: u32) -> Result<Option<u32>, StateError> {
    state.with(|connection| {
        let tries: Option<u32> = connection
            .query_row(
                "UPDATE updates SET tries = tries + 1 WHERE id = ?1 RETURNING tries",
                [update],
                |r| r.get(0),
            )
            .optional()?;
        Ok(Some(tries.unwrap_or(1)).filter(|tries| *tries <= TRIES_MAX))
    })
}

/// Notes that the handler ended, well or badly.
pub(crate) fn end(state: &State, update: u32) -> Result<(), StateError> {
    state.with(|c| {
        c.execute("UPDATE updates SET payload = NULL WHERE id = ?1", [update])
            .map(drop)
    })
}

/// What waits for its handler, in order of arrival; after a restart.
pub(crate) fn waiting(state: &State) -> Result<Vec<Incoming>, StateError> {
    let texts: Vec<String> = state.with(|connection| {
        let mut query = connection
            .prepare("SELECT payload FROM updates WHERE payload IS NOT NULL ORDER BY at, id")?;
        query.query_map([], |row| row.get(0))?.collect()
    })?;
    Ok(texts
        .iter()
        .filter_map(|text| serde_json::from_str(text).ok())
        .collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;
    use crate::incoming::Sender;
    use potion_proto::names::TelegramId;

    fn press(update: u32, query: &str) -> Incoming {
        let from = Sender {
            id: TelegramId::new(7).unwrap(),
            name: "A".into(),
            language: None,
        };
        Incoming {
            update,
            from,
            what: What::Press {
                query: query.into(),
                message: 1,
                data: "x".into(),
            },
        }
    }

    #[test]
    fn an_update_or_a_press_that_comes_twice_counts_once() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::open(dir.path()).unwrap();
        assert!(record(&state, &press(1, "a")).unwrap());
        assert!(!record(&state, &press(1, "b")).unwrap());
        assert!(!record(&state, &press(2, "a")).unwrap());
        end(&state, 1).unwrap();
        assert!(!record(&state, &press(1, "a")).unwrap());
        assert!(waiting(&state).unwrap().is_empty());
    }

    #[test]
    fn what_was_not_ended_waits_after_a_restart_but_not_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        record(&State::open(dir.path()).unwrap(), &press(5, "q")).unwrap();
        let state = State::open(dir.path()).unwrap();
        assert_eq!(waiting(&state).unwrap(), [press(5, "q")]);
        assert_eq!(begin(&state, 5).unwrap(), Some(1));
        assert_eq!(begin(&state, 5).unwrap(), Some(2));
        assert_eq!(begin(&state, 5).unwrap(), None);
    }

    #[test]
    fn old_numbers_are_forgotten_and_waiting_updates_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::open(dir.path()).unwrap();
        record(&state, &press(1, "first")).unwrap();
        state
            .with(|c| c.execute("UPDATE updates SET at = 1", []))
            .unwrap();
        for id in 2..=REMEMBERED + 10 {
            record(&state, &press(id, &id.to_string())).unwrap();
            state
                .with(|c| {
                    c.execute(
                        "UPDATE updates SET payload = NULL, at = ?1 WHERE id = ?1",
                        [id],
                    )
                })
                .unwrap();
        }
        record(&state, &press(PRUNE_EVERY * 200, "last")).unwrap();
        let rows: u32 = state
            .with(|c| c.query_row("SELECT count(*) FROM updates", [], |r| r.get(0)))
            .unwrap();
        assert!(rows <= REMEMBERED + PRUNE_EVERY, "{rows}");
        assert_eq!(waiting(&state).unwrap().len(), 2);
    }
}
