//! The journal as pages of redacted lines.

mod port;

pub use port::{Cut, Journal, JournalError};
