//! A fire drill: SIGUSR2, which only root can send, makes the agent panic in a task of its own, so that
//! the owner sees the whole way of a crash, from the backtrace to the phone, before one happens.
//! `sudo systemctl kill -s USR2 potiond` begins it; the agent goes on.

use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use crate::agent::Agent;

/// Waits for the signal, and panics.
///
/// # Panics
/// When asked to.
pub async fn drill(_agent: Arc<Agent>) {
    let Ok(mut asked) = signal(SignalKind::user_defined2()) else {
        return std::future::pending().await;
    };
    if asked.recv().await.is_some() {
        panic!("a drill: somebody sent SIGUSR2, nothing is wrong");
    }
}
