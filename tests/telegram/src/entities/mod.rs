//! Formatted text: what a parse mode makes of it, and how the page shows it.

mod detect;
mod html;
mod markdown;
mod references;
mod render;
mod tags;

use serde::{Deserialize, Serialize};

use crate::answers::ApiError;
use crate::params::Params;

pub(crate) use detect::detect;
pub(crate) use render::to_html;

/// A `MessageEntity`; offsets and lengths in UTF-16 code units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// `bold`, `italic`, `underline`, `strikethrough`, `spoiler`, `code`, `pre`, `text_link`,
    /// `blockquote`, `expandable_blockquote`, `bot_command` or `url`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Start.
    pub offset: usize,
    /// Length.
    pub length: usize,
    /// Target of a `text_link`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Language of a `pre`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Entity {
    pub(crate) fn new(kind: &str, offset: usize, length: usize) -> Self {
        Self {
            kind: kind.to_owned(),
            offset,
            length,
            url: None,
            language: None,
        }
    }

    pub(crate) fn end(&self) -> usize {
        self.offset + self.length
    }
}

/// Text without markup, and its entities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Formatted {
    pub(crate) text: String,
    pub(crate) entities: Vec<Entity>,
}

/// Length as Telegram counts it.
pub(crate) fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Reads the text under `key` by the request's `parse_mode` or its list of entities, trimmed as Telegram trims.
pub(crate) fn formatted(params: &Params, key: &str) -> Result<Formatted, ApiError> {
    let text = params.text(key);
    let list = if key == "caption" {
        "caption_entities"
    } else {
        "entities"
    };
    let unparsable = |reason: String| ApiError::bad(format!("can't parse entities: {reason}"));
    let mut formatted = match params.text("parse_mode").to_ascii_lowercase().as_str() {
        "" | "none" => Formatted {
            text,
            entities: params.structure(list)?.unwrap_or_default(),
        },
        "html" => html::parse(&text).map_err(unparsable)?,
        "markdownv2" => markdown::parse(&text).map_err(unparsable)?,
        _ => return Err(ApiError::bad("unsupported parse_mode")),
    };
    trim(&mut formatted);
    let detected = detect(&formatted.text, &formatted.entities);
    formatted.entities.extend(detected);
    formatted
        .entities
        .sort_by_key(|e| (e.offset, std::cmp::Reverse(e.length)));
    Ok(formatted)
}

/// Cuts white space at both ends; entities that covered only that vanish.
fn trim(formatted: &mut Formatted) {
    let lead_len = formatted.text.len() - formatted.text.trim_start().len();
    let lead = utf16_len(&formatted.text[..lead_len]);
    formatted.text = formatted.text.trim().to_owned();
    let end = utf16_len(&formatted.text);
    for entity in &mut formatted.entities {
        let from = entity.offset.saturating_sub(lead).min(end);
        let to = entity.end().saturating_sub(lead).min(end);
        entity.offset = from;
        entity.length = to - from;
    }
    formatted.entities.retain(|e| e.length > 0);
}
