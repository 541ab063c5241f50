//! The agent's state: one SQLite file, one connection, one thread.
//!
//! Every [`Store::call`] is one transaction and durable before it returns (WAL with
//! `synchronous=FULL`: one fsync for each commit that wrote; reads cost none). The work may run twice:
//! when the disk is full its transaction is rolled back, the [`Ballast`] is freed, and it is tried once
//! more. That is why it is `FnMut` and gets a [`Transaction`] instead of the connection.
//!
//! A daemon that cannot start helps nobody: a corrupt database is moved aside, and where no file can
//! be had at all the state lives in memory. [`Store::opening`] says so, for an incident.
//!
//! It does not know what is in its tables: each noun owns its own, listed in [`migrations`].

mod ballast;
mod migrations;
mod opening;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use potion_proto::{Code, Failure};
use rusqlite::{Connection, ErrorCode, Transaction};
use tokio::sync::{mpsc, oneshot};

pub use ballast::Ballast;
pub use opening::{Opening, Verdict};

/// Calls that may wait for the thread; more wait in their callers.
const QUEUE_CALLS: usize = 64;
/// SQLite and serde_json need far less.
const STACK_BYTES: usize = 512 * 1024;

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full, and the ballast is spent.
    #[error("the disk under the agent's state is full")]
    Full(#[source] rusqlite::Error),
    /// The database is damaged; the next start moves it aside.
    #[error("the agent's database is damaged; `systemctl restart potiond` starts a new one")]
    Damaged(#[source] rusqlite::Error),
    /// Another error of SQLite.
    #[error("the agent's database failed")]
    Sql(#[from] rusqlite::Error),
    /// The work panicked, or the thread is gone.
    #[error("the agent's database thread failed")]
    Gone,
    /// No thread could be started.
    #[error("no thread for the agent's database")]
    Thread(#[source] std::io::Error),
}

impl StoreError {
    fn of(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(error),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error),
            _ => Self::Sql(error),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::Full(_) => Code::DiskFull,
            StoreError::Damaged(_)
            | StoreError::Sql(_)
            | StoreError::Gone
            | StoreError::Thread(_) => Code::Unavailable,
        };
        let subject = match code {
            Code::DiskFull => "/var/lib/potion",
            _ => "potiond's database",
        };
        Failure::new(
            code,
            subject,
            format!("{error}: see `journalctl -u potiond`"),
        )
    }
}

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the state; clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    works: mpsc::Sender<Work>,
    ballast: Ballast,
    opening: Arc<Opening>,
}

impl Store {
    /// Opens `state.db` in this folder, or the next best thing; see [`Store::opening`].
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let ballast = Ballast::of(folder);
        let (connection, opening) = opening::open(folder, &ballast);
        let (works, queue) = mpsc::channel(QUEUE_CALLS);
        std::thread::Builder::new()
            .name("store".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || serve(connection, queue))
            .map_err(StoreError::Thread)?;
        Ok(Self {
            works,
            ballast,
            opening: Arc::new(opening),
        })
    }

    /// How the opening went.
    #[must_use]
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// The space that is held back for a full disk.
    #[must_use]
    pub fn ballast(&self) -> &Ballast {
        &self.ballast
    }

    /// Runs `work` as one transaction, durable before this returns; twice when the disk was full.
    /// A caller that stops waiting does not stop the work.
    ///
    /// # Errors
    /// SQLite's; the transaction is rolled back then.
    pub async fn call<T, F>(&self, mut work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let ballast = self.ballast.clone();
        let once: Work = Box::new(move |connection| {
            // Nobody may be waiting any more; the work is done all the same.
            let _ = answer.send(with_ballast(connection, &ballast, &mut work));
        });
        self.works.send(once).await.map_err(|_| StoreError::Gone)?;
        answered.await.map_err(|_| StoreError::Gone)?
    }
}

fn serve(mut connection: Connection, mut queue: mpsc::Receiver<Work>) {
    while let Some(work) = queue.blocking_recv() {
        // A panic has been recorded by the hook; its caller sees `Gone`, the others go on.
        let _ = catch_unwind(AssertUnwindSafe(|| work(&mut connection)));
    }
}

fn with_ballast<T>(
    connection: &mut Connection,
    ballast: &Ballast,
    work: &mut impl FnMut(&Transaction<'_>) -> rusqlite::Result<T>,
) -> Result<T, StoreError> {
    match in_transaction(connection, work) {
        Err(error) if is_stale(&error) || may_be_full(&error) && ballast.free() => {
            in_transaction(connection, work).map_err(StoreError::of)
        }
        outcome => outcome.map_err(StoreError::of),
    }
}

/// Another process (`potiond revert`) wrote between our reading and our writing.
fn is_stale(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

/// SQLite says `SQLITE_FULL` for a write, but an I/O error when the wal-index cannot grow.
fn may_be_full(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure)
    )
}

fn in_transaction<T>(
    connection: &mut Connection,
    work: &mut impl FnMut(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let transaction = connection.transaction()?;
    let value = work(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

#[cfg(test)]
mod tests;
