//! The filesystem that `files.root` was recorded on.

use std::sync::Arc;

use rusqlite::OptionalExtension;

use super::port::Root;
use crate::agent::Agent;
use crate::store::StoreError;

/// One row for each folder that was recorded.
pub(crate) const SCHEMA: &str = "
CREATE TABLE files_root (
    path TEXT PRIMARY KEY,
    filesystem TEXT NOT NULL
) STRICT;
";

/// `files.root` as it is configured and was recorded. A database that fails says nothing was: a disk is then told as
/// missing only where none is mounted.
pub(super) async fn root(agent: &Arc<Agent>) -> Root {
    let path = agent.config().files().root().to_owned();
    let key = path.display().to_string();
    let select = "SELECT filesystem FROM files_root WHERE path = ?1";
    let found = agent
        .store
        .call(move |tx| tx.query_row(select, [&key], |row| row.get(0)).optional());
    let recorded = found.await.ok().flatten();
    Root { path, recorded }
}

/// Records it.
pub(super) async fn record(
    agent: &Arc<Agent>,
    path: String,
    filesystem: String,
) -> Result<(), StoreError> {
    let insert = "INSERT OR REPLACE INTO files_root (path, filesystem) VALUES (?1, ?2)";
    agent
        .store
        .call(move |tx| tx.execute(insert, [&path, &filesystem]).map(drop))
        .await
}
