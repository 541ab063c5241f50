//! Whether the caller speaks our protocol, and the bell that ends a connection that does not.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Shared between a connection's calls and the task that serves it.
#[derive(Default)]
pub(crate) struct Greeting {
    done: AtomicBool,
    changed: Notify,
    hang_up: Notify,
}

impl Greeting {
    /// The versions are equal.
    pub(crate) fn succeed(&self) {
        self.done.store(true, Ordering::Release);
        self.changed.notify_one();
    }

    /// An equal `hello` was heard.
    pub(crate) fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    /// Returns once it has succeeded.
    pub(crate) async fn succeeded(&self) {
        if !self.is_done() {
            self.changed.notified().await;
        }
    }

    /// Ends the connection.
    pub(crate) fn hang_up(&self) {
        self.hang_up.notify_one();
    }

    /// Returns once the connection shall end.
    pub(crate) async fn hung_up(&self) {
        self.hang_up.notified().await;
    }
}
