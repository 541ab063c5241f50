//! Faults, over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::faults::{Fault, FaultId};
use crate::shared::Shared;

type Server = State<Arc<Shared>>;

/// `GET /faults`: those in force, with how often each struck.
pub(super) async fn list(State(shared): Server) -> Json<Value> {
    Json(json!({"faults": shared.read(|world| world.faults.list().to_vec())}))
}

/// `POST /faults`: a [`Fault`] as JSON.
pub(super) async fn add(State(shared): Server, Json(fault): Json<Fault>) -> Json<Value> {
    Json(json!({"id": shared.change(|world| world.faults.add(fault))}))
}

/// `DELETE /faults`: ends all; stalled requests go on.
pub(super) async fn clear(State(shared): Server) -> Json<Value> {
    shared.change(|world| world.faults.clear_all());
    Json(json!({"cleared": true}))
}

/// `DELETE /faults/{id}`.
pub(super) async fn clear_one(State(shared): Server, Path(id): Path<u64>) -> Json<Value> {
    Json(json!({"cleared": shared.change(|world| world.faults.clear(FaultId(id)))}))
}
