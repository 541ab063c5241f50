//! The journal as pages of redacted lines.

mod port;

pub use port::{Cut, Journal, JournalError};

use std::sync::Arc;
use std::time::Duration;

use potion_proto::Failure;
use potion_proto::journal::{Filter, Page, Place};
use potion_proto::tickets::Fetch;

use crate::agent::{Agent, unavailable};
use crate::policy::View;

/// `journal_page`; `limit` is 1 to 500.
///
/// # Errors
/// `unavailable`.
pub async fn page(
    _: &Arc<Agent>,
    _: &View,
    _: Filter,
    _: Place,
    _limit: u32,
) -> Result<Page, Failure> {
    std::future::ready(Err(unavailable("journald"))).await
}

/// `journal_follow`.
///
/// # Errors
/// `unavailable`.
pub async fn follow(
    _: &Arc<Agent>,
    _: &View,
    _: Filter,
    _: Place,
    _wait: Duration,
) -> Result<Page, Failure> {
    std::future::ready(Err(unavailable("journald"))).await
}

/// `journal_file`.
///
/// # Errors
/// `unavailable`.
pub async fn file(_: &Arc<Agent>, _: &View, _: Filter) -> Result<Fetch, Failure> {
    std::future::ready(Err(unavailable("journald"))).await
}
