//! Incidents: something broke; one of them, one live message.
//!
//! [`watch`] turns what systemd shows of managed units (and of `potion-bot.service`) into incidents; the
//! watcher of the host's numbers calls [`gauge`], and crashes of our own programs come through
//! [`errors`](crate::errors). The state machine is `book`; each change of an incident is an event, and its
//! row is written with that event.
//!
//! The first event goes out at once, without lines: the journal's would cost it tens of milliseconds, and
//! systemd's own are written after the signal. They follow as an edit.
//!
//! It does not act: healing is systemd's.

mod book;
mod lines;
mod marks;
mod rows;
mod turn;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use potion_proto::events::{Audience, Class, Event, News, Seq};
use potion_proto::incidents::{Gauge, Incident, IncidentId, Phase, Program, Subject};
use potion_proto::journal::Line;
use potion_proto::names::{ErrorId, UnitName};
use potion_proto::{Code, Failure};
use tokio::sync::{Mutex, MutexGuard, OnceCell};

use crate::agent::Agent;
use crate::plans::Approved;
use crate::policy::View;
use crate::store::{StoreError, Verdict};
use crate::{errors, events};
use book::{Book, Break, Told};

pub(crate) use rows::{SCHEMA, put};
pub use watch::{watch, watched};

/// What the incidents remember while the agent runs.
#[derive(Default)]
pub struct State {
    book: OnceCell<Mutex<Book>>,
    enriching: lines::Enriching,
}

fn is_open(incident: &Incident) -> bool {
    match incident.phase {
        Phase::Failed | Phase::Healing | Phase::GaveUp | Phase::Acknowledged => true,
        Phase::Healed | Phase::Resolved => false,
    }
}

/// The state machine, to be held until what it tells is published: events keep its order.
async fn book(agent: &Arc<Agent>) -> MutexGuard<'_, Book> {
    let book = agent.incidents.book.get_or_init(|| read_book(agent)).await;
    book.lock().await
}

