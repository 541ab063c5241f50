//! One-time tickets: an RPC answer names one, its holder trades it for a descriptor over
//! `/run/potion/fd.sock`. Good once, for the uid it was given to, for `LIFETIME` on the boot clock.

mod hand_over;

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub use hand_over::serve;
use potion_proto::tickets::{Fetch, LIFETIME, Ticket};
use potion_proto::{Code, Failure};

use crate::agent::Agent;
use crate::policy::View;

/// Tickets that wait at once; each holds a descriptor open.
const TICKETS_MAX: usize = 32;

struct Waiting {
    uid: u32,
    expires: Duration,
    file: OwnedFd,
}

/// The tickets that wait.
#[derive(Default)]
pub struct Tickets(Mutex<HashMap<[u8; 16], Waiting>>);

impl Tickets {
    /// Hands out the descriptor, once, to the uid that the ticket was given to. Anyone else's try
    /// leaves the ticket as it is.
    pub fn redeem(&self, ticket: Ticket, uid: u32, now: Duration) -> Option<OwnedFd> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, held| held.expires > now);
        if waiting.get(&ticket.0)?.uid != uid {
            return None;
        }
        waiting.remove(&ticket.0).map(|held| held.file)
    }
}

/// A ticket for a regular file that was opened for reading; `name` is what to offer as its name.
///
/// # Errors
/// `unavailable` when too many tickets wait or randomness cannot be had.
pub fn issue(
    agent: &Agent,
    to: &View,
    file: OwnedFd,
    name: String,
    bytes: u64,
) -> Result<Fetch, Failure> {
    let ticket = Ticket(crate::random::bytes()?);
    let now = agent.clock.monotonic();
    let held = Waiting {
        uid: to.caller.uid(),
        expires: now + LIFETIME,
        file,
    };
    let mut waiting = agent
        .tickets
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    waiting.retain(|_, held| held.expires > now);
    if waiting.len() >= TICKETS_MAX {
        let sentence = "too many files wait to be fetched: try again in half a minute";
        return Err(Failure::new(Code::Unavailable, "tickets", sentence));
    }
    waiting.insert(ticket.0, held);
    Ok(Fetch {
        ticket,
        name,
        bytes,
    })
}
