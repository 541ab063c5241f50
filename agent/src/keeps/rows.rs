//! The act that waits, as a row.

use std::time::Duration;

use potion_proto::actions::Action;
use potion_proto::events::{Keep, KeepId};
use potion_proto::time::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

/// At most one row. Numbers are never used again, so an old button cannot keep a new act.
pub(crate) const SCHEMA: &str = "
    CREATE TABLE keeps (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        action TEXT NOT NULL,
        undo TEXT NOT NULL,
        until_ms INTEGER NOT NULL,
        boot TEXT NOT NULL,
        due_ms INTEGER NOT NULL
    ) STRICT;
";

/// An act that waits for its Keep. `due` counts on the boot clock of `boot`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    /// The act as callers see it.
    pub(crate) keep: Keep,
    /// What undoes it.
    pub(crate) undo: Action,
    /// The boot it was done in.
    pub(crate) boot: String,
    /// When it is undone.
    pub(crate) due: Duration,
}

/// Writes it down with its number, or tells the one that waits already.
pub(super) fn put(
    db: &Transaction<'_>,
    pending: &Pending,
) -> rusqlite::Result<Result<Pending, Pending>> {
    if let Some(other) = read(db)? {
        return Ok(Err(other));
    }
    let due = i64::try_from(pending.due.as_millis()).unwrap_or(i64::MAX);
    let (action, undo) = (json(&pending.keep.action), json(&pending.undo));
    db.execute(
        "INSERT INTO keeps (action, undo, until_ms, boot, due_ms) VALUES (?, ?, ?, ?, ?)",
        params![action, undo, pending.keep.until.0, pending.boot, due],
    )?;
    let mut put = pending.clone();
    put.keep.id = KeepId(db.last_insert_rowid().unsigned_abs());
    Ok(Ok(put))
}

/// The one that waits. A row that cannot be read is none: it has no undoing.
pub(super) fn read(db: &Transaction<'_>) -> rusqlite::Result<Option<Pending>> {
    let select = "SELECT id, action, undo, until_ms, boot, due_ms FROM keeps";
    Ok(db.query_row(select, [], pending).optional()?.flatten())
}

fn pending(row: &Row<'_>) -> rusqlite::Result<Option<Pending>> {
    let id = KeepId(row.get::<_, i64>(0)?.unsigned_abs());
    let (action, undo): (String, String) = (row.get(1)?, row.get(2)?);
    let (until, boot) = (Timestamp(row.get(3)?), row.get(4)?);
    let due = Duration::from_millis(row.get::<_, i64>(5)?.unsigned_abs());
    let actions = serde_json::from_str(&action)
        .ok()
        .zip(serde_json::from_str(&undo).ok());
    Ok(actions.map(|(action, undo)| Pending {
        keep: Keep { id, action, until },
        undo,
        boot,
        due,
    }))
}

/// Removes it; whether it was there.
pub(super) fn remove(db: &Transaction<'_>, id: KeepId) -> rusqlite::Result<bool> {
    let id = i64::try_from(id.0).unwrap_or(-1);
    Ok(db.execute("DELETE FROM keeps WHERE id = ?1", [id])? > 0)
}

fn json(action: &Action) -> String {
    serde_json::to_string(action).unwrap_or_default()
}
