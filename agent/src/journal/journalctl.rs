//! The adapter: journalctl as a child, which knows compression, rotation, boots and rights.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

use futures::future::BoxFuture;
use potion_proto::journal::{Cursor, Filter, Page, Place};
use potion_proto::time::Timestamp;
use tokio::time::{Instant, timeout_at};

use super::arguments::{self, Start};
use super::clean::clean;
use super::export::{self, Entry};
use super::files;
use super::pages::{Keep, page};
use super::port::{Cut, Journal, JournalError};
use crate::exec::{ExecError, Limits, Lines, Tool};
use crate::redactor;

/// A page's raw bytes. A page of giants is shorter than asked for, and says that there is more.
const PAGE_MAX_BYTES: usize = 4 << 20;
/// Below the deadline of a reading call.
const PAGE_TIMEOUT: Duration = Duration::from_secs(12);
/// For a file of the journal, which no caller waits for at a terminal's pace.
const FILE_TIMEOUT: Duration = Duration::from_secs(60);
/// A line of a file.
const FILE_LINE_MAX_BYTES: usize = 64 * 1024;
/// Lines that a follower gets at once.
const FOLLOW_LINES: usize = 200;

/// The machine's journal.
#[derive(Clone, Debug, Default)]
pub struct Journalctl {
    folder: Option<PathBuf>,
    plain: bool,
}

impl Journalctl {
    /// The journal of this machine.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// The journal in another folder; for tests that look into a machine from outside.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self {
            folder: Some(folder),
            plain: false,
        }
    }

    /// The same by journalctl alone, to compare with.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.plain = true;
        self
    }

    fn tool(&self) -> Tool {
        arguments::journalctl(self.folder.as_deref())
    }

    async fn entries(
        &self,
        filter: &Filter,
        from: Start<'_>,
        lines: usize,
    ) -> Result<Vec<Entry>, JournalError> {
        let limits = Limits {
            stdout_max_bytes: PAGE_MAX_BYTES,
            timeout: Some(PAGE_TIMEOUT),
            ..Limits::default()
        };
        let tool = arguments::entries(self.tool(), filter, from, lines)?;
        let output = tool.limits(limits).output().await?;
        let complaint = output.complaint();
        // A text that no line holds is exit status 1 and no word.
        if !output.ended.is_ok() && !complaint.is_empty() {
            return Err(JournalError::Refused(
                redactor::redact(&complaint).into_owned(),
            ));
        }
        Ok(export::entries(&output.stdout))
    }

    /// From the files themselves where that will do; a cold disk must hold up nobody else.
    async fn newest(&self, filter: &Filter, lines: usize) -> Result<Vec<Entry>, JournalError> {
        let folders = self
            .folder
            .clone()
            .map_or_else(files::folders, |folder| vec![folder]);
        let asked = filter.clone();
        let read = move || files::newest(&folders, &asked, lines);
        if !self.plain
            && let Ok(Ok(entries)) = tokio::task::spawn_blocking(read).await
        {
            return Ok(entries);
        }
        self.entries(filter, Start::Newest, lines).await
    }

    /// Backwards, one more than asked for to see whether there are older ones.
    async fn older(
        &self,
        filter: &Filter,
        below: Option<&Cursor>,
        limit: usize,
        cut: Cut,
    ) -> Result<Page, JournalError> {
        let mut entries = match below {
            None => self.newest(filter, limit + 1).await?,
            Some(below) => self.entries(filter, Start::Down(below), limit + 2).await?,
        };
        entries.retain(|entry| {
            below.is_none() || entry.cursor.as_deref() != below.map(Cursor::as_str)
        });
        let since = filter.since.unwrap_or(Timestamp(i64::MIN));
        entries.retain(|entry| Timestamp::from_micros(entry.at.unwrap_or_default()) >= since);
        let older = entries.len() > limit;
        entries.truncate(limit);
        entries.reverse();
        Ok(page(entries, older, Keep::Newest, cut))
    }

    async fn newer(
        &self,
        filter: &Filter,
        above: &Cursor,
        limit: usize,
        cut: Cut,
    ) -> Result<Page, JournalError> {
        let mut entries = self.entries(filter, Start::Up(above), limit + 1).await?;
        entries.retain(|entry| entry.cursor.as_deref() != Some(above.as_str()));
        entries.truncate(limit);
        Ok(page(entries, true, Keep::Oldest, cut))
    }

    /// Waits in a `journalctl --follow`, which sleeps until journald writes, and then reads a page as any other. Two
    /// children rather than one, but one way to read lines, and lines that come together arrive together.
    async fn wait(
        &self,
        filter: &Filter,
        place: &Place,
        wait: Duration,
        cut: Cut,
    ) -> Result<Page, JournalError> {
        let after = match place {
            Place::After(cursor) => Some(cursor),
            Place::Newest | Place::Before(_) => None,
        };
        let until = Instant::now() + wait;
        let lines = arguments::following(self.tool(), filter, after)?
            .endless()
            .lines()?;
        match timeout_at(until, first_but(lines, after)).await {
            Err(_) => Ok(page(Vec::new(), true, Keep::Oldest, cut)),
            Ok(None) => Err(JournalError::Refused(
                "journalctl does not follow".to_owned(),
            )),
            Ok(Some(first)) => {
                let entries = self
                    .entries(filter, Start::Up(&first), FOLLOW_LINES)
                    .await?;
                Ok(page(entries, true, Keep::Oldest, cut))
            }
        }
    }

    /// The oldest of the newest `limit`.
    async fn start_of(
        &self,
        filter: &Filter,
        limit: usize,
    ) -> Result<Option<Cursor>, JournalError> {
        let mut lines = arguments::cursors(self.tool(), filter, limit)?.lines()?;
        let mut last = None;
        while let Some(line) = lines.next().await? {
            last = cursor_of(&line.bytes).or(last);
        }
        Ok(last)
    }

    async fn write(&self, filter: &Filter, limit: usize, file: File) -> Result<(), JournalError> {
        let Some(start) = self.start_of(filter, limit).await? else {
            return Ok(());
        };
        let limits = Limits {
            line_max_bytes: FILE_LINE_MAX_BYTES,
            ..Limits::default()
        };
        let mut lines = arguments::text(self.tool(), filter, &start)?
            .limits(limits)
            .lines()?;
        let mut redactor = redactor::Lines::default();
        let mut file = BufWriter::new(file);
        while let Some(line) = lines.next().await? {
            let text = String::from_utf8_lossy(&line.bytes);
            writeln!(file, "{}", clean(&redactor.next(&text))).map_err(JournalError::Write)?;
        }
        file.flush().map_err(JournalError::Write)
    }
}

