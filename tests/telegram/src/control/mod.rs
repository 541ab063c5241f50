//! The control API: the person's side and the faults over HTTP, for other processes and for the page.
//!
//! See the crate's documentation for the table of routes.

mod chats;
mod faults;
mod guard;
mod log;
mod people;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router, middleware};
use serde_json::json;

use crate::acts::ActError;
use crate::shared::Shared;

pub(crate) use guard::only_loopback;

/// The routes under `/control`, guarded.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/people", get(people::list).post(people::add))
        .route("/people/{id}/chat", get(chats::watch))
        .route("/people/{id}/send", post(people::send))
        .route("/people/{id}/press", post(people::press))
        .route("/people/{id}/upload", post(people::upload))
        .route("/people/{id}/language", post(people::language))
        .route("/people/{id}/block", post(people::block))
        .route("/groups/{id}", get(chats::group))
        .route("/files/{id}", get(chats::file))
        .route(
            "/faults",
            get(faults::list).post(faults::add).delete(faults::clear),
        )
        .route("/faults/{id}", delete(faults::clear_one))
        .route("/requests", get(log::requests))
        .route("/updates", get(log::updates))
        .route("/redeliver", post(log::redeliver))
        .fallback(|| async { refuse(StatusCode::NOT_FOUND, "no such control route") })
        .layer(middleware::from_fn(only_loopback))
}

/// A refusal as `{"error": …}`.
fn refuse(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({"error": reason}))).into_response()
}

impl IntoResponse for ActError {
    fn into_response(self) -> Response {
        refuse(StatusCode::NOT_FOUND, &self.to_string())
    }
}
