//! The chores' table.

use potion_proto::time::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

/// `due` is Unix time in milliseconds; `note` is what the chore itself remembers.
pub(crate) const SCHEMA: &str = "
CREATE TABLE chores (
    name TEXT PRIMARY KEY,
    due INTEGER NOT NULL,
    note TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
";

pub(super) fn due(tx: &Transaction<'_>, name: &str) -> rusqlite::Result<Option<Timestamp>> {
    const SQL: &str = "SELECT due FROM chores WHERE name = ?1";
    tx.query_row(SQL, [name], |row| row.get(0).map(Timestamp))
        .optional()
}

/// An unchanged row is not written: that would cost an fsync an hour.
pub(super) fn put(tx: &Transaction<'_>, name: &str, due: Timestamp) -> rusqlite::Result<()> {
    tx.execute(
        "INSERT INTO chores (name, due) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET due = excluded.due WHERE due <> excluded.due",
        params![name, due.0],
    )
    .map(drop)
}

/// What the chore remembered; empty at first.
pub(super) fn note(tx: &Transaction<'_>, name: &str) -> rusqlite::Result<String> {
    const SQL: &str = "SELECT note FROM chores WHERE name = ?1";
    let note = tx.query_row(SQL, [name], |row| row.get(0)).optional()?;
    Ok(note.unwrap_or_default())
}

pub(super) fn put_note(tx: &Transaction<'_>, name: &str, note: &str) -> rusqlite::Result<()> {
    tx.execute(
        "INSERT INTO chores (name, due, note) VALUES (?1, 0, ?2)
         ON CONFLICT (name) DO UPDATE SET note = excluded.note",
        params![name, note],
    )
    .map(drop)
}
