//! What the bot tells by itself: events of the agent, and what it notices itself (the agent is gone, another
//! program uses its token).
//!
//! ```text
//! agent ──events_after──▶ fetch ──▶ letters, one for each admin (SQLite) ──▶ a lane for each admin ──▶ Telegram
//!       ◀─events_delivered── once no letter up to there waits ◀── struck out after Telegram took it
//! ```
//!
//! A letter is struck out in the same transaction that records the message it became, after Telegram took it:
//! a kill in between repeats that one letter. One send is under way at a time (see `lanes`), so a kill repeats
//! one letter at most. Letters of an admin who blocked the bot are put aside and hold nobody back; they go out
//! when that admin writes again. Letters about the same thing fold into the newest while they wait.

mod fetch;
mod lanes;
mod letter;
mod mail;
mod shelf;

pub(crate) use fetch::fetch;
pub(crate) use lanes::{acknowledge, deliver};
pub(crate) use letter::Letter;
pub(crate) use shelf::{SCHEMA, take_up};

use crate::desk::Desk;

/// Tells every admin something of the bot's own.
pub(crate) fn announce(desk: &Desk, letter: &Letter) {
    for admin in desk.admins.all() {
        if let Err(error) = shelf::put(&desk.state, 0, admin.id, letter) {
            tracing::error!(%error, who = %admin.id, "a letter was not written down");
        }
    }
    desk.letters.notify_one();
}