impl Journal for Journalctl {
    fn page<'a>(
        &'a self,
        filter: &'a Filter,
        place: &'a Place,
        limit: usize,
        cut: Cut,
    ) -> BoxFuture<'a, Result<Page, JournalError>> {
        Box::pin(async move {
            match place {
                Place::Newest => self.older(filter, None, limit, cut).await,
                Place::Before(cursor) => self.older(filter, Some(cursor), limit, cut).await,
                Place::After(cursor) => self.newer(filter, cursor, limit, cut).await,
            }
        })
    }

    fn follow<'a>(
        &'a self,
        filter: &'a Filter,
        place: &'a Place,
        wait: Duration,
        cut: Cut,
    ) -> BoxFuture<'a, Result<Page, JournalError>> {
        Box::pin(self.wait(filter, place, wait, cut))
    }

    fn export<'a>(
        &'a self,
        filter: &'a Filter,
        limit: usize,
        file: File,
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        Box::pin(async move {
            let write = tokio::time::timeout(FILE_TIMEOUT, self.write(filter, limit, file));
            write.await.unwrap_or(Err(JournalError::Slow))
        })
    }
}

/// The cursor of the first entry that is not the one to follow.
async fn first_but(mut lines: Lines, after: Option<&Cursor>) -> Option<Cursor> {
    while let Ok(Some(line)) = lines.next().await {
        let found = cursor_of(&line.bytes);
        if let Some(cursor) = found.filter(|cursor| Some(cursor) != after) {
            return Some(cursor);
        }
    }
    None
}

fn cursor_of(line: &[u8]) -> Option<Cursor> {
    let cursor = line.strip_prefix(b"__CURSOR=")?;
    Cursor::try_from(String::from_utf8(cursor.to_vec()).ok()?).ok()
}

impl From<ExecError> for JournalError {
    fn from(error: ExecError) -> Self {
        match error {
            ExecError::TimedOut { .. } => Self::Slow,
            other => Self::Exec(other),
        }
    }
}
