//! How programs end, and why some never answer.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// Why a program brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// The path is not absolute, so it would be searched for.
    #[error("{0}: not an absolute path")]
    Relative(PathBuf),
    /// There is no such program.
    #[error("{0}: not installed")]
    Missing(PathBuf),
    /// It could not be started.
    #[error("{program}: cannot be started")]
    Start {
        /// The program.
        program: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// Its output could not be read.
    #[error("{program}: its output cannot be read")]
    Read {
        /// The program.
        program: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// It was killed because it took too long.
    #[error("{program}: took longer than {} s", .after.as_secs())]
    TimedOut {
        /// The program.
        program: PathBuf,
        /// The time it had.
        after: Duration,
    },
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It exited with this status.
    Status(i32),
    /// This signal killed it.
    Signal(i32),
}

impl Ended {
    /// It exited with status 0.
    #[must_use]
    pub fn is_ok(self) -> bool {
        self == Self::Status(0)
    }

    /// The exit status; None when a signal killed it.
    #[must_use]
    pub fn status(self) -> Option<i32> {
        match self {
            Self::Status(status) => Some(status),
            Self::Signal(_) => None,
        }
    }
}

impl From<ExitStatus> for Ended {
    fn from(status: ExitStatus) -> Self {
        match status.code() {
            Some(code) => Self::Status(code),
            None => Self::Signal(status.signal().unwrap_or(0)),
        }
    }
}
