//! The errors' table.

use potion_proto::errors::Record;
use potion_proto::names::ErrorId;
use rusqlite::{OptionalExtension, Row, Transaction, params};

/// `body` is the record as JSON.
pub(crate) const SCHEMA: &str = "
CREATE TABLE errors (
    id TEXT PRIMARY KEY,
    last INTEGER NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX errors_by_last ON errors (last);
";

/// Errors that are kept: at 64 KiB each 16 MiB at worst.
const KEPT: u32 = 256;

/// None for a row that another version wrote and this one cannot read.
fn read(row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    Ok(serde_json::from_str(row.get_ref(0)?.as_str()?).ok())
}

/// Writes a first occurrence, or counts another one and keeps its report.
pub(super) fn put(tx: &Transaction<'_>, record: &Record) -> rusqlite::Result<()> {
    let mut record = record.clone();
    if let Some(before) = show(tx, &record.id)? {
        record.first = before.first;
        record.count = before.count.saturating_add(record.count);
    }
    let body = serde_json::to_string(&record)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    tx.execute(
        "INSERT OR REPLACE INTO errors (id, last, body) VALUES (?1, ?2, ?3)",
        params![record.id.as_str(), record.last.0, body],
    )?;
    tx.execute(
        "DELETE FROM errors WHERE id IN (SELECT id FROM errors ORDER BY last DESC LIMIT -1 OFFSET ?1)",
        [KEPT],
    )
    .map(drop)
}

pub(super) fn show(tx: &Transaction<'_>, id: &ErrorId) -> rusqlite::Result<Option<Record>> {
    const SQL: &str = "SELECT body FROM errors WHERE id = ?1";
    let row = tx.query_row(SQL, [id.as_str()], read).optional()?;
    Ok(row.flatten())
}

pub(super) fn list(tx: &Transaction<'_>, limit: u32) -> rusqlite::Result<Vec<Record>> {
    let mut statement = tx.prepare("SELECT body FROM errors ORDER BY last DESC LIMIT ?1")?;
    let rows = statement.query_map([limit], read)?;
    rows.filter_map(Result::transpose).collect()
}
