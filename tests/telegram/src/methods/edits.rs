//! Edits. As at Telegram, an edit without `reply_markup` removes the buttons.

use serde_json::Value;

use super::media::{self, CAPTION_LIMIT_UNITS};
use super::messages::TEXT_LIMIT_UNITS;
use crate::answers::ApiError;
use crate::chats::{Attachment, Button, Message};
use crate::clock::now_ms;
use crate::entities::{Formatted, formatted, utf16_len};
use crate::keyboards::inline_keyboard;
use crate::objects;
use crate::params::Params;
use crate::shared::Shared;

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly the \
                            same as a current content and reply markup of the message";

/// What an edit sets; `None` keeps the old.
struct Edit {
    content: Option<Formatted>,
    attachment: Option<Attachment>,
    buttons: Vec<Vec<Button>>,
}

/// `editMessageText`.
pub(super) fn edit_text(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let content = formatted(params, "text")?;
    if content.text.is_empty() {
        return Err(ApiError::bad("message text is empty"));
    }
    if utf16_len(&content.text) > TEXT_LIMIT_UNITS {
        return Err(ApiError::bad("MESSAGE_TOO_LONG"));
    }
    let edit = Edit {
        content: Some(content),
        attachment: None,
        buttons: inline_keyboard(params)?,
    };
    apply(shared, params, edit, |message| match message.attachment {
        None => Ok(()),
        Some(_) => Err(ApiError::bad("there is no text in the message to edit")),
    })
}

/// `editMessageCaption`.
pub(super) fn edit_caption(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let content = formatted(params, "caption")?;
    if utf16_len(&content.text) > CAPTION_LIMIT_UNITS {
        return Err(ApiError::bad("MEDIA_CAPTION_TOO_LONG"));
    }
    let edit = Edit {
        content: Some(content),
        attachment: None,
        buttons: inline_keyboard(params)?,
    };
    apply(shared, params, edit, |message| match message.attachment {
        Some(_) => Ok(()),
        None => Err(ApiError::bad("there is no caption in the message to edit")),
    })
}

/// `editMessageReplyMarkup`.
pub(super) fn edit_markup(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let edit = Edit {
        content: None,
        attachment: None,
        buttons: inline_keyboard(params)?,
    };
    apply(shared, params, edit, |_| Ok(()))
}

/// `editMessageMedia`, for documents and photos.
pub(super) fn edit_media(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let media = params
        .json_value("media")?
        .ok_or_else(|| ApiError::bad("input media is not specified"))?;
    let field = |key: &str| media.get(key).cloned().unwrap_or(Value::Null);
    let kind = match field("type").as_str() {
        Some("photo") => "photo",
        Some("document") => "document",
        _ => {
            return Err(ApiError::bad(
                "can't parse input media: type must be photo or document",
            ));
        }
    };
    let mut inner = Params::default();
    inner.files.clone_from(&params.files);
    inner.values.insert(kind.to_owned(), field("media"));
    for key in ["caption", "parse_mode", "caption_entities"] {
        inner.values.insert(key.to_owned(), field(key));
    }
    let attachment = media::attachment(shared, &inner, kind)?;
    let content = media::caption(&inner)?;
    let edit = Edit {
        content: Some(content),
        attachment: Some(attachment),
        buttons: inline_keyboard(params)?,
    };
    apply(shared, params, edit, |_| Ok(()))
}

fn apply(
    shared: &Shared,
    params: &Params,
    edit: Edit,
    fits: impl FnOnce(&Message) -> Result<(), ApiError>,
) -> Result<Value, ApiError> {
    let (chat, id) = (params.chat()?, params.message()?);
    shared.change(|world| {
        let version = world.version;
        let message = world
            .reachable(chat)?
            .live(id)
            .ok_or_else(|| ApiError::bad("message to edit not found"))?;
        if !message.from_bot {
            return Err(ApiError::bad("message can't be edited"));
        }
        fits(message)?;
        change(message, edit)?;
        message.version = version;
        let edited = message.clone();
        Ok(objects::message(world, &edited))
    })
}

/// Sets what differs; an edit that changes nothing is Telegram's 400.
fn change(message: &mut Message, edit: Edit) -> Result<(), ApiError> {
    let same_text = edit
        .content
        .as_ref()
        .is_none_or(|c| c.text == message.text && c.entities == message.entities);
    if same_text && edit.attachment.is_none() && edit.buttons == message.buttons {
        return Err(ApiError::bad(NOT_MODIFIED));
    }
    let now = now_ms();
    message.remember(now);
    if !same_text || edit.attachment.is_some() {
        message.edited_ms = Some(now);
    }
    if let Some(content) = edit.content {
        message.text = content.text;
        message.entities = content.entities;
    }
    if edit.attachment.is_some() {
        message.attachment = edit.attachment;
    }
    message.buttons = edit.buttons;
    Ok(())
}
