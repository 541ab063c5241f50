//! Chats and their messages, as a person sees them, with all that was there before.

use serde::{Deserialize, Serialize};

use crate::entities::Entity;

/// A button of an inline keyboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// The label.
    pub text: String,
    /// `callback_data`, 1 to 64 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_data: Option<String>,
    /// A link opened by the app; the bot hears nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A file that hangs on a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// `document` or `photo`.
    pub kind: &'static str,
    /// The key for [`crate::TelegramServer::file`].
    pub file_id: String,
    /// Name given by the sender.
    pub name: String,
    /// MIME type given by the sender, or guessed from the name.
    pub mime: String,
    /// Size in bytes.
    pub size: usize,
}

/// What a message was before an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Revision {
    /// Text or caption then.
    pub text: String,
    /// Buttons then.
    pub buttons: Vec<Vec<Button>>,
    /// When it was replaced, in milliseconds since the epoch.
    pub until_ms: u64,
}

/// One message of a chat: its present state and its history.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// `message_id`.
    pub id: i32,
    /// The chat: a user id, or a negative group id.
    pub chat: i64,
    /// Who sent it.
    pub from: i64,
    /// Whether the bot sent it.
    pub from_bot: bool,
    /// Text or caption, entities taken out.
    pub text: String,
    /// Entities of `text`, in UTF-16 units.
    pub entities: Vec<Entity>,
    /// Inline keyboard, by rows.
    pub buttons: Vec<Vec<Button>>,
    /// A document or a photo.
    pub attachment: Option<Attachment>,
    /// Sent with `disable_notification`.
    pub silent: bool,
    /// Sent with `protect_content`.
    pub protected: bool,
    /// Whether the bot pinned it.
    pub pinned: bool,
    /// The message it answers.
    pub reply_to: Option<i32>,
    /// When it was sent, in milliseconds since the epoch.
    pub sent_ms: u64,
    /// When its content was last edited.
    pub edited_ms: Option<u64>,
    /// When it was deleted; a deleted message stays here for tests to see.
    pub deleted_ms: Option<u64>,
    /// Former states, oldest first.
    pub history: Vec<Revision>,
    /// The server's version number at its last change.
    pub version: u64,
}

impl Message {
    /// All buttons, row by row.
    pub fn all_buttons(&self) -> impl Iterator<Item = &Button> {
        self.buttons.iter().flatten()
    }

    /// The button with this exact data, else this exact label, else a label that contains it.
    #[must_use]
    pub fn button(&self, wanted: &str) -> Option<&Button> {
        let by = |test: &dyn Fn(&Button) -> bool| self.all_buttons().find(|b| test(b));
        by(&|b| b.callback_data.as_deref() == Some(wanted))
            .or_else(|| by(&|b| b.text == wanted))
            .or_else(|| by(&|b| b.text.contains(wanted)))
    }

    /// The text as sanitised HTML; only tags of ours, everything else escaped.
    #[must_use]
    pub fn html(&self) -> String {
        crate::entities::to_html(&self.text, &self.entities)
    }

    /// Keeps the present state in the history.
    pub(crate) fn remember(&mut self, now_ms: u64) {
        self.history.push(Revision {
            text: self.text.clone(),
            buttons: self.buttons.clone(),
            until_ms: now_ms,
        });
    }
}

/// What the bot answered to a press.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallbackAnswer {
    /// `callback_query_id`.
    pub query: String,
    /// Toast or alert text; empty just stops the button's spinner.
    pub text: String,
    /// Shown as an alert that must be closed.
    pub alert: bool,
    /// When, in milliseconds since the epoch.
    pub at_ms: u64,
    /// The server's version number then.
    pub version: u64,
}

/// A `sendChatAction` call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChatAction {
    /// Such as `typing`.
    pub action: String,
    /// When, in milliseconds since the epoch.
    pub at_ms: u64,
    /// The server's version number then.
    pub version: u64,
}

/// A private chat or a group.
#[derive(Debug, Default)]
pub(crate) struct Chat {
    pub(crate) messages: Vec<Message>,
    pub(crate) actions: Vec<ChatAction>,
    pub(crate) answers: Vec<CallbackAnswer>,
    /// A private chat whose person pressed Start, or any group.
    pub(crate) started: bool,
    pub(crate) blocked: bool,
    pub(crate) version: u64,
}

impl Chat {
    /// A message that still exists.
    pub(crate) fn live(&mut self, id: i32) -> Option<&mut Message> {
        self.messages
            .iter_mut()
            .find(|m| m.id == id && m.deleted_ms.is_none())
    }
}
