//! Updates from Telegram, each written down before Telegram is told that it arrived.
//!
//! teloxide's own polling keeps its offset to itself and confirms an update before its handler has run, so a
//! kill in between would lose it. Here the next `getUpdates` carries the offset that confirms, and it is made
//! only after everything before it is recorded.

use std::sync::Arc;
use std::time::Duration;

use teloxide::types::Update;
use tokio::time::Instant;

use crate::access::{self, Standing};
use crate::desk::Desk;
use crate::dispatch::Dispatch;
use crate::inbox;
use crate::incoming::{self, Incoming, Parsed};
use crate::outbox::{Letter, announce};
use crate::state::StateError;
use crate::telegram::Refusal;

/// The first pause after a poll that failed; it doubles up to [`PAUSE_MAX`].
const PAUSE: Duration = Duration::from_millis(500);
/// The longest pause of our own.
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// After so long without an update its number may start anew (Bot API, `Update.update_id`).
const FORGET_OFFSET: Duration = Duration::from_secs(24 * 3600);
/// Without a conflict for so long, it is over.
const CALM: Duration = Duration::from_secs(300);

/// Listens for ever.
pub(crate) async fn listen(desk: Arc<Desk>, dispatch: Dispatch) {
    let mut offset = 0;
    let mut pause = PAUSE;
    let mut conflict = Conflict::default();
    let mut last = Instant::now();
    let wait = desk.loaded().config.telegram().poll();
    loop {
        match desk.telegram.updates(offset, wait).await {
            Ok(updates) => {
                pause = PAUSE;
                if conflict.calm(Instant::now()) {
                    announce(&desk, &Letter::ConflictOver);
                }
                if !updates.is_empty() {
                    last = Instant::now();
                } else if last.elapsed() > FORGET_OFFSET {
                    offset = 0;
                }
                match take(&desk, &dispatch, &updates).await {
                    Ok(next) => offset = next.unwrap_or(offset),
                    Err(error) => {
                        tracing::error!(%error, "updates are not confirmed: they cannot be written down");
                        tokio::time::sleep(PAUSE_MAX).await;
                    }
                }
            }
            Err(refusal) => {
                explain(&desk, &refusal, &mut conflict);
                tokio::time::sleep(wait_for(&refusal, pause)).await;
                pause = (pause * 2).min(PAUSE_MAX);
            }
        }
    }
}

fn wait_for(refusal: &Refusal, pause: Duration) -> Duration {
    match refusal {
        Refusal::Wait(asked) => *asked,
        Refusal::Token => PAUSE_MAX,
        _ => pause,
    }
}

fn explain(desk: &Desk, refusal: &Refusal, conflict: &mut Conflict) {
    match refusal {
        Refusal::Conflict => {
            tracing::error!(
                "another program polls with the same token: stop it, or make a new token at @BotFather"
            );
            if conflict.seen(Instant::now()) {
                announce(desk, &Letter::Conflict);
            }
        }
        Refusal::Token => {
            tracing::error!(
                "Telegram refuses the token: put the right one in place with `sudo potionctl setup`"
            );
        }
        other => tracing::warn!(refusal = %other, "no updates for now"),
    }
}

/// Another program polls with our token. Two pollers throw each other out in turn, so it counts as over only
/// after a while of calm, and is told once until then.
#[derive(Debug, Default)]
struct Conflict(Option<Instant>);

impl Conflict {
    /// Notes one; true when it is news.
    fn seen(&mut self, now: Instant) -> bool {
        self.0.replace(now).is_none()
    }

    /// Notes a poll that went well; true when the conflict is over by that.
    fn calm(&mut self, now: Instant) -> bool {
        let over = self.0.is_some_and(|last| now.duration_since(last) >= CALM);
        if over {
            self.0 = None;
        }
        over
    }
}

/// Records and hands on a batch; the offset that confirms it.
async fn take(
    desk: &Arc<Desk>,
    dispatch: &Dispatch,
    updates: &[Update],
) -> Result<Option<i64>, StateError> {
    for update in updates {
        match incoming::parse(update) {
            Parsed::Private(incoming) => take_private(desk, dispatch, incoming).await?,
            Parsed::Elsewhere { from, chat } => {
                dispatch.doorbook().turned_away(from, chat, "elsewhere")
            }
            Parsed::Nothing => {}
        }
    }
    Ok(updates.last().map(|update| i64::from(update.id.0) + 1))
}

async fn take_private(
    desk: &Arc<Desk>,
    dispatch: &Dispatch,
    incoming: Incoming,
) -> Result<(), StateError> {
    let id = incoming.from.id.get();
    match access::standing(desk, &incoming).await {
        Standing::Stranger => dispatch
            .doorbook()
            .turned_away(id, id, incoming.what.name()),
        Standing::Redeeming(code) => {
            if inbox::record(&desk.state, &incoming)? {
                dispatch.redeem(incoming, code);
            }
        }
        Standing::Admin => {
            if inbox::record(&desk.state, &incoming)? {
                dispatch.submit(incoming);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_is_told_once_until_it_has_been_calm_for_a_while() {
        let mut conflict = Conflict::default();
        let start = Instant::now();
        assert!(!conflict.calm(start));
        assert!(conflict.seen(start));
        assert!(
            !conflict.calm(start + CALM / 2),
            "the other one was thrown out for a moment"
        );
        assert!(!conflict.seen(start + CALM / 2));
        assert!(!conflict.calm(start + CALM));
        assert!(conflict.calm(start + CALM * 3 / 2));
        assert!(!conflict.calm(start + CALM * 2));
    }
}
