//! The journal as pages of redacted lines.
//!
//! [`Journal`] is the port, [`Journalctl`] its adapter. What programs log is hostile: lines leave as valid UTF-8,
//! without secrets and control characters, cut, and in pages that fit a frame.

mod arguments;
mod clean;
mod export;
#[cfg(any(test, feature = "testing"))]
mod fake;
mod files;
mod journalctl;
mod line;
mod pages;
mod port;
mod scratch;

use std::sync::Arc;
use std::time::Duration;

use potion_proto::journal::{Filter, Page, Place};
use potion_proto::tickets::Fetch;
use potion_proto::{Code, Failure};

#[cfg(any(test, feature = "testing"))]
pub use fake::FakeJournal;
pub use journalctl::Journalctl;
pub use port::{Cut, Journal, JournalError};

use crate::agent::Agent;
use crate::policy::View;
use crate::tickets;

/// `journal_page`; `limit` is 1 to 500.
///
/// # Errors
/// `invalid`, `unavailable`.
pub async fn page(
    agent: &Arc<Agent>,
    _: &View,
    filter: Filter,
    place: Place,
    limit: u32,
) -> Result<Page, Failure> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let cut = Cut::of(&agent.config());
    Ok(agent.journal.page(&filter, &place, limit, cut).await?)
}

/// `journal_follow`.
///
/// # Errors
/// `invalid`, `unavailable`.
pub async fn follow(
    agent: &Arc<Agent>,
    _: &View,
    filter: Filter,
    place: Place,
    wait: Duration,
) -> Result<Page, Failure> {
    let cut = Cut::of(&agent.config());
    Ok(agent.journal.follow(&filter, &place, wait, cut).await?)
}

/// `journal_file`.
///
/// # Errors
/// `invalid`, `unavailable`, `disk-full`.
pub async fn file(agent: &Arc<Agent>, to: &View, filter: Filter) -> Result<Fetch, Failure> {
    let lines = agent.config().journal().file_lines();
    let scratch = scratch::create(&agent.paths.state).map_err(JournalError::Write)?;
    agent.journal.export(&filter, lines, scratch.write).await?;
    let bytes = scratch.read.metadata().map_err(JournalError::Write)?.len();
    let unit = filter
        .unit
        .map_or_else(|| "journal".to_owned(), |unit| unit.to_string());
    tickets::issue(agent, to, scratch.read.into(), format!("{unit}.log"), bytes).await
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        let (code, subject) = match &error {
            JournalError::Text => (Code::Invalid, "text"),
            JournalError::Slow => (Code::Timeout, "journal"),
            JournalError::Exec(_) | JournalError::Refused(_) => (Code::Unavailable, "journal"),
            JournalError::Write(source) if source.kind() == std::io::ErrorKind::StorageFull => {
                (Code::DiskFull, "/var/lib/potion")
            }
            JournalError::Write(_) => (Code::Unavailable, "/var/lib/potion"),
        };
        tracing::info!(error = &error as &dyn std::error::Error, "no journal lines");
        Self::new(code, subject, error.to_string())
    }
}
