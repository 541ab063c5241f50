//! The update queue with Telegram's confirmation by offset.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Value, json};

/// Updates remembered for redelivery.
const HISTORY_KEPT: usize = 5_000;
/// The first `update_id`; Telegram starts from “a certain positive number”.
const FIRST_UPDATE_ID: u32 = 431_000_001;

/// An update as it waits, and afterwards in the history.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Update {
    /// `update_id`.
    pub id: u32,
    /// `message`, `edited_message`, `callback_query` or `my_chat_member`.
    pub kind: String,
    /// The object under that key.
    pub body: Value,
}

impl Update {
    fn wire(&self) -> Value {
        let mut object = json!({"update_id": self.id});
        object[&self.kind] = self.body.clone();
        object
    }
}

/// An update that waits; one that is redelivered survives offsets until it was handed out.
#[derive(Debug)]
struct Pending {
    update: Update,
    again: bool,
}

/// What waits for the bot.
#[derive(Debug)]
pub(crate) struct Queue {
    next_id: u32,
    pending: VecDeque<Pending>,
    history: VecDeque<Update>,
    allowed: Vec<String>,
    /// Counts `getUpdates` calls: an older waiting one sees that it is not the last.
    pub(crate) poll: u64,
    next_conflict: Option<Instant>,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            next_id: FIRST_UPDATE_ID,
            pending: VecDeque::new(),
            history: VecDeque::new(),
            allowed: Vec::new(),
            poll: 0,
            next_conflict: None,
        }
    }
}

impl Queue {
    /// Queues an update unless the bot does not want its kind; as at Telegram, the filter acts on arrival.
    pub(crate) fn push(&mut self, kind: &str, body: Value) -> u32 {
        let id = self.next_id;
        self.next_id += 1;
        let update = Update {
            id,
            kind: kind.to_owned(),
            body,
        };
        if self.allowed.is_empty() || self.allowed.iter().any(|a| a == kind) {
            self.pending.push_back(Pending {
                update: update.clone(),
                again: false,
            });
        }
        if self.history.len() >= HISTORY_KEPT {
            self.history.pop_front();
        }
        self.history.push_back(update);
        id
    }

    /// `allowed_updates`: empty means all that this server makes.
    pub(crate) fn allow(&mut self, kinds: Vec<String>) {
        self.allowed = kinds;
    }

    /// Forgets what `offset` confirms: all below it, or, if negative, all but the last `-offset`.
    pub(crate) fn confirm(&mut self, offset: i64) {
        if offset > 0 {
            self.pending
                .retain(|p| p.again || i64::from(p.update.id) >= offset);
        } else if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            let drop = self.pending.len().saturating_sub(keep);
            self.pending.drain(..drop);
        }
    }

    /// Up to `limit` updates; they stay pending until confirmed.
    pub(crate) fn take(&mut self, limit: usize) -> Vec<Value> {
        let handed = self.pending.iter_mut().take(limit);
        handed
            .map(|pending| {
                pending.again = false;
                pending.update.wire()
            })
            .collect()
    }

    pub(crate) fn has_any(&self) -> bool {
        !self.pending.is_empty()
    }

    pub(crate) fn pending(&self) -> usize {
        self.pending.len()
    }

    pub(crate) fn drop_pending(&mut self) {
        self.pending.clear();
    }

    pub(crate) fn history(&self) -> Vec<Update> {
        self.history.iter().cloned().collect()
    }

    pub(crate) fn newest(&self, kind: &str) -> Option<&Update> {
        self.history.iter().rev().find(|u| u.kind == kind)
    }

    /// Queues old updates again under their old ids, whatever offset the bot sends. Returns how many.
    pub(crate) fn redeliver(&mut self, from: u32) -> usize {
        self.pending.retain(|p| p.update.id < from);
        let again = self.history.iter().filter(|u| u.id >= from);
        let before = self.pending.len();
        self.pending.extend(again.map(|u| Pending {
            update: u.clone(),
            again: true,
        }));
        self.pending.len() - before
    }

    /// How long the loser of a conflict waits for its 409: not at all, unless one was just sent.
    pub(crate) fn conflict_delay(&mut self, pause: Duration) -> Duration {
        let now = Instant::now();
        let delay = self
            .next_conflict
            .map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        self.next_conflict = Some(now + delay + pause);
        delay
    }
}
