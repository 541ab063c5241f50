//! Long polling, and the webhook that excludes it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::answers::ApiError;
use crate::params::Params;
use crate::shared::Shared;
use crate::world::World;

/// The real server's cap of `timeout`.
const POLL_LIMIT: Duration = Duration::from_secs(50);
const OTHER_POLLER: &str =
    "terminated by other getUpdates request; make sure that only one bot instance is running";
const OTHER_WEBHOOK: &str = "terminated by setWebhook request";
const WEBHOOK_ACTIVE: &str = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

/// `getUpdates`: confirms by offset, waits up to `timeout`, loses to a newer poller.
pub(super) async fn get_updates(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let limit = params
        .int("limit")
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(100)
        .clamp(1, 100);
    let timeout = params
        .int("timeout")
        .and_then(|n| u64::try_from(n).ok())
        .unwrap_or(0);
    let allowed: Option<Vec<String>> = params.structure("allowed_updates")?;
    let offset = params.int("offset").unwrap_or(0);
    let poll = shared.change(|world| begin(world, offset, allowed))?;
    let wait = Duration::from_secs(timeout).min(POLL_LIMIT);
    match tokio::time::timeout(wait, shared.until(|world| ready(world, poll))).await {
        Err(_elapsed) => Ok(json!([])),
        Ok(Ok(())) => Ok(Value::Array(shared.change(|world| world.queue.take(limit)))),
        Ok(Err(reason)) => {
            let pause = shared.options.conflict_pause;
            let delay = shared.change(|world| world.queue.conflict_delay(pause));
            tokio::time::sleep(delay).await;
            Err(ApiError::conflict(reason))
        }
    }
}

/// Registers this poll as the newest and returns its number.
fn begin(world: &mut World, offset: i64, allowed: Option<Vec<String>>) -> Result<u64, ApiError> {
    if world.webhook {
        return Err(ApiError::conflict(WEBHOOK_ACTIVE));
    }
    world.queue.confirm(offset);
    if let Some(kinds) = allowed {
        world.queue.allow(kinds);
    }
    world.queue.poll += 1;
    Ok(world.queue.poll)
}

/// Whether the wait is over: with updates, or with the reason why this poll lost.
fn ready(world: &World, poll: u64) -> Option<Result<(), &'static str>> {
    if world.webhook {
        Some(Err(OTHER_WEBHOOK))
    } else if world.queue.poll != poll {
        Some(Err(OTHER_POLLER))
    } else {
        world.queue.has_any().then_some(Ok(()))
    }
}

/// `setWebhook`: nothing is ever delivered to it, but it excludes polling as at Telegram.
pub(super) fn set_webhook(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let url = params.text("url");
    if !url.is_empty() && !url.starts_with("https://") {
        return Err(ApiError::bad(
            "bad webhook: An HTTPS URL must be provided for webhook",
        ));
    }
    shared.change(|world| world.webhook = !url.is_empty());
    Ok(Value::Bool(true))
}

pub(super) fn delete_webhook(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    shared.change(|world| {
        world.webhook = false;
        if params.flag("drop_pending_updates") {
            world.queue.drop_pending();
        }
    });
    Ok(Value::Bool(true))
}

pub(super) fn get_webhook_info(shared: &Shared, _: &Params) -> Result<Value, ApiError> {
    let (url, pending) = shared.read(|world| {
        (
            if world.webhook {
                "https://webhook.invalid/"
            } else {
                ""
            },
            world.queue.pending(),
        )
    });
    Ok(json!({"url": url, "has_custom_certificate": false, "pending_update_count": pending}))
}
