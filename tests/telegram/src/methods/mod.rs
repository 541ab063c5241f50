//! The Bot API's methods, one module per subject.

mod callbacks;
mod chats;
mod edits;
mod identity;
mod media;
mod menu;
mod messages;
mod polling;

use serde_json::Value;

use crate::answers::ApiError;
use crate::params::Params;
use crate::shared::Shared;

/// Methods that are known, in their documented spelling.
const NAMES: [&str; 33] = [
    "getMe",
    "logOut",
    "close",
    "getUpdates",
    "setWebhook",
    "deleteWebhook",
    "getWebhookInfo",
    "sendMessage",
    "editMessageText",
    "editMessageCaption",
    "editMessageReplyMarkup",
    "editMessageMedia",
    "deleteMessage",
    "deleteMessages",
    "answerCallbackQuery",
    "sendChatAction",
    "sendDocument",
    "sendPhoto",
    "getFile",
    "getChat",
    "getChatMember",
    "pinChatMessage",
    "unpinChatMessage",
    "unpinAllChatMessages",
    "setMyCommands",
    "getMyCommands",
    "deleteMyCommands",
    "setMyName",
    "getMyName",
    "setMyDescription",
    "setMyShortDescription",
    "setChatMenuButton",
    "leaveChat",
];

/// The documented spelling of a method named in any case; an unknown name stays as it is.
pub(crate) fn canonical(name: &str) -> &str {
    NAMES
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(name))
        .unwrap_or(name)
}

/// Runs a method.
pub(crate) async fn call(
    shared: &Shared,
    method: &str,
    params: &Params,
) -> Result<Value, ApiError> {
    if method == "getUpdates" {
        return polling::get_updates(shared, params).await;
    }
    let run = match method {
        "getMe" => identity::get_me,
        "setWebhook" => polling::set_webhook,
        "deleteWebhook" => polling::delete_webhook,
        "getWebhookInfo" => polling::get_webhook_info,
        "sendMessage" => messages::send_message,
        "sendDocument" => media::send_document,
        "sendPhoto" => media::send_photo,
        "getFile" => media::get_file,
        "editMessageText" => edits::edit_text,
        "editMessageCaption" => edits::edit_caption,
        "editMessageReplyMarkup" => edits::edit_markup,
        "editMessageMedia" => edits::edit_media,
        "deleteMessage" => messages::delete_message,
        "deleteMessages" => messages::delete_messages,
        "answerCallbackQuery" => callbacks::answer,
        "sendChatAction" => chats::send_action,
        "getChat" => chats::get_chat,
        "getChatMember" => chats::get_member,
        "pinChatMessage" => chats::pin,
        "unpinChatMessage" | "unpinAllChatMessages" => chats::unpin,
        "setMyCommands" => menu::set_commands,
        "getMyCommands" => menu::get_commands,
        "deleteMyCommands" => menu::delete_commands,
        "getMyName" => identity::get_name,
        "logOut"
        | "close"
        | "setMyName"
        | "setMyDescription"
        | "setMyShortDescription"
        | "setChatMenuButton"
        | "leaveChat" => identity::accept,
        _ => return Err(ApiError::new(404, "Not Found: method not found")),
    };
    run(shared, params)
}
