//! Documents and photos: uploads, resends by `file_id`, downloads.

use serde_json::{Value, json};

use super::messages::outgoing;
use crate::answers::ApiError;
use crate::chats::Attachment;
use crate::entities::{Formatted, formatted, utf16_len};
use crate::files::{DOWNLOAD_LIMIT_BYTES, path_of};
use crate::keyboards::inline_keyboard;
use crate::params::Params;
use crate::shared::Shared;

/// A caption, after its entities are parsed: 1024 UTF-16 units.
pub(super) const CAPTION_LIMIT_UNITS: usize = 1024;
/// A photo: 10 MB.
const PHOTO_LIMIT_BYTES: usize = 10 * 1024 * 1024;

/// `sendDocument`.
pub(super) fn send_document(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    send(shared, params, "document")
}

/// `sendPhoto`.
pub(super) fn send_photo(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    send(shared, params, "photo")
}

fn send(shared: &Shared, params: &Params, kind: &'static str) -> Result<Value, ApiError> {
    let chat = params.chat()?;
    let caption = caption(params)?;
    let buttons = inline_keyboard(params)?;
    let attachment = attachment(shared, params, kind)?;
    shared.change(|world| {
        let mut message = outgoing(world, chat, params)?;
        message.text = caption.text;
        message.entities = caption.entities;
        message.buttons = buttons;
        message.attachment = Some(attachment);
        Ok(world.post(message))
    })
}

/// The caption of a request, checked.
pub(super) fn caption(params: &Params) -> Result<Formatted, ApiError> {
    let caption = formatted(params, "caption")?;
    if utf16_len(&caption.text) > CAPTION_LIMIT_UNITS {
        return Err(ApiError::bad("message caption is too long"));
    }
    Ok(caption)
}

/// The file of a request: uploaded now, or known by its id. URLs are never fetched.
pub(super) fn attachment(
    shared: &Shared,
    params: &Params,
    kind: &'static str,
) -> Result<Attachment, ApiError> {
    let Some(file) = params.upload(kind).cloned() else {
        return known(shared, &params.text(kind), kind);
    };
    let (name, mime, size) = (file.name.clone(), file.mime.clone(), file.bytes.len());
    if size == 0 {
        return Err(ApiError::bad("file must be non-empty"));
    }
    if kind == "photo" && size > PHOTO_LIMIT_BYTES {
        return Err(ApiError::bad("file is too big"));
    }
    let file_id = shared.change(|world| world.files.keep(file));
    Ok(Attachment {
        kind,
        file_id,
        name,
        mime,
        size,
    })
}

fn known(shared: &Shared, id: &str, kind: &'static str) -> Result<Attachment, ApiError> {
    if id.is_empty() {
        return Err(ApiError::bad(format!("there is no {kind} in the request")));
    }
    let file = shared.read(|world| world.files.get(id).cloned());
    let file = file.ok_or_else(|| ApiError::bad("wrong file identifier/HTTP URL specified"))?;
    Ok(Attachment {
        kind,
        file_id: id.to_owned(),
        name: file.name,
        mime: file.mime,
        size: file.bytes.len(),
    })
}

/// `getFile`.
pub(super) fn get_file(shared: &Shared, params: &Params) -> Result<Value, ApiError> {
    let id = params.text("file_id");
    let size = shared.read(|world| world.files.get(&id).map(|f| f.bytes.len()));
    match size {
        None => Err(ApiError::bad("invalid file_id")),
        Some(size) if size > DOWNLOAD_LIMIT_BYTES => Err(ApiError::bad("file is too big")),
        Some(size) => Ok(json!({
            "file_id": id, "file_unique_id": format!("u{id}"), "file_size": size, "file_path": path_of(&id),
        })),
    }
}
