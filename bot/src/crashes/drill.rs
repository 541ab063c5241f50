//! A fire drill: after SIGUSR2, which only root can send, the next handler panics, so that the owner sees the
//! whole way of a crash, from the backtrace to the phone, before one happens.
//! `sudo systemctl kill -s USR2 potion-bot` begins it; the bot goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};

use crate::desk::Desk;

/// Whether a drill is due.
#[derive(Debug, Default)]
pub(crate) struct Drill(AtomicBool);

impl Drill {
    /// Panics when a drill is due, once.
    pub(crate) fn take_part(&self) {
        if self.0.swap(false, Ordering::Relaxed) {
            panic!("a drill: somebody sent SIGUSR2, nothing is wrong");
        }
    }
}

/// Waits for the signal, for ever.
pub(crate) async fn drill(desk: Arc<Desk>) {
    let Ok(mut asked) = signal(SignalKind::user_defined2()) else {
        return std::future::pending().await;
    };
    while asked.recv().await.is_some() {
        tracing::warn!("a drill: the next handler panics");
        desk.drill.0.store(true, Ordering::Relaxed);
    }
}
