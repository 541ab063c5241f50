//! Sending and deleting messages.

use serde_json::Value;

use crate::answers::ApiError;
use crate::chats::Message;
use crate::clock::now_ms;
use crate::entities::{formatted, utf16_len};
use crate::keyboards::inline_keyboard;
use crate::params::Params;
use crate::shared::Shared;
use crate::world::World;

/// A text, after its entities are parsed: 4096 UTF-16 units.
pub(super) const TEXT_LIMIT_UNITS: usize = 4096;
/// A bot may delete a message for 48 hours.
const DELETE_LIMIT_MS: u64 = 48 * 3600 * 1000;

/// `sendMessage`.
pub(super) fn send_message(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let chat = params.chat()?;
    let text = formatted(params, "text")?;
    if text.text.is_empty() {
        return Err(ApiError::bad("message text is empty"));
    }
    if utf16_len(&text.text) > TEXT_LIMIT_UNITS {
        return Err(ApiError::bad("message is too long"));
    }
    let buttons = inline_keyboard(params)?;
    shared.change(|world| {
        let mut message = outgoing(world, chat, params)?;
        message.text = text.text;
        message.entities = text.entities;
        message.buttons = buttons;
        Ok(world.post(message))
    })
}

/// A message from the bot with the options that every `send…` method has.
pub(super) fn outgoing(world: &mut World, chat: i64, params: &Params) -> Result<Message, ApiError> {
    world.reachable(chat)?;
    let reply_to = reply(world, chat, params)?;
    let mut message = world.draft(chat, world.bot.id);
    message.silent = params.flag("disable_notification");
    message.protected = params.flag("protect_content");
    message.reply_to = reply_to;
    Ok(message)
}

/// The message replied to, by `reply_parameters` or the older `reply_to_message_id`.
fn reply(world: &World, chat: i64, params: &Params) -> Result<Option<i32>, ApiError> {
    let given = params.json_value("reply_parameters")?;
    let field = |key: &str| given.as_ref().and_then(|g| g.get(key));
    let id = field("message_id")
        .and_then(Value::as_i64)
        .or_else(|| params.int("reply_to_message_id"));
    let Some(id) = id
        .and_then(|id| i32::try_from(id).ok())
        .filter(|id| *id != 0)
    else {
        return Ok(None);
    };
    if world
        .message(chat, id)
        .is_some_and(|m| m.deleted_ms.is_none())
    {
        return Ok(Some(id));
    }
    let lenient = field("allow_sending_without_reply")
        .and_then(Value::as_bool)
        .unwrap_or(false)
        || params.flag("allow_sending_without_reply");
    if lenient {
        Ok(None)
    } else {
        Err(ApiError::bad("message to be replied not found"))
    }
}

/// `deleteMessage`.
pub(super) fn delete_message(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let (chat, id) = (params.chat()?, params.message()?);
    shared.change(|world| {
        let version = world.version;
        let chat = world
            .chats
            .get_mut(&chat)
            .ok_or_else(|| ApiError::bad("chat not found"))?;
        let message = chat
            .live(id)
            .ok_or_else(|| ApiError::bad("message to delete not found"))?;
        if now_ms().saturating_sub(message.sent_ms) > DELETE_LIMIT_MS {
            return Err(ApiError::bad("message can't be deleted for everyone"));
        }
        message.deleted_ms = Some(now_ms());
        message.version = version;
        chat.version = version;
        Ok(Value::Bool(true))
    })
}

/// `deleteMessages`: 1 to 100 ids; those not found are skipped.
pub(super) fn delete_messages(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let chat = params.chat()?;
    let ids: Vec<i32> = params.structure("message_ids")?.unwrap_or_default();
    if ids.is_empty() {
        return Err(ApiError::bad("message identifiers are not specified"));
    }
    if ids.len() > 100 {
        return Err(ApiError::bad("too many message identifiers specified"));
    }
    shared.change(|world| {
        let version = world.version;
        let chat = world
            .chats
            .get_mut(&chat)
            .ok_or_else(|| ApiError::bad("chat not found"))?;
        chat.version = version;
        for id in ids {
            if let Some(message) = chat.live(id) {
                message.deleted_ms = Some(now_ms());
                message.version = version;
            }
        }
        Ok(Value::Bool(true))
    })
}
