//! An act of a person and what the bot does after it.

use crate::chats::{CallbackAnswer, Message};
use crate::people::Person;
use crate::view::ChatView;

/// What follows an act: every wait here sees only messages that were sent, edited or deleted after it.
#[derive(Clone, Debug)]
pub struct Turn {
    pub(crate) person: Person,
    pub(crate) chat: i64,
    pub(crate) since: u64,
    pub(crate) message: Option<i32>,
    pub(crate) query: Option<String>,
}

impl Turn {
    /// The id of the message that was sent; 0 for a press.
    #[must_use]
    pub fn message_id(&self) -> i32 {
        self.message.unwrap_or(0)
    }

    /// The id of the callback query; empty for a message.
    #[must_use]
    pub fn query_id(&self) -> &str {
        self.query.as_deref().unwrap_or_default()
    }

    /// What changed in the chat since the act, so far.
    #[must_use]
    pub fn so_far(&self) -> ChatView {
        ChatView::of(&self.person.shared, self.chat, self.since)
    }

    /// Waits for a message of the bot, new or edited since the act, that contains `part`.
    ///
    /// # Panics
    /// If there is none in time; the message holds the whole chat.
    pub async fn expect_text(&self, part: &str) -> Message {
        self.wait(part, |view| view.saying(part).cloned()).await
    }

    /// Waits until what changed since the act satisfies `condition`.
    ///
    /// # Panics
    /// If it does not in time.
    pub async fn wait_for(&self, condition: impl Fn(&ChatView) -> bool) -> ChatView {
        self.wait("condition", |view| condition(view).then(|| view.clone()))
            .await
    }

    /// Waits for the answer to this press; its text may be empty.
    ///
    /// # Panics
    /// If it was not answered in time.
    pub async fn expect_answer(&self) -> CallbackAnswer {
        let query = self.query_id().to_owned();
        let find = |view: &ChatView| view.answers.iter().find(|a| a.query == query).cloned();
        self.person
            .wait_in(self.person.id, 0, "an answer to the press", find)
            .await
    }

    /// Waits for a button on a message that changed since the act, and presses it.
    ///
    /// # Panics
    /// If none appears in time.
    pub async fn press(&self, button: &str) -> Turn {
        self.person.press_since(None, button, self.since).await
    }

    async fn wait<R>(&self, what: &str, find: impl Fn(&ChatView) -> Option<R>) -> R {
        self.person.wait_in(self.chat, self.since, what, find).await
    }
}
