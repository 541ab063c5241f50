//! `reply_markup`: inline keyboards with Telegram's checks.

use serde_json::Value;

use crate::answers::ApiError;
use crate::chats::Button;
use crate::params::Params;

/// `callback_data` is 1 to 64 bytes.
const CALLBACK_DATA_LIMIT_BYTES: usize = 64;
/// Buttons of one keyboard; Telegram cuts at 100.
const BUTTONS_LIMIT: usize = 100;

/// The inline keyboard of a request; other markups (a reply keyboard, force reply) leave no buttons.
pub(crate) fn inline_keyboard(params: &Params) -> Result<Vec<Vec<Button>>, ApiError> {
    let Some(markup) = params.json_value("reply_markup")? else {
        return Ok(Vec::new());
    };
    let Value::Object(markup) = markup else {
        return Err(ApiError::bad("object expected as reply markup"));
    };
    let Some(rows) = markup.get("inline_keyboard") else {
        return Ok(Vec::new());
    };
    let wrong = || {
        ApiError::bad(
            "field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays",
        )
    };
    let mut keyboard = Vec::new();
    for row in rows.as_array().ok_or_else(wrong)? {
        let row: Vec<Button> = row
            .as_array()
            .ok_or_else(wrong)?
            .iter()
            .map(button)
            .collect::<Result<_, _>>()?;
        if !row.is_empty() {
            keyboard.push(row);
        }
    }
    if keyboard.iter().map(Vec::len).sum::<usize>() > BUTTONS_LIMIT {
        return Err(ApiError::bad("REPLY_MARKUP_TOO_LONG"));
    }
    Ok(keyboard)
}

fn button(value: &Value) -> Result<Button, ApiError> {
    let unusable =
        |reason: &str| ApiError::bad(format!("can't parse inline keyboard button: {reason}"));
    let field = |key: &str| {
        value
            .get(key)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .filter(|s| !s.is_empty())
    };
    let text = field("text").ok_or_else(|| unusable("Can't find field \"text\""))?;
    let button = Button {
        text,
        callback_data: field("callback_data"),
        url: field("url"),
    };
    if let Some(url) = &button.url {
        check_url(url)?;
    } else if let Some(data) = &button.callback_data {
        if data.len() > CALLBACK_DATA_LIMIT_BYTES {
            return Err(ApiError::bad("BUTTON_DATA_INVALID"));
        }
    } else {
        return Err(unusable(
            "Text buttons are unallowed in the inline keyboard",
        ));
    }
    Ok(button)
}

fn check_url(url: &str) -> Result<(), ApiError> {
    let known = ["http://", "https://", "tg://"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    let bare = url.contains('.') && !url.contains("://") && !url.contains(char::is_whitespace);
    if known || bare {
        return Ok(());
    }
    Err(ApiError::bad(format!(
        "inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"
    )))
}
