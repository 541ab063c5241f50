//! The event log.

use std::sync::Arc;
use std::time::Duration;

use potion_proto::Failure;
use potion_proto::events::{Audience, Class, News, Page, Seq};

use crate::agent::{Agent, unavailable};
use crate::policy::{BotItself, BotOrLocal};

/// What the event log remembers while it runs.
#[derive(Default)]
pub struct State {}

/// `events_after`; `limit` is 1 to 100.
///
/// # Errors
/// `unavailable`.
pub async fn after(
    _: &Arc<Agent>,
    _: &BotOrLocal,
    _: Seq,
    _limit: u32,
    _wait: Duration,
) -> Result<Page, Failure> {
    std::future::ready(Err(unavailable("events"))).await
}

/// `events_delivered`.
///
/// # Errors
/// `unavailable`.
pub async fn delivered(_: &Arc<Agent>, _: &BotItself, _: Seq) -> Result<(), Failure> {
    std::future::ready(Err(unavailable("events"))).await
}

/// Appends an event. A failure is logged: news must not stop the act they tell of.
pub async fn publish(_: &Arc<Agent>, class: Class, _: Audience, _sounding: bool, news: News) {
    std::future::ready(tracing::info!(?class, ?news, "event")).await;
}
