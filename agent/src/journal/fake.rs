//! A scripted journal for tests: lines in memory, found as journald would find them.

use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use potion_proto::journal::{Cursor, Filter, Line, Page, Place};
use potion_proto::time::Timestamp;
use tokio::sync::Notify;

use super::port::{Cut, Journal, JournalError};

/// Lines that the test wrote. They are given as they are: redaction is the real adapter's.
#[derive(Default)]
pub struct FakeJournal {
    lines: Mutex<Vec<Line>>,
    written: Notify,
}

impl FakeJournal {
    /// Adds a line of a unit; its time is its number in seconds.
    #[must_use]
    pub fn with(self, unit: &str, message: &str) -> Self {
        self.put(unit, message);
        self
    }

    /// Adds a line of a unit and wakes followers.
    pub fn put(&self, unit: &str, message: &str) {
        let mut lines = self.lines();
        let number = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        lines.push(Line {
            at: Timestamp::from_seconds(number),
            priority: None,
            unit: unit.to_owned(),
            source: unit.split('.').next().unwrap_or_default().to_owned(),
            pid: Some(1),
            message: message.to_owned(),
            cut: false,
        });
        drop(lines);
        self.written.notify_waiters();
    }

    /// Adds a line as it is and wakes followers.
    pub fn push(&self, line: Line) {
        self.lines().push(line);
        self.written.notify_waiters();
    }

    fn lines(&self) -> MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn found(&self, filter: &Filter, place: &Place, limit: usize) -> Page {
        match place {
            Place::Newest => self.below(filter, usize::MAX, limit),
            Place::Before(cursor) => self.below(filter, number(cursor), limit),
            Place::After(cursor) => self.from(filter, number(cursor).saturating_add(1), limit),
        }
    }

    fn below(&self, filter: &Filter, end: usize, limit: usize) -> Page {
        let mut found = self.fitting(filter, |at| at < end);
        let surplus = found.len().saturating_sub(limit);
        page(found.split_off(surplus), surplus > 0)
    }

    fn from(&self, filter: &Filter, start: usize, limit: usize) -> Page {
        let mut found = self.fitting(filter, |at| at >= start);
        found.truncate(limit);
        page(found, true)
    }

    fn fitting(&self, filter: &Filter, place: impl Fn(usize) -> bool) -> Vec<(usize, Line)> {
        let lines = self.lines();
        let all = lines.iter().cloned().enumerate();
        all.filter(|(at, line)| place(*at) && passes(filter, line))
            .collect()
    }
}

fn page(found: Vec<(usize, Line)>, older: bool) -> Page {
    Page {
        first: found.first().map(|(at, _)| cursor(*at)),
        last: found.last().map(|(at, _)| cursor(*at)),
        lines: found.into_iter().map(|(_, line)| line).collect(),
        older,
    }
}

impl Journal for FakeJournal {
    fn page<'a>(
        &'a self,
        filter: &'a Filter,
        place: &'a Place,
        limit: usize,
        _: Cut,
    ) -> BoxFuture<'a, Result<Page, JournalError>> {
        Box::pin(async move { Ok(self.found(filter, place, limit)) })
    }

    fn follow<'a>(
        &'a self,
        filter: &'a Filter,
        place: &'a Place,
        wait: Duration,
        _: Cut,
    ) -> BoxFuture<'a, Result<Page, JournalError>> {
        let start = match place {
            Place::After(cursor) => number(cursor).saturating_add(1),
            Place::Newest | Place::Before(_) => self.lines().len(),
        };
        Box::pin(async move {
            let until = tokio::time::Instant::now() + wait;
            loop {
                let written = self.written.notified();
                let page = self.from(filter, start, usize::MAX);
                if !page.lines.is_empty() {
                    return Ok(page);
                }
                if tokio::time::timeout_at(until, written).await.is_err() {
                    return Ok(page);
                }
            }
        })
    }

    fn export<'a>(
        &'a self,
        filter: &'a Filter,
        limit: usize,
        mut file: File,
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        Box::pin(async move {
            for line in self.found(filter, &Place::Newest, limit).lines {
                writeln!(file, "{} {}", line.source, line.message).map_err(JournalError::Write)?;
            }
            Ok(())
        })
    }
}

fn passes(filter: &Filter, line: &Line) -> bool {
    let text = filter.text.as_ref().map(|text| text.to_lowercase());
    filter
        .unit
        .as_ref()
        .is_none_or(|unit| unit.as_str() == line.unit)
        && filter
            .priority
            .is_none_or(|most| line.priority.is_some_and(|own| own <= most))
        && filter.since.is_none_or(|since| line.at >= since)
        && filter.until.is_none_or(|until| line.at <= until)
        && text.is_none_or(|text| line.message.to_lowercase().contains(&text))
}

fn cursor(number: usize) -> Cursor {
    Cursor::try_from(format!("s={number}")).expect("a number makes a cursor")
}

/// A cursor of another journal points behind all lines.
fn number(cursor: &Cursor) -> usize {
    cursor
        .as_str()
        .strip_prefix("s=")
        .and_then(|number| number.parse().ok())
        .unwrap_or(usize::MAX)
}
