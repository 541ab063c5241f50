//! The audit log: who, what, verdict; append-only JSON lines, chained by SHA-256.
//!
//! A chain alone cannot see that its tail was cut, so the head is also written to the database and
//! every entry is mirrored to the journal; [`verify`] compares the three, and the head goes to the
//! owners' chats once a week. A dangerous act begins only after its line is on the disk; lines of
//! lesser acts are written at once and synced by the kernel.
//!
//! Refusals are bounded: beyond `REFUSALS_PER_MINUTE` they stand in the journal alone, since a caller
//! who is refused all day must not fill the disk.

mod chain;
mod file;
mod mirror;
mod rows;
mod verify;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use potion_proto::audit::{Entry, Verdict};
use potion_proto::events::{Audience, Class, News};
use potion_proto::{Code, Failure};

use chain::Head;
use file::File;
pub use mirror::{JournalMirror, Mirror, Mirrored};
pub(crate) use rows::SCHEMA;
pub use verify::verify;

use crate::agent::Agent;
use crate::events;
use crate::paths::Paths;
use crate::policy::Own;
use crate::rate::Bucket;
use crate::store::StoreError;

const REFUSALS_PER_MINUTE: u32 = 30;

/// The log's file and the state of its chain.
pub struct Audit {
    path: PathBuf,
    open: tokio::sync::Mutex<Option<Open>>,
    refusals: std::sync::Mutex<Bucket>,
}

struct Open {
    file: File,
    /// The hash of the chain's first entry: a log that was purged and begun anew is another chain, and
    /// the journal may still hold the old one.
    chain: String,
    head: Head,
}

impl Audit {
    /// The log beneath these paths; opened when first written.
    #[must_use]
    pub fn new(paths: &Paths) -> Self {
        Self {
            path: paths.audit(),
            open: tokio::sync::Mutex::default(),
            refusals: std::sync::Mutex::default(),
        }
    }
}

/// Whether the line must be on the disk before `write` returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// It must: something dangerous follows.
    Synced,
    /// The kernel may take its time.
    Written,
}

/// One line to write.
#[derive(Clone, Debug)]
pub struct Line {
    /// `Actor::name()`, or `agent`.
    pub who: String,
    /// What, as on the command line of potionctl.
    pub what: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The reason or result, short; may be empty.
    pub detail: String,
    /// The request's id.
    pub request: u64,
}

/// Appends a line.
///
/// # Errors
/// `audit-unavailable`: then nothing dangerous may be done.
pub async fn write(agent: &Arc<Agent>, line: Line, durability: Durability) -> Result<(), Failure> {
    let mut held = agent.audit.open.lock().await;
    let open = match held.take() {
        Some(open) => open,
        None => open(agent).await?,
    };
    let open = held.insert(open);
    let entry = chain::next(&open.head, line, agent.clock.now());
    open.file
        .append(agent.store.ballast(), &chain::json(&entry), durability)
        .map_err(no_line)?;
    open.head = Head {
        number: entry.number,
        hash: entry.hash.clone(),
    };
    if open.chain.is_empty() {
        open.chain.clone_from(&entry.hash);
    }
    agent.mirror.tell(&open.chain, &entry);
    remember(agent, open.head.clone(), durability).await
}

/// Appends a refusal, unless there were too many lately. That it cannot be written changes nothing
/// about it.
pub async fn refused(agent: &Arc<Agent>, line: Line) {
    let now = agent.clock.monotonic();
    let bucket = agent
        .audit
        .refusals
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take(REFUSALS_PER_MINUTE, now);
    tracing::warn!(
        who = line.who,
        what = line.what,
        why = line.detail,
        "refused"
    );
    if bucket.is_ok()
        && let Err(failure) = write(agent, line, Durability::Written).await
    {
        tracing::warn!(%failure, "a refusal is not in the audit log");
    }
}

/// Entries before `before`, newest first.
///
/// # Errors
/// `audit-unavailable`.
pub async fn list(
    agent: &Arc<Agent>,
    _by: &Own,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<Entry>, Failure> {
    let (path, limit) = (agent.audit.path.clone(), limit as usize);
    let read = tokio::task::spawn_blocking(move || file::newest(&path, before, limit));
    read.await
        .map_err(|_| crate::session::defect("audit"))?
        .map_err(no_line)
}

/// Tells the owners where the chain ends: a log that is cut later no longer fits what they hold.
///
/// # Errors
/// The store's.
pub(crate) async fn tell_head(agent: &Arc<Agent>) -> Result<(), StoreError> {
    if let Some(head) = agent.store.call(rows::head).await? {
        let news = News::AuditHead {
            entries: head.number,
            hash: head.hash,
        };
        events::publish(agent, Class::Security, Audience::Owners, false, news).await;
    }
    Ok(())
}

/// Opens the log and finds where its chain ends. What does not fit is written down for `verify`.
async fn open(agent: &Arc<Agent>) -> Result<Open, Failure> {
    let (file, chain, last) = File::open(&agent.audit.path).map_err(no_line)?;
    let known = agent.store.call(rows::head).await?.unwrap_or_default();
    if last.number >= known.number {
        return Ok(Open {
            file,
            chain,
            head: last,
        });
    }
    let fault = format!(
        "the database knew entry {} when the log ended at entry {}: its tail was cut",
        known.number, last.number
    );
    tracing::error!(
        fault,
        "the audit log was tampered with, or the disk lost it"
    );
    agent
        .store
        .call(move |db| rows::put_fault(db, &fault))
        .await?;
    Ok(Open {
        file,
        chain,
        head: known,
    })
}

/// Writes the head down: at once for a synced line, else as soon as the database gets to it.
async fn remember(agent: &Arc<Agent>, head: Head, durability: Durability) -> Result<(), Failure> {
    let store = agent.store.clone();
    let put = async move { store.call(move |db| rows::put_head(db, &head)).await };
    match durability {
        Durability::Synced => Ok(put.await?),
        Durability::Written => {
            tokio::spawn(async move {
                if let Err(error) = put.await {
                    tracing::warn!(%error, "the audit log's head is not in the database");
                }
            });
            Ok(())
        }
    }
}

fn no_line(error: std::io::Error) -> Failure {
    tracing::error!(%error, "the audit log");
    let sentence = "the audit log cannot be written or read, so nothing dangerous is done: \
        see `df /var/lib/potion` and `journalctl -u potiond`";
    Failure::new(Code::AuditUnavailable, "", sentence)
}
