//! What a chat shows besides messages.

use serde_json::{Value, json};

use crate::answers::ApiError;
use crate::chats::ChatAction;
use crate::clock::now_ms;
use crate::objects;
use crate::params::Params;
use crate::shared::Shared;

const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

/// `sendChatAction`.
pub(super) fn send_action(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let action = params.text("action").to_ascii_lowercase();
    if !ACTIONS.contains(&action.as_str()) {
        return Err(ApiError::bad("wrong parameter action in request"));
    }
    let chat = params.chat()?;
    shared.change(|world| {
        let version = world.version;
        world.reachable(chat)?.actions.push(ChatAction {
            action,
            at_ms: now_ms(),
            version,
        });
        Ok(Value::Bool(true))
    })
}

/// `getChat`.
pub(super) fn get_chat(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let id = params.chat()?;
    shared.change(|world| {
        world.reachable(id)?;
        let mut chat = objects::chat(world, id);
        chat["accent_color_id"] = json!(0);
        chat["max_reaction_count"] = json!(11);
        Ok(chat)
    })
}

/// `getChatMember`: everybody who exists is a plain member.
pub(super) fn get_member(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    params.chat()?;
    let id = params.int("user_id").unwrap_or(0);
    shared.read(|world| {
        let account = world
            .people
            .get(&id)
            .ok_or_else(|| ApiError::bad("user not found"))?;
        Ok(json!({"status": "member", "user": objects::user(account)}))
    })
}

/// `pinChatMessage`.
pub(super) fn pin(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let (chat, id) = (params.chat()?, params.message()?);
    shared.change(|world| {
        let version = world.version;
        let message = world
            .reachable(chat)?
            .live(id)
            .ok_or_else(|| ApiError::bad("message to pin not found"))?;
        message.pinned = true;
        message.version = version;
        Ok(Value::Bool(true))
    })
}

/// `unpinChatMessage` (one, or without an id the newest) and `unpinAllChatMessages`.
pub(super) fn unpin(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let chat = params.chat()?;
    let id = params.int("message_id");
    shared.change(|world| {
        let version = world.version;
        let pinned = world
            .reachable(chat)?
            .messages
            .iter_mut()
            .filter(|m| m.pinned);
        for message in pinned.filter(|m| id.is_none_or(|id| i64::from(m.id) == id)) {
            message.pinned = false;
            message.version = version;
        }
        Ok(Value::Bool(true))
    })
}
