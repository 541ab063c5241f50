//! What people do, as changes of the world: shared by the Rust API and the control API.

use std::time::Instant;

use serde_json::json;

use crate::chats::Attachment;
use crate::clock::now_ms;
use crate::entities::detect;
use crate::files::StoredFile;
use crate::objects;
use crate::world::{Query, World};

/// A person's side cannot do that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// No such message, or deleted.
    #[error("message {0} is not in the chat")]
    NoMessage(i32),
    /// No visible message has such a button.
    #[error("no button “{0}”")]
    NoButton(String),
    /// The button is a link; the bot never hears of a press.
    #[error("button “{0}” is a link")]
    Link(String),
}

impl World {
    /// A person's text in a chat: their own, or a group. Returns the message id.
    pub(crate) fn say(&mut self, person: i64, chat: i64, text: &str, sent_ms: u64) -> i32 {
        self.enter(person, chat);
        let mut message = self.draft(chat, person);
        text.clone_into(&mut message.text);
        message.entities = detect(text, &[]);
        message.sent_ms = sent_ms;
        let id = message.id;
        let shown = self.post(message);
        self.queue.push("message", shown);
        id
    }

    /// A person's file in their private chat.
    pub(crate) fn upload(&mut self, person: i64, file: StoredFile, caption: &str) -> i32 {
        self.enter(person, person);
        let mut message = self.draft(person, person);
        caption.clone_into(&mut message.text);
        let (name, mime, size) = (file.name.clone(), file.mime.clone(), file.bytes.len());
        let file_id = self.files.keep(file);
        message.attachment = Some(Attachment {
            kind: "document",
            file_id,
            name,
            mime,
            size,
        });
        let id = message.id;
        let shown = self.post(message);
        self.queue.push("message", shown);
        id
    }

    /// A person corrects their own message.
    pub(crate) fn correct(&mut self, person: i64, id: i32, text: &str) -> Result<(), ActError> {
        let version = self.version;
        let chat = self.chat_of(person);
        chat.version = version;
        let message = chat
            .live(id)
            .filter(|m| m.from == person)
            .ok_or(ActError::NoMessage(id))?;
        message.remember(now_ms());
        text.clone_into(&mut message.text);
        message.entities = detect(text, &[]);
        message.edited_ms = Some(now_ms());
        message.version = version;
        let edited = message.clone();
        let shown = objects::message(self, &edited);
        self.queue.push("edited_message", shown);
        Ok(())
    }

    /// The data of a button, on a message or (newest first) on any visible one of the chat.
    pub(crate) fn find_button(
        &self,
        chat: i64,
        message: Option<i32>,
        wanted: &str,
        since: u64,
    ) -> Result<(i32, String), ActError> {
        let missing = || ActError::NoButton(wanted.to_owned());
        let messages = &self.chats.get(&chat).ok_or_else(missing)?.messages;
        let candidates = messages.iter().rev().filter(|m| {
            m.deleted_ms.is_none() && m.version > since && message.is_none_or(|id| id == m.id)
        });
        let (id, button) = candidates
            .filter_map(|m| Some((m.id, m.button(wanted)?)))
            .next()
            .ok_or_else(missing)?;
        let data = button
            .callback_data
            .clone()
            .ok_or_else(|| ActError::Link(button.text.clone()))?;
        Ok((id, data))
    }

    /// Queues a callback query with any data on any message; no check, as a forger would have it.
    /// A message that is gone arrives as inaccessible. Returns the query id.
    pub(crate) fn press(&mut self, person: i64, chat: i64, message: i32, data: &str) -> String {
        self.person(person);
        let version = self.version;
        let id = format!("{}{:010}", self.bot.id, version);
        let shown = match self
            .message(chat, message)
            .filter(|m| m.deleted_ms.is_none())
        {
            Some(found) => objects::message(self, found),
            None => objects::inaccessible(self, chat, message),
        };
        let from = objects::user(self.person(person));
        let instance = format!("-{}", chat.unsigned_abs());
        self.queue.push(
            "callback_query",
            json!({"id": id, "from": from, "message": shown, "chat_instance": instance, "data": data}),
        );
        self.queries.push(Query {
            id: id.clone(),
            from: person,
            asked: Instant::now(),
            answered: false,
        });
        id
    }

    /// Blocks or unblocks the bot; the bot hears it as `my_chat_member`.
    pub(crate) fn set_blocked(&mut self, person: i64, blocked: bool) {
        self.person(person);
        let version = self.version;
        let chat = self.chat_of(person);
        if chat.blocked == blocked {
            return;
        }
        chat.blocked = blocked;
        chat.version = version;
        let (old, new) = if blocked {
            ("member", "kicked")
        } else {
            ("kicked", "member")
        };
        let body = json!({
            "chat": objects::chat(self, person),
            "from": objects::user(self.person(person)),
            "date": now_ms() / 1000,
            "old_chat_member": self.bot_member(old),
            "new_chat_member": self.bot_member(new),
        });
        self.queue.push("my_chat_member", body);
    }

    fn bot_member(&self, status: &str) -> serde_json::Value {
        let mut member = json!({"user": objects::bot(self), "status": status});
        if status == "kicked" {
            member["until_date"] = json!(0);
        }
        member
    }

    /// Writing to the bot starts the chat, and ends a block (the app's “Restart”).
    fn enter(&mut self, person: i64, chat: i64) {
        self.person(person);
        self.set_blocked(person, false);
        let chat = self.chat_of(chat);
        chat.started = true;
    }
}
