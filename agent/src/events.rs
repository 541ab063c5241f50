//! The event log: what the bot must tell people, durable before [`publish`] returns.
//!
//! Numbers only grow, over a lost database too: a new one begins at the Unix time, so that a bot's old
//! cursor never hides new events. An incident's row is written with the event that tells of it, in one
//! transaction; that is why incidents have no writer of their own.
//!
//! Bounds: delivered events by `events.keep-days` and `events.keep-count` ([`prune`]); undelivered ones
//! by `events.undelivered-max`, above which the least important, oldest first, fold into one that counts
//! them; a page by [`PAGE_BYTES`]. When the disk is full and the ballast spent, the newest events wait in
//! memory ([`tail`](self)) and are served from there.
//!
//! It does not know who was told: that is the bot's, which says how far it came by [`delivered`].

mod log;
mod tail;
mod weight;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use potion_proto::Failure;
use potion_proto::events::{Audience, Class, Event, News, Page, Seq};
use rusqlite::Transaction;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::agent::Agent;
use crate::policy::{BotItself, BotOrLocal};
use crate::store::StoreError;

use log::Bounds;
pub(crate) use log::SCHEMA;
use tail::Tail;

/// The events of a page, as JSON; well below a frame.
const PAGE_BYTES: usize = 384 * 1024;

/// What the event log remembers while it runs: its waiters, and what the disk would not take.
#[derive(Default)]
pub struct State {
    news: watch::Sender<()>,
    tail: Mutex<Tail>,
    /// Held while events are written: those that waited keep the numbers they were served with.
    writing: tokio::sync::Mutex<()>,
}

impl State {
    fn tail(&self) -> MutexGuard<'_, Tail> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `events_after`; `limit` is 1 to 100.
///
/// # Errors
/// `unavailable`.
pub async fn after(
    agent: &Arc<Agent>,
    _by: &BotOrLocal,
    cursor: Seq,
    limit: u32,
    wait: Duration,
) -> Result<Page, Failure> {
    let until = Instant::now() + wait;
    let mut news = agent.events.news.subscribe();
    loop {
        news.borrow_and_update();
        let page = page(agent, cursor, limit).await?;
        if !page.events.is_empty() || timeout_at(until, news.changed()).await.is_err() {
            return Ok(page);
        }
    }
}

async fn page(agent: &Arc<Agent>, cursor: Seq, limit: u32) -> Result<Page, StoreError> {
    let read = agent.store.call(move |tx| log::page(tx, cursor, limit));
    let (mut page, room) = read.await?;
    agent.events.tail().join(&mut page, cursor, room);
    if cursor > page.head {
        outrun(agent, cursor).await;
    }
    Ok(page)
}

/// On a full disk this is not done: nothing is numbered there either.
async fn outrun(agent: &Arc<Agent>, cursor: Seq) {
    let call = agent.store.call(move |tx| log::outrun(tx, cursor));
    if let Err(error) = call.await {
        tracing::warn!(%error, cursor = cursor.0, "a cursor beyond the log");
    }
}

/// `events_delivered`; what lies beyond the last event is not believed.
///
/// # Errors
/// `unavailable`.
pub async fn delivered(agent: &Arc<Agent>, _by: &BotItself, cursor: Seq) -> Result<(), Failure> {
    let call = agent.store.call(move |tx| log::delivered(tx, cursor));
    Ok(call.await?)
}

/// Appends an event. A failure is logged: news must not stop the act they tell of.
pub async fn publish(
    agent: &Arc<Agent>,
    class: Class,
    audience: Audience,
    sounding: bool,
    news: News,
) {
    let event = Event {
        seq: Seq(0),
        at: agent.clock.now(),
        class,
        audience,
        sounding,
        news,
    };
    record(agent, vec![event], |_| Ok(())).await;
}

/// Appends events (their `seq` is given here) and does `also` in the same transaction. Goes on when its
/// caller is dropped. When the disk takes nothing the events wait in memory, and `also` is not done.
pub(crate) async fn record<F>(agent: &Arc<Agent>, events: Vec<Event>, mut also: F)
where
    F: FnMut(&Transaction<'_>) -> rusqlite::Result<()> + Send + 'static,
{
    record_if(agent, events, move |tx| also(tx).map(|()| true)).await;
}

/// As [`record`], and only if `claim`, in the same transaction, says that nobody else has done it.
pub(crate) async fn record_if<F>(agent: &Arc<Agent>, events: Vec<Event>, claim: F)
where
    F: FnMut(&Transaction<'_>) -> rusqlite::Result<bool> + Send + 'static,
{
    let task = tokio::spawn(append(agent.clone(), events, claim));
    if let Err(error) = task.await {
        tracing::error!(%error, "events could not be recorded");
    }
}

async fn append<F>(agent: Arc<Agent>, events: Vec<Event>, mut claim: F)
where
    F: FnMut(&Transaction<'_>) -> rusqlite::Result<bool> + Send + 'static,
{
    let _writing = agent.events.writing.lock().await;
    let held = agent.events.tail().take();
    let (older, newer) = (held.clone(), events.clone());
    let bounds = Bounds::of(&agent.config());
    let written = agent.store.call(move |tx| {
        let newer = if claim(tx)? { newer.as_slice() } else { &[] };
        log::append(tx, &older, newer, &bounds)
    });
    if let Err(error) = written.await {
        tracing::error!(%error, ?events, "events wait in memory: the disk takes nothing");
        let head = agent.store.call(log::head).await;
        let mut tail = agent.events.tail();
        tail.put_back(held);
        tail.push(events, head.unwrap_or_default());
    }
    agent.events.news.send_replace(());
}

/// Deletes what was delivered and is too old or too much.
///
/// # Errors
/// The store's.
pub(crate) async fn prune(agent: &Arc<Agent>) -> Result<(), StoreError> {
    let bounds = Bounds::of(&agent.config());
    let now = agent.clock.now();
    agent
        .store
        .call(move |tx| log::prune(tx, &bounds, now))
        .await
}

#[cfg(test)]
mod tests;
