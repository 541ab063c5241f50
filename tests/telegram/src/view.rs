//! A snapshot of a chat, with the questions that tests ask.

use std::fmt;

use crate::chats::{CallbackAnswer, ChatAction, Message};
use crate::shared::Shared;
use crate::world::World;

/// A chat, or the part of it that changed since an act.
#[derive(Clone, Debug, Default)]
pub struct ChatView {
    /// Messages, deleted ones included, oldest first.
    pub messages: Vec<Message>,
    /// Answers to presses.
    pub answers: Vec<CallbackAnswer>,
    /// Chat actions.
    pub actions: Vec<ChatAction>,
}

impl ChatView {
    pub(crate) fn of(shared: &Shared, chat: i64, since: u64) -> Self {
        shared.read(|world| Self::at(world, chat, since))
    }

    /// What changed after version `since`.
    pub(crate) fn at(world: &World, chat: i64, since: u64) -> Self {
        let Some(chat) = world.chats.get(&chat) else {
            return Self::default();
        };
        Self {
            messages: chat
                .messages
                .iter()
                .filter(|m| m.version > since)
                .cloned()
                .collect(),
            answers: chat
                .answers
                .iter()
                .filter(|a| a.version > since)
                .cloned()
                .collect(),
            actions: chat
                .actions
                .iter()
                .filter(|a| a.version > since)
                .cloned()
                .collect(),
        }
    }

    /// Messages not deleted.
    pub fn visible(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter().filter(|m| m.deleted_ms.is_none())
    }

    /// The bot's messages not deleted.
    pub fn from_bot(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.visible().filter(|m| m.from_bot)
    }

    /// The bot's newest visible message.
    #[must_use]
    pub fn latest(&self) -> Option<&Message> {
        self.from_bot().next_back()
    }

    /// The bot's newest visible message that contains `part`.
    #[must_use]
    pub fn saying(&self, part: &str) -> Option<&Message> {
        self.from_bot().rev().find(|m| m.text.contains(part))
    }

    /// A message by id, deleted or not.
    #[must_use]
    pub fn message(&self, id: i32) -> Option<&Message> {
        self.messages.iter().find(|m| m.id == id)
    }
}

/// The chat as a transcript for a failed test.
impl fmt::Display for ChatView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for message in &self.messages {
            let who = if message.from_bot { "bot" } else { "person" };
            let gone = if message.deleted_ms.is_some() {
                " (deleted)"
            } else {
                ""
            };
            writeln!(f, "  #{} {who}{gone}: {}", message.id, message.text)?;
            for row in &message.buttons {
                let labels: Vec<&str> = row.iter().map(|b| b.text.as_str()).collect();
                writeln!(f, "      [{}]", labels.join("] ["))?;
            }
        }
        for answer in self.answers.iter().filter(|a| !a.text.is_empty()) {
            writeln!(f, "  toast: {}", answer.text)?;
        }
        Ok(())
    }
}
