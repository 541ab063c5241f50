//! People and pairing codes as rows.

use std::collections::BTreeMap;

use potion_proto::admins::{Language, Role};
use potion_proto::names::TelegramId;
use potion_proto::time::Timestamp;
use rusqlite::{Row, Transaction, params};

use super::{Paired, People};

/// `pairings.expires_ms` counts on the boot clock of `boot`.
pub(crate) const SCHEMA: &str = "
    CREATE TABLE admins (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        paired_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE languages (
        id INTEGER PRIMARY KEY,
        language TEXT NOT NULL
    ) STRICT;
    CREATE TABLE pairings (
        hash BLOB PRIMARY KEY,
        role TEXT NOT NULL,
        boot TEXT NOT NULL,
        expires_ms INTEGER NOT NULL
    ) STRICT;
";

/// Everybody. Rows that make no sense are left out: they are nobody.
pub(super) fn read(db: &Transaction<'_>) -> rusqlite::Result<People> {
    let mut paired = db.prepare("SELECT id, name, role, paired_ms FROM admins")?;
    let mut languages = db.prepare("SELECT id, language FROM languages")?;
    Ok(People {
        paired: collect(paired.query_map([], paired_row)?)?,
        languages: collect(languages.query_map([], language_row)?)?,
    })
}

fn collect<T>(
    rows: impl Iterator<Item = rusqlite::Result<Option<(TelegramId, T)>>>,
) -> rusqlite::Result<BTreeMap<TelegramId, T>> {
    rows.filter_map(Result::transpose).collect()
}

fn paired_row(row: &Row<'_>) -> rusqlite::Result<Option<(TelegramId, Paired)>> {
    let (id, role) = (
        TelegramId::new(row.get(0)?),
        role(&row.get::<_, String>(2)?),
    );
    let (name, paired) = (row.get(1)?, Timestamp(row.get(3)?));
    Ok(id
        .ok()
        .zip(role)
        .map(|(id, role)| (id, Paired { name, role, paired })))
}

fn language_row(row: &Row<'_>) -> rusqlite::Result<Option<(TelegramId, Language)>> {
    let word: String = row.get(1)?;
    let language = [Language::Id, Language::En]
        .into_iter()
        .find(|one| language_word(*one) == word);
    Ok(TelegramId::new(row.get(0)?).ok().zip(language))
}

/// The role of a word in a row.
pub(super) fn role(word: &str) -> Option<Role> {
    let all = [Role::Viewer, Role::Operator, Role::Owner];
    all.into_iter()
        .find(|role| crate::policy::command::role_word(*role) == word)
}

pub(super) fn language_word(language: Language) -> &'static str {
    crate::policy::command::language_word(language)
}

/// Writes somebody, over an earlier row of theirs.
pub(super) fn put(db: &Transaction<'_>, id: TelegramId, admin: &Paired) -> rusqlite::Result<()> {
    let role = crate::policy::command::role_word(admin.role);
    db.execute(
        "INSERT OR REPLACE INTO admins (id, name, role, paired_ms) VALUES (?1, ?2, ?3, ?4)",
        params![id.get(), admin.name, role, admin.paired.0],
    )?;
    Ok(())
}
