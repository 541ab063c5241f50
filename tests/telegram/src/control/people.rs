//! What a person does, over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::acts::ActError;
use crate::clock::now_ms;
use crate::files::StoredFile;
use crate::options::Account;
use crate::shared::Shared;

type Server = State<Arc<Shared>>;

/// `GET /people`.
pub(super) async fn list(State(shared): Server) -> Json<Value> {
    let person = |account: &Account, blocked: bool, started: bool| {
        json!({
            "id": account.id, "name": account.name, "username": account.username,
            "language": account.language, "label": account.label, "blocked": blocked, "started": started,
        })
    };
    Json(shared.read(|world| {
        let state = |id: i64| {
            world
                .chats
                .get(&id)
                .map_or((false, false), |c| (c.blocked, c.started))
        };
        let people: Vec<Value> = world
            .people
            .values()
            .map(|a| (a, state(a.id)))
            .map(|(a, (b, s))| person(a, b, s))
            .collect();
        json!({"people": people, "bot": {"name": world.bot.name, "username": world.bot.username}})
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPerson {
    id: i64,
    name: String,
    username: Option<String>,
    language: Option<String>,
    label: Option<String>,
    #[serde(default)]
    started: bool,
}

/// `POST /people`.
pub(super) async fn add(State(shared): Server, Json(new): Json<NewPerson>) -> Json<Value> {
    let NewPerson {
        id,
        name,
        username,
        language,
        label,
        started,
    } = new;
    shared.change(|world| {
        world.meet(Account {
            id,
            name,
            username,
            language,
            label,
        });
        world.chat_of(id).started |= started;
    });
    Json(json!({"id": id}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Say {
    text: String,
    /// A negative group id; absent for the private chat.
    group: Option<i64>,
    /// Milliseconds since the epoch, for a message that is older than now.
    date_ms: Option<u64>,
}

/// `POST /people/{id}/send`.
pub(super) async fn send(
    State(shared): Server,
    Path(id): Path<i64>,
    Json(say): Json<Say>,
) -> Json<Value> {
    let (chat, at) = (say.group.unwrap_or(id), say.date_ms.unwrap_or_else(now_ms));
    Json(shared.change(|world| {
        let message = world.say(id, chat, &say.text, at);
        json!({"message_id": message, "version": world.version})
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Press {
    /// Data, label or part of a label: pressed where it is found.
    button: Option<String>,
    /// Forged data: pressed without a look whether it exists.
    data: Option<String>,
    message_id: Option<i32>,
    chat: Option<i64>,
}

/// `POST /people/{id}/press`.
pub(super) async fn press(
    State(shared): Server,
    Path(id): Path<i64>,
    Json(press): Json<Press>,
) -> Result<Json<Value>, ActError> {
    let chat = press.chat.unwrap_or(id);
    shared.change(|world| {
        let (message, data) = match (press.data, press.button) {
            (Some(data), _) => (press.message_id.unwrap_or(0), data),
            (None, button) => {
                world.find_button(chat, press.message_id, &button.unwrap_or_default(), 0)?
            }
        };
        let query = world.press(id, chat, message, &data);
        Ok(Json(
            json!({"query_id": query, "message_id": message, "version": world.version}),
        ))
    })
}

#[derive(Deserialize)]
pub(super) struct Upload {
    name: String,
    #[serde(default)]
    caption: String,
}

/// `POST /people/{id}/upload?name=&caption=` with the content as `application/octet-stream`.
pub(super) async fn upload(
    State(shared): Server,
    Path(id): Path<i64>,
    Query(upload): Query<Upload>,
    body: Bytes,
) -> Json<Value> {
    let file = StoredFile::named(&upload.name, body);
    Json(shared.change(|world| {
        let message = world.upload(id, file, &upload.caption);
        json!({"message_id": message, "version": world.version})
    }))
}

#[derive(Deserialize)]
pub(super) struct Language {
    language: String,
}

/// `POST /people/{id}/language`: what the person's app speaks from now on.
pub(super) async fn language(
    State(shared): Server,
    Path(id): Path<i64>,
    Json(new): Json<Language>,
) -> Json<Value> {
    shared.change(|world| {
        let version = world.version;
        world.person(id).language = Some(new.language);
        world.chat_of(id).version = version;
    });
    Json(json!({"id": id}))
}

#[derive(Deserialize)]
pub(super) struct Block {
    blocked: bool,
}

/// `POST /people/{id}/block`.
pub(super) async fn block(
    State(shared): Server,
    Path(id): Path<i64>,
    Json(block): Json<Block>,
) -> Json<Value> {
    shared.change(|world| world.set_blocked(id, block.blocked));
    Json(json!({"id": id, "blocked": block.blocked}))
}
