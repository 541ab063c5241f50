//! Secrets and their locks as rows.

use std::collections::BTreeSet;

use potion_proto::names::TelegramId;
use rusqlite::{OptionalExtension, Row, Transaction, params};

/// `pending` is a secret that waits for its first code; `secret` is the one in force. `locked_until_ms`
/// counts on the boot clock of `locked_boot`.
pub(crate) const SCHEMA: &str = "
    CREATE TABLE totp (
        admin INTEGER PRIMARY KEY,
        secret BLOB,
        pending BLOB,
        last_step INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        locks INTEGER NOT NULL DEFAULT 0,
        locked_boot TEXT NOT NULL DEFAULT '',
        locked_until_ms INTEGER NOT NULL DEFAULT 0
    ) STRICT;
";

/// What is known of an admin's codes.
pub(super) struct State {
    pub(super) secret: Option<Vec<u8>>,
    pub(super) pending: Option<Vec<u8>>,
    pub(super) last_step: i64,
    pub(super) failures: u32,
    pub(super) locks: u32,
    pub(super) locked_boot: String,
    pub(super) locked_until_ms: i64,
}

pub(super) fn read(db: &Transaction<'_>, id: TelegramId) -> rusqlite::Result<Option<State>> {
    let select = "SELECT secret, pending, last_step, failures, locks, locked_boot, locked_until_ms \
        FROM totp WHERE admin = ?1";
    db.query_row(select, [id.get()], state).optional()
}

fn state(row: &Row<'_>) -> rusqlite::Result<State> {
    Ok(State {
        secret: row.get(0)?,
        pending: row.get(1)?,
        last_step: row.get(2)?,
        failures: row.get(3)?,
        locks: row.get(4)?,
        locked_boot: row.get(5)?,
        locked_until_ms: row.get(6)?,
    })
}

pub(super) fn write(db: &Transaction<'_>, id: TelegramId, state: &State) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE totp SET secret = ?2, pending = ?3, last_step = ?4, failures = ?5, locks = ?6, \
            locked_boot = ?7, locked_until_ms = ?8 WHERE admin = ?1",
        params![
            id.get(),
            state.secret,
            state.pending,
            state.last_step,
            state.failures,
            state.locks,
            state.locked_boot,
            state.locked_until_ms
        ],
    )?;
    Ok(())
}

pub(super) fn put_pending(
    db: &Transaction<'_>,
    id: TelegramId,
    secret: &[u8],
) -> rusqlite::Result<()> {
    let put = "INSERT INTO totp (admin, pending) VALUES (?1, ?2) \
        ON CONFLICT (admin) DO UPDATE SET pending = excluded.pending";
    db.execute(put, params![id.get(), secret])?;
    Ok(())
}

pub(super) fn enrolled(db: &Transaction<'_>) -> rusqlite::Result<BTreeSet<TelegramId>> {
    let mut select = db.prepare("SELECT admin FROM totp WHERE secret IS NOT NULL")?;
    let ids = select.query_map([], |row| row.get::<_, i64>(0))?;
    ids.map(|id| id.map(|id| TelegramId::new(id).ok()))
        .filter_map(Result::transpose)
        .collect()
}

pub(super) fn unlock(db: &Transaction<'_>, id: TelegramId) -> rusqlite::Result<bool> {
    let open = "UPDATE totp SET failures = 0, locks = 0, locked_boot = '', locked_until_ms = 0, \
        last_step = 0 WHERE admin = ?1";
    Ok(db.execute(open, [id.get()])? > 0)
}

/// Removes an admin's secrets; whether there were any.
pub(crate) fn forget(db: &Transaction<'_>, id: TelegramId) -> rusqlite::Result<bool> {
    Ok(db.execute("DELETE FROM totp WHERE admin = ?1", [id.get()])? > 0)
}
