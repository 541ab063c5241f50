//! Where the agent's own log goes: journald with fields, or stderr where there is none.

use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Registry, fmt};

/// tarpc makes a span of every call; ours names what matters.
const DEFAULT: &str = "warn,potion_agent=info";
/// Overrides the default, in `tracing_subscriber`'s words (`potion_agent=debug`).
const VARIABLE: &str = "POTION_LOG";

/// Begins to log; a second call changes nothing.
pub(super) fn begin() {
    let filter = EnvFilter::try_from_env(VARIABLE).unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let registry = Registry::default().with(filter);
    // Fields go to the journal under their own names: POTION_AUDIT, POTION_WHO.
    let begun = match tracing_journald::layer() {
        Ok(journald) => registry.with(journald.with_field_prefix(None)).try_init(),
        Err(_) => registry
            .with(fmt::layer().with_writer(std::io::stderr))
            .try_init(),
    };
    drop(begun);
}
