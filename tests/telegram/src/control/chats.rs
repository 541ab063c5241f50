//! What a chat shows, over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::refuse;
use crate::chats::{Chat, Message};
use crate::clock::now_ms;
use crate::shared::Shared;
use crate::world::World;

/// The longest a chat request is held open.
const WAIT_LIMIT_MS: u64 = 60_000;
/// A chat action is shown for 5 seconds, as in the apps.
const ACTION_SHOWN_MS: u64 = 5_000;
/// Types that a browser may show in the page; all else is downloaded.
const INLINE_TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

#[derive(Deserialize)]
pub(super) struct Watch {
    /// Answer once the chat's version is above this.
    #[serde(default)]
    since: u64,
    /// Milliseconds to wait for that.
    #[serde(default)]
    wait_ms: u64,
}

/// `GET /people/{id}/chat?since=&wait_ms=`: the whole chat, once it is newer than `since`.
pub(super) async fn watch(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<i64>,
    Query(watch): Query<Watch>,
) -> Json<Value> {
    let newer = shared.until(|world| {
        world
            .chats
            .get(&id)
            .filter(|chat| chat.version > watch.since)
            .map(|_| ())
    });
    let wait = Duration::from_millis(watch.wait_ms.min(WAIT_LIMIT_MS));
    // Running out of time is an answer too: the chat as it is.
    let _elapsed = tokio::time::timeout(wait, newer).await;
    Json(shared.read(|world| shown(world, id)))
}

fn shown(world: &World, id: i64) -> Value {
    let Some(chat) = world.chats.get(&id) else {
        return json!({"version": 0, "messages": [], "answers": [], "actions": [], "commands": []});
    };
    let messages: Vec<Value> = chat.messages.iter().map(message).collect();
    let person = world.people.get(&id);
    json!({
        "version": chat.version, "now_ms": now_ms(), "blocked": chat.blocked, "started": chat.started,
        "language": person.and_then(|p| p.language.clone()), "messages": messages, "answers": chat.answers,
        "actions": chat.actions, "action": current_action(chat), "commands": world.menu(id),
    })
}

fn message(message: &Message) -> Value {
    let mut value = json!(message);
    value["html"] = json!(message.html());
    value
}

/// The action the app would show now: recent, and no message of the bot came after it.
fn current_action(chat: &Chat) -> Option<&str> {
    let action = chat.actions.last()?;
    let answered = chat
        .messages
        .iter()
        .any(|m| m.from_bot && m.version > action.version && m.deleted_ms.is_none());
    let recent = now_ms().saturating_sub(action.at_ms) < ACTION_SHOWN_MS;
    (recent && !answered).then_some(action.action.as_str())
}

/// `GET /groups/{id}`: a group's messages.
pub(super) async fn group(State(shared): State<Arc<Shared>>, Path(id): Path<i64>) -> Json<Value> {
    Json(shared.read(|world| shown(world, id)))
}

/// `GET /files/{id}`: a file; only pictures may be shown in place.
pub(super) async fn file(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let Some(file) = shared.read(|world| world.files.get(&id).cloned()) else {
        return refuse(StatusCode::NOT_FOUND, "no such file");
    };
    let inline = INLINE_TYPES.into_iter().find(|known| *known == file.mime);
    let name: String = file
        .name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && c != '"' {
                c
            } else {
                '_'
            }
        })
        .collect();
    let disposition = match inline {
        Some(_) => "inline".to_owned(),
        None => format!("attachment; filename=\"{name}\""),
    };
    let headers = [
        (
            CONTENT_TYPE,
            inline.unwrap_or("application/octet-stream").to_owned(),
        ),
        (CONTENT_DISPOSITION, disposition),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, Body::from(file.bytes)).into_response()
}
