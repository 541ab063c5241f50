//! Who is listened to. Stands before every branch: no handler runs without a [`Visit`], and only here is one
//! made.
//!
//! Decided by the sender's id alone, of messages and of presses, never by a chat or a username. Strangers and
//! groups get silence; the journal gets a line, at most [`LINES_MAX`] in a while, for anybody can write to a
//! bot as fast as they like.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::admins;
use crate::desk::Desk;
use crate::incoming::{Incoming, What};
use crate::visit::{Origin, Visit};

/// Lines about strangers within [`WHILE`].
const LINES_MAX: u32 = 20;
/// How long they are counted.
const WHILE: Duration = Duration::from_secs(60);

/// Who wrote or pressed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// An admin.
    Admin,
    /// Nobody we know, who may be redeeming a pairing code.
    Redeeming(String),
    /// Nobody we know.
    Stranger,
}

/// What to make of somebody's update.
pub(crate) async fn standing(desk: &Desk, incoming: &Incoming) -> Standing {
    if admins::find(desk, incoming.from.id).await.is_some() {
        return Standing::Admin;
    }
    match &incoming.what {
        What::Text { text, .. } => code(text).map_or(Standing::Stranger, Standing::Redeeming),
        _ => Standing::Stranger,
    }
}

/// The code of `/start CODE`.
pub(crate) fn code(text: &str) -> Option<String> {
    let (command, rest) = text.split_once(char::is_whitespace)?;
    let start = command == "/start" || command.starts_with("/start@");
    (start && !rest.trim().is_empty()).then(|| rest.trim().to_owned())
}

/// A visit of an admin; None when they are none any more.
pub(crate) async fn admit(desk: &Arc<Desk>, incoming: &Incoming, aside: bool) -> Option<Visit> {
    let admin = admins::find(desk, incoming.from.id).await?;
    let origin = match incoming.what {
        What::Text { message, sent, .. } => Origin::Text { message, sent },
        What::Press { message, .. } => Origin::Press { message, aside },
        What::Other { message } => Origin::Text {
            message,
            sent: i64::MAX,
        },
        What::Blocked | What::Unblocked => return None,
    };
    Some(Visit::new(desk, admin, origin))
}

/// Lines about strangers, rationed.
#[derive(Debug)]
pub(crate) struct Doorbook(Mutex<(Instant, u32)>);

impl Default for Doorbook {
    fn default() -> Self {
        Self(Mutex::new((Instant::now(), 0)))
    }
}

impl Doorbook {
    /// Notes that somebody was not listened to.
    pub(crate) fn turned_away(&self, from: i64, chat: i64, what: &str) {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if written.0.elapsed() > WHILE {
            *written = (Instant::now(), 0);
        }
        written.1 += 1;
        match written.1 {
            ..=LINES_MAX => tracing::warn!(
                from,
                chat,
                what,
                "not an admin, or not a private chat: no answer"
            ),
            n if n == LINES_MAX + 1 => {
                tracing::warn!("more strangers; no further lines about them for a while")
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_start_with_a_word_carries_a_code() {
        assert_eq!(code("/start abc "), Some("abc".to_owned()));
        assert_eq!(code("/start@potion_bot abc"), Some("abc".to_owned()));
        for other in ["/start", "/start ", "abc", "/started x", "start abc"] {
            assert_eq!(code(other), None, "{other}");
        }
    }
}
