//! One-time tickets: an RPC answer names one, its holder trades it for a descriptor over
//! `/run/potion/fd.sock`. Good once, for the uid it was given to, for `LIFETIME` on the boot clock.

mod hand_over;
mod hourly;

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use hand_over::serve;
use potion_proto::audit::Verdict;
use potion_proto::tickets::{Fetch, LIFETIME, Ticket};
use potion_proto::{Code, Failure};

use crate::agent::Agent;
use crate::audit::{self, Durability, Line};
use crate::policy::View;
use hourly::Hourly;

/// Tickets that wait at once; each holds a descriptor open.
const TICKETS_MAX: usize = 32;

struct Waiting {
    uid: u32,
    expires: Duration,
    file: OwnedFd,
}

/// The tickets that wait, and what the bot fetched lately.
#[derive(Default)]
pub struct Tickets {
    waiting: Mutex<HashMap<[u8; 16], Waiting>>,
    bot_bytes: Hourly,
}

impl Tickets {
    /// Hands out the descriptor, once, to the uid that the ticket was given to. Anyone else's try
    /// leaves the ticket as it is.
    pub fn redeem(&self, ticket: Ticket, uid: u32, now: Duration) -> Option<OwnedFd> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, held| held.expires > now);
        if waiting.get(&ticket.0)?.uid != uid {
            return None;
        }
        waiting.remove(&ticket.0).map(|held| held.file)
    }

    fn put(&self, to: &View, file: OwnedFd, now: Duration) -> Result<Ticket, Failure> {
        let ticket = Ticket(crate::random::bytes()?);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, held| held.expires > now);
        if waiting.len() >= TICKETS_MAX {
            let sentence = "too many files wait to be fetched: try again in half a minute";
            return Err(Failure::new(Code::Unavailable, "tickets", sentence));
        }
        let held = Waiting {
            uid: to.caller.uid(),
            expires: now + LIFETIME,
            file,
        };
        waiting.insert(ticket.0, held);
        Ok(ticket)
    }
}

/// A ticket for a regular file that was opened for reading; `name` is what to offer as its name. What
/// the bot fetches is bounded by the hour, and in the audit log.
///
/// # Errors
/// `rate-limited` beyond the bot's bytes, `unavailable` when too many tickets wait or randomness cannot
/// be had, `audit-unavailable`.
pub async fn issue(
    agent: &Arc<Agent>,
    to: &View,
    file: OwnedFd,
    name: String,
    bytes: u64,
) -> Result<Fetch, Failure> {
    if !to.is_on_the_machine() {
        agent
            .tickets
            .bot_bytes
            .take(bytes, agent.clock.monotonic())?;
        audit::write(agent, line(to, &name, bytes), Durability::Written).await?;
    }
    agent
        .tickets
        .put(to, file, agent.clock.monotonic())
        .map(|ticket| Fetch {
            ticket,
            name,
            bytes,
        })
}

fn line(to: &View, name: &str, bytes: u64) -> Line {
    Line {
        who: to.name(),
        what: format!("fetch {name}"),
        verdict: Verdict::Allowed,
        detail: format!("{bytes} bytes"),
        request: to.request,
    }
}
