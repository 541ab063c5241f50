//! Crashes and errors of our own programs.

use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::errors::{Record, Report};
use potion_proto::names::ErrorId;

use crate::agent::{Agent, unavailable};
use crate::policy::{BotOrLocal, Own, View};

/// `error_report`.
///
/// # Errors
/// `unavailable`.
pub async fn report(_: &Arc<Agent>, _: &BotOrLocal, _: Report) -> Result<ErrorId, Failure> {
    std::future::ready(Err(unavailable("errors"))).await
}

/// `error_list`; `limit` is 1 to 100.
///
/// # Errors
/// `unavailable`.
pub async fn list(_: &Arc<Agent>, _: &View, _limit: u32) -> Result<Vec<Record>, Failure> {
    std::future::ready(Err(unavailable("errors"))).await
}

/// `error_show`.
///
/// # Errors
/// `not-found`.
pub async fn show(_: &Arc<Agent>, _: &Own, _: ErrorId) -> Result<Record, Failure> {
    std::future::ready(Err(unavailable("errors"))).await
}

/// Records an error of the agent itself.
///
/// # Errors
/// `unavailable`.
pub async fn record_own(_: &Arc<Agent>, _: Report) -> Result<ErrorId, Failure> {
    std::future::ready(Err(unavailable("errors"))).await
}
