//! The journal as pages of redacted lines.

use serde::{Deserialize, Serialize};

use crate::names::UnitName;
use crate::time::Timestamp;

/// syslog's priorities, most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// 0: unusable.
    Emerg,
    /// 1: act at once.
    Alert,
    /// 2: critical.
    Crit,
    /// 3: error.
    Err,
    /// 4: warning.
    Warning,
    /// 5: normal but significant.
    Notice,
    /// 6: informational.
    Info,
    /// 7: debugging.
    Debug,
}

/// Which lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Those that `journalctl -u` shows for this unit; None means all.
    pub unit: Option<UnitName>,
    /// At least this severe; None means all.
    pub priority: Option<Priority>,
    /// Not older.
    pub since: Option<Timestamp>,
    /// Not newer.
    pub until: Option<Timestamp>,
    /// Lines that contain this text, case-insensitively; at most 200 bytes; no pattern.
    pub text: Option<String>,
}

/// journald's `__CURSOR`, opaque; letters, digits, `=`, `;`, `-` only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor(String);

impl Cursor {
    /// The cursor as journalctl wants it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Cursor {
    type Error = crate::names::Refused;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'=' | b';' | b'-');
        if text.is_empty() || text.len() > 256 || !text.starts_with("s=") || !text.bytes().all(fits)
        {
            return Err(crate::names::Refused::new("journal cursor", &text));
        }
        Ok(Self(text))
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.0
    }
}

/// Where a page starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The newest lines.
    Newest,
    /// The lines just before this cursor (older).
    Before(Cursor),
    /// The lines just after this cursor (newer).
    After(Cursor),
}

/// One line, redacted, valid UTF-8, cut at the agent's limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When it was written.
    pub at: Timestamp,
    /// Its priority; None when it has none.
    pub priority: Option<Priority>,
    /// The unit it belongs to, as journald says; may be empty.
    pub unit: String,
    /// SYSLOG_IDENTIFIER or the program's name.
    pub source: String,
    /// The process; None when unknown.
    pub pid: Option<u32>,
    /// The message. Bytes that are no UTF-8 stand as U+FFFD.
    pub message: String,
    /// The message was longer than the limit.
    pub cut: bool,
}

/// A page, oldest line first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Its lines.
    pub lines: Vec<Line>,
    /// The cursor of the first line; None when the page is empty.
    pub first: Option<Cursor>,
    /// The cursor of the last line; None when the page is empty.
    pub last: Option<Cursor>,
    /// There are older lines.
    pub older: bool,
}
