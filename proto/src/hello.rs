//! The greeting: first call on every connection, frozen for ever.

use serde::{Deserialize, Serialize};

/// The protocol's version. Both ends must speak the same one; golden bytes force a bump.
pub const PROTOCOL: u32 = 1;

/// The build both ends came from, as `potion-server` calls its version.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// What a caller says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The caller's [`PROTOCOL`].
    pub protocol: u32,
    /// The caller's [`BUILD`], for the log.
    pub build: String,
    /// The caller's program name, for the log.
    pub program: String,
}

impl Hello {
    /// The greeting of `program` as built here.
    #[must_use]
    pub fn of(program: &str) -> Self {
        Self {
            protocol: PROTOCOL,
            build: BUILD.to_owned(),
            program: program.to_owned(),
        }
    }
}

/// The agent's answer to an equal version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The agent's [`BUILD`].
    pub build: String,
    /// Whom the agent takes the caller for: `local`, `bot` or `member`.
    pub caller: String,
}

/// The versions differ; nothing else on this connection will be answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// The agent's [`PROTOCOL`].
    pub protocol: u32,
    /// The agent's [`BUILD`].
    pub build: String,
    /// What to restart, as a shell line.
    pub restart: String,
}
