//! What can be wrong with a configuration, said so that its owner knows where to look and what to write.

use std::fmt;
use std::path::PathBuf;

/// One mistake in a configuration file. `Display` gives `FILE:LINE:COLUMN: sentence`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub(crate) origin: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) message: String,
}

impl Problem {
    /// Line in the file, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Column in the line, in characters from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The sentence alone, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            origin,
            line,
            column,
            message,
        } = self;
        write!(f, "{origin}:{line}:{column}: {message}")
    }
}

/// Why there is no configuration, or why a change to it was refused. `Display` is the user's sentence.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there but cannot be read.
    #[error("{} cannot be read ({source}); see that it is a regular file that its readers may open (0644 root)", path.display())]
    Read {
        /// The file asked for.
        path: PathBuf,
        /// What the kernel said.
        source: std::io::Error,
    },
    /// The file is larger than any sensible configuration.
    #[error("{} is larger than {limit_bytes} bytes; a configuration holds only what you changed, so move other data elsewhere", path.display())]
    TooLarge {
        /// The file asked for.
        path: PathBuf,
        /// Bytes that are accepted.
        limit_bytes: u64,
    },
    /// The text was read and is wrong in at least one place.
    #[error("{}", sentence(.0))]
    Invalid(Vec<Problem>),
    /// A key was named that does not exist.
    #[error("there is no key `{key}`{}", hint(nearest.as_deref()))]
    UnknownKey {
        /// The key as typed.
        key: String,
        /// The existing key that looks most like it.
        nearest: Option<String>,
    },
    /// The key exists, but cannot be set with a single value.
    #[error("`{key}` is a table and cannot be set with one value; {instead}")]
    NotSettable {
        /// The key as typed.
        key: String,
        /// What to do instead.
        instead: &'static str,
    },
    /// A value does not fit its key; the sentence names the key and what it takes.
    #[error("{0}")]
    Refused(String),
    /// A change to a file that was already wrong, in another place.
    #[error("the change would leave a file that does not load: {}", sentence(.0))]
    StillInvalid(Vec<Problem>),
}

impl ConfigError {
    /// Every mistake found in the text; empty for errors that have no place in one.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Invalid(problems) | Self::StillInvalid(problems) => problems,
            _ => &[],
        }
    }
}

fn sentence(problems: &[Problem]) -> String {
    match problems {
        [] => "the configuration is wrong; run `sudo potionctl config check`".to_owned(),
        [only] => only.to_string(),
        [first, rest @ ..] => {
            format!(
                "{first} (and {} more: run `potionctl config check`)",
                rest.len()
            )
        }
    }
}

/// “; did you mean `x`?” when there is a candidate.
pub(crate) fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || "; `potionctl config list` shows all keys".to_owned(),
        |name| format!("; did you mean `{name}`?"),
    )
}
