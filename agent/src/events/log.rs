//! The log's tables.

use std::time::Duration;

use potion_config::Config;
use potion_proto::events::{Audience, Class, Event, News, Page, Seq};
use potion_proto::time::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{PAGE_BYTES, tail, weight};
use crate::incidents;

/// Numbers begin at the Unix time of the database's birth; see the module's docs.
pub(crate) const SCHEMA: &str = "
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX events_by_weight ON events (weight);
INSERT INTO sqlite_sequence (name, seq) VALUES ('events', unixepoch());
CREATE TABLE delivered (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL);
INSERT INTO delivered VALUES (1, 0);
";

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    keep: Duration,
    keep_count: i64,
    undelivered_max: i64,
}

impl Bounds {
    pub(super) fn of(config: &Config) -> Self {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Self {
            keep: config.events().keep(),
            keep_count: number(config.events().keep_count()),
            undelivered_max: number(config.events().undelivered_max()),
        }
    }
}

fn sql(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

fn seq(number: i64) -> Seq {
    Seq(number.unsigned_abs())
}

/// The last number that was given.
pub(super) fn head(tx: &Transaction<'_>) -> rusqlite::Result<Seq> {
    const SQL: &str = "SELECT seq FROM sqlite_sequence WHERE name = 'events'";
    tx.query_row(SQL, [], |row| row.get(0)).map(seq)
}

fn delivered_to(tx: &Transaction<'_>) -> rusqlite::Result<Seq> {
    tx.query_row("SELECT seq FROM delivered", [], |row| row.get(0))
        .map(seq)
}

/// A cursor just beyond the head points behind events that were served from memory and lost with it:
/// their numbers are not given again. One far beyond is nobody's honest cursor.
pub(super) fn outrun(tx: &Transaction<'_>, cursor: Seq) -> rusqlite::Result<()> {
    let head = head(tx)?;
    if cursor > head && cursor.0 - head.0 <= tail::EVENTS_MAX as u64 {
        set_head(tx, cursor)?;
    }
    Ok(())
}

fn set_head(tx: &Transaction<'_>, head: Seq) -> rusqlite::Result<()> {
    const SQL: &str = "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'events'";
    tx.execute(SQL, [sql(head)]).map(drop)
}

/// Moves forward only, and not beyond the head.
pub(super) fn delivered(tx: &Transaction<'_>, cursor: Seq) -> rusqlite::Result<()> {
    let cursor = cursor.min(head(tx)?);
    if cursor > delivered_to(tx)? {
        tx.execute("UPDATE delivered SET seq = ?1", [sql(cursor)])?;
    }
    Ok(())
}

/// `older` keep the numbers they were served with; `newer` get the next ones.
pub(super) fn append(
    tx: &Transaction<'_>,
    older: &[Event],
    newer: &[Event],
    bounds: &Bounds,
) -> rusqlite::Result<()> {
    for event in older {
        insert(tx, Some(sql(event.seq)), event)?;
    }
    for event in newer {
        insert(tx, None, event)?;
    }
    fold_overflow(tx, bounds)
}

fn insert(tx: &Transaction<'_>, seq: Option<i64>, event: &Event) -> rusqlite::Result<()> {
    if let News::Incident(incident) = &event.news {
        incidents::put(tx, incident)?;
    }
    tx.execute(
        "INSERT INTO events (seq, at, weight, body) VALUES (?1, ?2, ?3, ?4)",
        params![seq, event.at.0, weight::of(event), json(event)?],
    )
    .map(drop)
}

fn json(event: &Event) -> rusqlite::Result<String> {
    serde_json::to_string(event)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// At most `limit` events after the cursor, and at most a page's bytes but for the first; and how many
/// more the page has room for.
pub(super) fn page(
    tx: &Transaction<'_>,
    cursor: Seq,
    limit: u32,
) -> rusqlite::Result<(Page, usize)> {
    const SQL: &str = "SELECT seq, at, body FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let mut statement = tx.prepare(SQL)?;
    let mut rows = statement.query(params![sql(cursor), limit])?;
    let (mut events, mut bytes) = (Vec::new(), 0);
    let mut full = false;
    while let (false, Some(row)) = (full, rows.next()?) {
        bytes += row.get_ref(2)?.as_str()?.len();
        full = bytes > PAGE_BYTES && !events.is_empty();
        if !full {
            events.push(event(row)?);
        }
    }
    let room = if full {
        0
    } else {
        limit as usize - events.len()
    };
    let page = Page {
        events,
        delivered: delivered_to(tx)?,
        head: head(tx)?,
    };
    Ok((page, room))
}

/// An event that another version wrote and this one cannot read is told as one that was folded.
fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    let number = seq(row.get(0)?);
    let at = Timestamp(row.get(1)?);
    let read = serde_json::from_str(row.get_ref(2)?.as_str()?);
    let mut event = read.unwrap_or_else(|error| {
        tracing::error!(%error, number = number.0, "an event cannot be read");
        folded(1, at, at, at)
    });
    event.seq = number;
    Ok(event)
}

/// The event that stands for `count` others.
pub(super) fn folded(count: u64, from: Timestamp, to: Timestamp, at: Timestamp) -> Event {
    Event {
        seq: Seq(0),
        at,
        class: Class::Host,
        audience: Audience::Everyone,
        sounding: false,
        news: News::Folded { count, from, to },
    }
}

/// How many events this one stands for, and of what time.
pub(super) fn stands_for(event: &Event) -> (u64, Timestamp, Timestamp) {
    match event.news {
        News::Folded { count, from, to } => (count, from, to),
        _ => (1, event.at, event.at),
    }
}

fn fold_overflow(tx: &Transaction<'_>, bounds: &Bounds) -> rusqlite::Result<()> {
    let delivered = delivered_to(tx)?;
    let at_most = sql(head(tx)?).saturating_sub(sql(delivered));
    if at_most <= bounds.undelivered_max {
        return Ok(());
    }
    let waiting: i64 = tx.query_row(
        "SELECT count(*) FROM events INDEXED BY events_by_weight WHERE weight >= 0 AND seq > ?1",
        [sql(delivered)],
        |row| row.get(0),
    )?;
    if waiting <= bounds.undelivered_max {
        return Ok(());
    }
    // A tenth more than needed, so that this is not done for each event.
    let target = bounds.undelivered_max - bounds.undelivered_max / 10;
    fold(tx, delivered, waiting - target + 1)
}

fn fold(tx: &Transaction<'_>, delivered: Seq, count: i64) -> rusqlite::Result<()> {
    let mut statement = tx.prepare(
        "SELECT seq, at, body FROM events INDEXED BY events_by_weight
         WHERE weight >= 0 AND seq > ?1 ORDER BY weight, seq LIMIT ?2",
    )?;
    let victims = statement
        .query_map(params![sql(delivered), count], event)?
        .collect::<rusqlite::Result<Vec<Event>>>()?;
    for victim in &victims {
        tx.execute("DELETE FROM events WHERE seq = ?1", [sql(victim.seq)])?;
    }
    match sum(&victims) {
        Some(event) => insert(tx, None, &event),
        None => Ok(()),
    }
}

/// One event that stands for all of these; None for none.
pub(super) fn sum(events: &[Event]) -> Option<Event> {
    let at = events.iter().map(|event| event.at).max()?;
    let (count, from, to) = events
        .iter()
        .map(stands_for)
        .reduce(|a, b| (a.0.saturating_add(b.0), a.1.min(b.1), a.2.max(b.2)))?;
    Some(folded(count, from, to, at))
}

/// Deletes delivered events that are too old, and those beyond the count.
pub(super) fn prune(tx: &Transaction<'_>, bounds: &Bounds, now: Timestamp) -> rusqlite::Result<()> {
    let delivered = sql(delivered_to(tx)?);
    let keep = i64::try_from(bounds.keep.as_millis()).unwrap_or(i64::MAX);
    tx.execute(
        "DELETE FROM events WHERE seq <= ?1 AND at < ?2",
        params![delivered, now.0.saturating_sub(keep)],
    )?;
    let beyond: Option<i64> = tx
        .query_row(
            "SELECT seq FROM events WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2",
            params![delivered, bounds.keep_count],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(beyond) = beyond {
        tx.execute("DELETE FROM events WHERE seq <= ?1", [beyond])?;
    }
    Ok(())
}
