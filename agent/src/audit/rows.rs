//! The head and the faults as rows.

use rusqlite::{OptionalExtension, Transaction, params};

use super::chain::Head;

pub(crate) const SCHEMA: &str = "
    CREATE TABLE audit_head (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        number INTEGER NOT NULL,
        hash TEXT NOT NULL
    ) STRICT;
    CREATE TABLE audit_faults (fault TEXT PRIMARY KEY) STRICT;
";

pub(super) fn head(db: &Transaction<'_>) -> rusqlite::Result<Option<Head>> {
    let select = "SELECT number, hash FROM audit_head";
    let head = |row: &rusqlite::Row<'_>| {
        let number: i64 = row.get(0)?;
        Ok(Head {
            number: number.unsigned_abs(),
            hash: row.get(1)?,
        })
    };
    db.query_row(select, [], head).optional()
}

/// Heads may come out of order; an older one changes nothing.
pub(super) fn put_head(db: &Transaction<'_>, head: &Head) -> rusqlite::Result<()> {
    let put = "INSERT INTO audit_head (one, number, hash) VALUES (1, ?1, ?2) ON CONFLICT (one) \
        DO UPDATE SET number = excluded.number, hash = excluded.hash \
        WHERE excluded.number > audit_head.number";
    db.execute(
        put,
        params![i64::try_from(head.number).unwrap_or(i64::MAX), head.hash],
    )?;
    Ok(())
}

pub(super) fn faults(db: &Transaction<'_>) -> rusqlite::Result<Vec<String>> {
    let mut select = db.prepare("SELECT fault FROM audit_faults ORDER BY rowid")?;
    let faults = select.query_map([], |row| row.get(0))?;
    faults.collect()
}

pub(super) fn put_fault(db: &Transaction<'_>, fault: &str) -> rusqlite::Result<()> {
    db.execute(
        "INSERT OR IGNORE INTO audit_faults (fault) VALUES (?1)",
        [fault],
    )?;
    Ok(())
}
