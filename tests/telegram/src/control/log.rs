//! The request log and the updates, over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::calls::Call;
use crate::shared::Shared;
use crate::world::World;

type Server = State<Arc<Shared>>;

#[derive(Deserialize)]
pub(super) struct Which {
    /// Only requests with a higher id.
    #[serde(default)]
    after: u64,
    /// Only this method.
    method: Option<String>,
    /// Milliseconds to wait for the first one.
    #[serde(default)]
    wait_ms: u64,
}

impl Which {
    fn of(&self, world: &World) -> Vec<Call> {
        let wanted = |call: &&Call| {
            self.method
                .as_ref()
                .is_none_or(|m| m.eq_ignore_ascii_case(&call.method))
        };
        world
            .calls
            .since(self.after)
            .iter()
            .filter(wanted)
            .cloned()
            .collect()
    }
}

/// `GET /requests?after=&method=&wait_ms=`.
pub(super) async fn requests(State(shared): Server, Query(which): Query<Which>) -> Json<Value> {
    let found = shared.until(|world| (!which.of(world).is_empty()).then_some(()));
    // Running out of time is an answer too: an empty list.
    let _elapsed = tokio::time::timeout(Duration::from_millis(which.wait_ms), found).await;
    Json(json!({"requests": shared.read(|world| which.of(world))}))
}

/// `GET /updates`: all that were queued, and how many wait.
pub(super) async fn updates(State(shared): Server) -> Json<Value> {
    Json(
        shared.read(
            |world| json!({"updates": world.queue.history(), "pending": world.queue.pending()}),
        ),
    )
}

#[derive(Deserialize)]
pub(super) struct Redeliver {
    /// The first `update_id` to deliver again.
    from: u32,
}

/// `POST /redeliver`.
pub(super) async fn redeliver(State(shared): Server, Json(again): Json<Redeliver>) -> Json<Value> {
    Json(json!({"redelivered": shared.change(|world| world.queue.redeliver(again.from))}))
}
