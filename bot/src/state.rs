//! What the bot must remember over a restart, in one SQLite file of its own.
//!
//! Each noun owns its tables and names them in a `SCHEMA`; they are listed here. Calls run on the caller's
//! thread: each takes some tens of microseconds, and a thread for them would cost more memory than it saves
//! time. `synchronous=NORMAL` keeps every commit over a kill of the process; a power cut may take the last
//! ones, and what they recorded is then done anew (Telegram and the agent both offer it again).

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, ErrorCode};

/// The file's name in the state directory.
const FILE: &str = "bot.sqlite";
/// Negative: KiB of page cache. The whole file is rarely larger.
const CACHE: &str = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-256;
    PRAGMA wal_autocheckpoint=128; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout=5000;";
/// Every noun's tables.
const SCHEMAS: [&str; 9] = [
    crate::inbox::SCHEMA,
    crate::buttons::SCHEMA,
    crate::prompts::SCHEMA,
    crate::admins::SCHEMA,
    crate::crashes::SCHEMA,
    crate::feedback::SCHEMA,
    crate::jobs::SCHEMA,
    crate::journal::follow::SCHEMA,
    crate::outbox::SCHEMA,
];

/// The state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// SQLite's complaint.
    #[error("the bot's own records fail: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A record that cannot be written as JSON, or read back.
    #[error("a record of the bot's does not read: {0}")]
    Record(#[from] serde_json::Error),
    /// The unreadable file could not be put aside.
    #[error("the unreadable {0} cannot be put aside: {1}")]
    Aside(PathBuf, std::io::Error),
}

/// The open file.
#[derive(Debug)]
pub(crate) struct State(Mutex<Connection>);

impl State {
    /// Opens the file in `dir`, made if absent. One that SQLite cannot read is put aside, for a bot that
    /// forgets old buttons is better than none.
    pub(crate) fn open(dir: &Path) -> Result<Self, StateError> {
        let path = dir.join(FILE);
        match connect(&path) {
            Err(StateError::Sqlite(error)) if is_broken(&error) => {
                tracing::error!(path = %path.display(), %error, "the bot's records are broken; starting new ones");
                put_aside(&path)?;
                connect(&path)
            }
            opened => opened,
        }
        .map(|connection| Self(Mutex::new(connection)))
    }

    /// Runs a piece of work on the connection.
    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StateError> {
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(work(&mut connection)?)
    }
}

fn connect(path: &Path) -> Result<Connection, StateError> {
    let connection = Connection::open(path)?;
    connection.execute_batch(CACHE)?;
    for schema in SCHEMAS {
        connection.execute_batch(schema)?;
    }
    Ok(connection)
}

fn is_broken(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
}

fn put_aside(path: &Path) -> Result<(), StateError> {
    let aside = path.with_extension(format!("broken-{}", crate::clock::now_seconds()));
    for suffix in ["-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        drop(std::fs::remove_file(PathBuf::from(beside)));
    }
    std::fs::rename(path, aside).map_err(|error| StateError::Aside(path.to_owned(), error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    #[test]
    fn a_broken_file_is_put_aside_and_a_new_one_begun() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), "not SQLite at all, ".repeat(400)).unwrap();
        let state = State::open(dir.path()).unwrap();
        let rows: i64 = state
            .with(|c| c.query_row("SELECT count(*) FROM buttons", [], |r| r.get(0)))
            .unwrap();
        assert_eq!(rows, 0);
        let names: Vec<String> = std::fs::read_dir(dir.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        assert!(
            names.iter().any(|name| name.starts_with("bot.broken-")),
            "{names:?}"
        );
    }
}
