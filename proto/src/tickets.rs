//! One-time tickets for descriptors over `/run/potion/fd.sock`.
//!
//! The holder connects, writes the ticket's 16 bytes, and reads one status byte: [`GRANTED`] with the
//! descriptor as `SCM_RIGHTS`, or [`REFUSED`]. A ticket is good once, for the uid it was given to,
//! for [`LIFETIME`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The status byte that comes with a descriptor.
pub const GRANTED: u8 = 1;
/// The status byte that comes alone.
pub const REFUSED: u8 = 0;
/// How long a ticket is good.
pub const LIFETIME: Duration = Duration::from_secs(30);

/// Sixteen random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ticket(pub [u8; 16]);

/// A file to fetch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// The ticket.
    pub ticket: Ticket,
    /// A file name to offer, safe as a single path component.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}
