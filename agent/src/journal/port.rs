//! The port to journald.

use std::fs::File;
use std::time::Duration;

use futures::future::BoxFuture;
use potion_config::Config;
use potion_proto::journal::{Filter, Page, Place};

use crate::exec::ExecError;

/// How lines are cut before they leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Characters of a message that are kept.
    pub line_max_chars: usize,
}

impl Cut {
    /// As `[journal]` says.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self {
            line_max_chars: config.journal().line_max_chars(),
        }
    }
}

/// journald's lines: redacted, valid UTF-8, free of control characters, cut.
pub trait Journal: Send + Sync {
    /// At most `limit` lines at `place`, oldest first.
    fn page<'a>(
        &'a self,
        filter: &'a Filter,
        place: &'a Place,
        limit: usize,
        cut: Cut,
    ) -> BoxFuture<'a, Result<Page, JournalError>>;

    /// Lines after `place` as soon as there are any, or an empty page after `wait`.
    fn follow<'a>(
        &'a self,
        filter: &'a Filter,
        place: &'a Place,
        wait: Duration,
        cut: Cut,
    ) -> BoxFuture<'a, Result<Page, JournalError>>;

    /// Writes the newest `limit` lines into `file` as text, oldest first.
    fn export<'a>(
        &'a self,
        filter: &'a Filter,
        limit: usize,
        file: File,
    ) -> BoxFuture<'a, Result<(), JournalError>>;
}

/// Why there are no lines.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The text to look for is too long, or holds what no line can hold.
    #[error("the text to look for must be 1 to 200 bytes on one line")]
    Text,
    /// journalctl could not be run.
    #[error("the journal cannot be read")]
    Exec(#[source] ExecError),
    /// journalctl refused; its words.
    #[error("the journal cannot be read: {0}")]
    Refused(String),
    /// It takes too long, mostly because a text is looked for in a long journal.
    #[error("looking through the journal takes too long; narrow it by unit or time")]
    Slow,
    /// The lines could not be written to a file.
    #[error("the file with the lines cannot be written")]
    Write(#[source] std::io::Error),
}
