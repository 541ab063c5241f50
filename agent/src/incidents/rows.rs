//! The incidents' table, and how each managed unit was last seen.

use potion_proto::incidents::{Incident, IncidentId};
use potion_proto::names::UnitName;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::marks::Mark;

/// A row's `body` is the incident as JSON; `open` and `changed` are for finding it.
pub(crate) const SCHEMA: &str = "
CREATE TABLE incidents (
    id INTEGER PRIMARY KEY,
    changed INTEGER NOT NULL,
    open INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX incidents_by_open ON incidents (open, changed);
CREATE TABLE unit_marks (unit TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
";

/// Incidents that are kept; older ones that are over go.
const KEPT: u32 = 2_000;

fn number(id: IncidentId) -> i64 {
    i64::try_from(id.0).unwrap_or(i64::MAX)
}

fn json<T: serde::Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// None for a row that another version wrote and this one cannot read.
fn read<T: serde::de::DeserializeOwned>(row: &Row<'_>) -> rusqlite::Result<Option<T>> {
    let read = serde_json::from_str(row.get_ref(0)?.as_str()?);
    Ok(read
        .inspect_err(|error| tracing::error!(%error, "a row cannot be read"))
        .ok())
}

/// Writes the incident as it stands.
///
/// # Errors
/// SQLite's.
pub(crate) fn put(tx: &Transaction<'_>, incident: &Incident) -> rusqlite::Result<()> {
    tx.execute(
        "INSERT OR REPLACE INTO incidents (id, changed, open, body) VALUES (?1, ?2, ?3, ?4)",
        params![
            number(incident.id),
            incident.changed.0,
            super::is_open(incident),
            json(incident)?
        ],
    )
    .map(drop)
}

pub(super) fn list(tx: &Transaction<'_>, limit: u32) -> rusqlite::Result<Vec<Incident>> {
    let mut statement = tx.prepare("SELECT body FROM incidents ORDER BY id DESC LIMIT ?1")?;
    let rows = statement.query_map([limit], read)?;
    rows.filter_map(Result::transpose).collect()
}

pub(super) fn show(tx: &Transaction<'_>, id: IncidentId) -> rusqlite::Result<Option<Incident>> {
    const SQL: &str = "SELECT body FROM incidents WHERE id = ?1";
    let row = tx.query_row(SQL, [number(id)], read).optional()?;
    Ok(row.flatten())
}

/// Those that are open, and those that changed lately, oldest first; and the highest number.
pub(super) fn current(
    tx: &Transaction<'_>,
    changed_since: i64,
) -> rusqlite::Result<(Vec<Incident>, u64)> {
    const SQL: &str = "SELECT body FROM incidents WHERE open = 1 OR changed >= ?1 ORDER BY id";
    let mut statement = tx.prepare(SQL)?;
    let rows = statement.query_map([changed_since], read)?;
    let current = rows
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()?;
    let highest = tx.query_row("SELECT ifnull(max(id), 0) FROM incidents", [], |row| {
        row.get::<_, i64>(0)
    })?;
    Ok((current, highest.unsigned_abs()))
}

/// Deletes the oldest of those that are over.
pub(super) fn prune(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    tx.execute(
        "DELETE FROM incidents WHERE open = 0 AND id <= (SELECT max(id) FROM incidents) - ?1",
        [KEPT],
    )
    .map(drop)
}

pub(super) fn mark(tx: &Transaction<'_>, mark: &Mark) -> rusqlite::Result<()> {
    tx.execute(
        "INSERT OR REPLACE INTO unit_marks (unit, body) VALUES (?1, ?2)",
        params![mark.unit.as_str(), json(mark)?],
    )
    .map(drop)
}

pub(super) fn marks(tx: &Transaction<'_>) -> rusqlite::Result<Vec<Mark>> {
    let mut statement = tx.prepare("SELECT body FROM unit_marks")?;
    let rows = statement.query_map([], read)?;
    rows.filter_map(Result::transpose).collect()
}

/// Forgets a unit that is no longer managed: managed again, it is a new acquaintance.
pub(super) fn unmark(tx: &Transaction<'_>, unit: &UnitName) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM unit_marks WHERE unit = ?1", [unit.as_str()])
        .map(drop)
}