/// A bot remembers messages by an incident's number: after a database was lost, numbers begin where no
/// old one can be.
async fn read_book(agent: &Arc<Agent>) -> Mutex<Book> {
    let now = agent.clock.now();
    let since = now.0.saturating_sub_unsigned(millis(book::REOPEN));
    let read = agent.store.call(move |tx| rows::current(tx, since)).await;
    let (incidents, last) = read.unwrap_or_else(|error| {
        tracing::error!(%error, "incidents cannot be read");
        Default::default()
    });
    let fresh = last == 0 && agent.store.opening().verdict != Verdict::Sound;
    let last = if fresh {
        now.seconds().unsigned_abs()
    } else {
        last
    };
    Mutex::new(Book::new(incidents, last))
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// The event that tells of an incident's change.
fn event(told: Told, agent: &Agent) -> Event {
    let class = match told.incident.subject {
        Subject::Unit(_) => Class::Units,
        Subject::Program(_) => Class::Crashes,
        Subject::Threshold(_) => Class::Host,
    };
    Event {
        seq: Seq(0),
        at: agent.clock.now(),
        class,
        audience: Audience::Everyone,
        sounding: told.sounding,
        news: News::Incident(Box::new(told.incident)),
    }
}

async fn publish(agent: &Arc<Agent>, told: impl IntoIterator<Item = Told>) {
    let events: Vec<Event> = told.into_iter().map(|told| event(told, agent)).collect();
    if !events.is_empty() {
        events::record(agent, events, |_| Ok(())).await;
    }
}

/// `incident_list`; `limit` is 1 to 100.
///
/// # Errors
/// `unavailable`.
pub async fn list(agent: &Arc<Agent>, _by: &View, limit: u32) -> Result<Vec<Incident>, Failure> {
    let call = agent.store.call(move |tx| rows::list(tx, limit));
    Ok(call.await?)
}

/// `incident_show`.
///
/// # Errors
/// `not-found`.
pub async fn show(agent: &Arc<Agent>, _by: &View, id: IncidentId) -> Result<Incident, Failure> {
    find(agent, id).await
}

async fn find(agent: &Arc<Agent>, id: IncidentId) -> Result<Incident, Failure> {
    let found = agent.store.call(move |tx| rows::show(tx, id)).await?;
    found.ok_or_else(|| {
        let sentence = format!("there is no incident {id}; `potionctl incident list` shows them");
        Failure::new(Code::NotFound, id.to_string(), sentence)
    })
}

/// Takes it on. One that is over stays so.
///
/// # Errors
/// `not-found`.
pub async fn acknowledge(
    agent: &Arc<Agent>,
    approved: &Approved,
    id: IncidentId,
) -> Result<(), Failure> {
    let (who, now) = (approved.name(), agent.clock.now());
    let mut book = book(agent).await;
    let told = book.acknowledge(id, &who, now);
    tell_or_find(agent, told, id).await
}

/// Silences it for so many minutes, 1 to 1440.
///
/// # Errors
/// `not-found`, `invalid`.
pub async fn mute(
    agent: &Arc<Agent>,
    _approved: &Approved,
    id: IncidentId,
    minutes: u16,
) -> Result<(), Failure> {
    const MINUTES_MAX: u16 = 1440;
    if !(1..=MINUTES_MAX).contains(&minutes) {
        let sentence = "an incident can be muted for 1 to 1440 minutes";
        return Err(Failure::new(Code::Invalid, "minutes", sentence));
    }
    let until = agent.clock.ahead(Duration::from_secs(60) * minutes.into());
    let mut book = book(agent).await;
    let told = book.mute(id, until, agent.clock.now());
    tell_or_find(agent, told, id).await
}

/// An incident that is over for long is in the table alone: there is nothing to change about it.
async fn tell_or_find(
    agent: &Arc<Agent>,
    told: Option<Told>,
    id: IncidentId,
) -> Result<(), Failure> {
    if told.is_none() {
        return find(agent, id).await.map(drop);
    }
    publish(agent, told).await;
    Ok(())
}

/// A number of the host passed its threshold (`over`) or is back below it; call it at each look or only
/// when that changes. `reading` is for people (`93 %`).
pub async fn gauge(agent: &Arc<Agent>, gauge: Gauge, reading: String, over: bool) {
    let key = (Subject::Threshold(gauge), None);
    let now = agent.clock.now();
    let mut book = book(agent).await;
    let told = match (over, book.is_open(&key)) {
        (true, false) => book.broke(key, once(Phase::Failed, reading), now),
        (false, true) => book.well(&key, false, now),
        _ => None,
    };
    publish(agent, told).await;
}

fn once(phase: Phase, reason: String) -> Break {
    Break {
        phase,
        times: 1,
        reason,
        lines: Vec::new(),
    }
}

/// One of our programs erred or panicked. `lines` are its frames.
pub(crate) async fn erred(
    agent: &Arc<Agent>,
    program: Program,
    error: ErrorId,
    reason: String,
    lines: Vec<Line>,
) {
    let key = (Subject::Program(program), Some(error));
    let how = Break {
        lines,
        ..once(Phase::Failed, reason)
    };
    let mut book = book(agent).await;
    let told = book.broke(key, how, agent.clock.now());
    publish(agent, told).await;
}

/// A program that was killed has one incident, whatever killed it, with the id of its record.
fn killed_key(program: Program) -> book::Key {
    (Subject::Program(program), Some(errors::killed_id(program)))
}

/// This program, which is this unit, ended abnormally and runs again. `reason` reads its last lines.
pub(crate) async fn killed(
    agent: &Arc<Agent>,
    program: Program,
    unit: &UnitName,
    reason: impl FnOnce(&[Line]) -> String,
) {
    let (whole, lines) = lines::last_words(agent, unit).await;
    let reason = reason(&whole);
    errors::record_killed(agent, program, &reason, &whole).await;
    let how = Break {
        lines,
        ..once(Phase::Healed, reason)
    };
    let mut book = book(agent).await;
    let told = book.broke(killed_key(program), how, agent.clock.now());
    publish(agent, told).await;
}

/// What is quiet for long is over; the oldest rows go.
///
/// # Errors
/// The store's.
pub(crate) async fn age(agent: &Arc<Agent>) -> Result<(), StoreError> {
    let mut book = book(agent).await;
    let told = book.age(agent.clock.now());
    publish(agent, told).await;
    agent.store.call(rows::prune).await
}

#[cfg(test)]
mod tests;
