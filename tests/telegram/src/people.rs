//! A person's side of the chats, for tests.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::acts::ActError;
use crate::chats::{CallbackAnswer, ChatAction, Message};
use crate::clock::{now_ms, to_ms};
use crate::files::StoredFile;
use crate::shared::Shared;
use crate::turns::Turn;
use crate::view::ChatView;

/// Somebody with the bot in their contacts. Cheap to clone; every act is visible at once.
///
/// Acts return a [`Turn`], which looks only at what the bot did *after* the act. The same waits on the
/// person itself look at the whole chat.
#[derive(Clone, Debug)]
pub struct Person {
    pub(crate) shared: Arc<Shared>,
    pub(crate) id: i64,
    pub(crate) patience: Duration,
}

impl Person {
    /// The Telegram user id, which is also the private chat's id.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Sets the first name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        self.shared
            .change(|world| name.clone_into(&mut world.person(self.id).name));
        self
    }

    /// Sets the username, without `@`.
    #[must_use]
    pub fn username(self, username: &str) -> Self {
        self.shared
            .change(|world| world.person(self.id).username = Some(username.to_owned()));
        self
    }

    /// Sets the app's language, such as `id` or `en`.
    #[must_use]
    pub fn speaking(self, language: &str) -> Self {
        self.shared
            .change(|world| world.person(self.id).language = Some(language.to_owned()));
        self
    }

    /// As if they had pressed Start long ago: the bot may write first. No update is queued.
    #[must_use]
    pub fn started(self) -> Self {
        self.shared
            .change(|world| world.chat_of(self.id).started = true);
        self
    }

    /// The same person with another patience for waits.
    #[must_use]
    pub fn within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Writes to the bot.
    pub fn send(&self, text: &str) -> Turn {
        self.say(self.id, text, now_ms())
    }

    /// Writes to the bot a message that Telegram dates `at`: it lay there while the bot was down.
    pub fn send_dated(&self, text: &str, at: SystemTime) -> Turn {
        self.say(self.id, text, to_ms(at))
    }

    /// Writes in a group that has the bot; `group` is a negative id.
    pub fn send_in_group(&self, group: i64, text: &str) -> Turn {
        self.say(group, text, now_ms())
    }

    fn say(&self, chat: i64, text: &str, sent_ms: u64) -> Turn {
        self.turn(chat, |world| {
            (Some(world.say(self.id, chat, text, sent_ms)), None)
        })
    }

    /// Sends a document with a caption (empty for none).
    pub fn upload(&self, file: StoredFile, caption: &str) -> Turn {
        self.turn(self.id, |world| {
            (Some(world.upload(self.id, file, caption)), None)
        })
    }

    /// Corrects an own message.
    ///
    /// # Errors
    /// [`ActError::NoMessage`] if it is not theirs or gone.
    pub fn correct(&self, message: i32, text: &str) -> Result<(), ActError> {
        self.shared
            .change(|world| world.correct(self.id, message, text))
    }

    /// Waits for a button (by data, label, or part of a label) on the newest visible message that has
    /// one, and presses it.
    ///
    /// # Panics
    /// If none appears in time; the message holds the whole chat.
    pub async fn press(&self, button: &str) -> Turn {
        self.press_since(None, button, 0).await
    }

    /// Like [`Person::press`], on one message.
    ///
    /// # Panics
    /// If the button does not appear there in time.
    pub async fn press_on(&self, message: i32, button: &str) -> Turn {
        self.press_since(Some(message), button, 0).await
    }

    pub(crate) async fn press_since(&self, message: Option<i32>, button: &str, since: u64) -> Turn {
        let found = self
            .shared
            .until(|world| world.find_button(self.id, message, button, since).ok());
        match tokio::time::timeout(self.patience, found).await {
            Ok((id, data)) => self.press_data_as(self.id, id, &data),
            Err(_) => panic!(
                "no button “{button}” within {:?}; the chat:\n{}",
                self.patience,
                self.chat()
            ),
        }
    }

    /// Forges a press: any data, on any message of any chat (another person's private chat included),
    /// whether or not such a button or message exists.
    pub fn press_data_as(&self, chat: i64, message: i32, data: &str) -> Turn {
        self.turn(self.id, |world| {
            (None, Some(world.press(self.id, chat, message, data)))
        })
    }

    /// Does something under one version and returns the turn that begins with it.
    fn turn(
        &self,
        chat: i64,
        act: impl FnOnce(&mut crate::world::World) -> (Option<i32>, Option<String>),
    ) -> Turn {
        let (since, (message, query)) = self.shared.change(|world| (world.version, act(world)));
        Turn {
            person: self.clone(),
            chat,
            since,
            message,
            query,
        }
    }

    /// Blocks the bot: sends to them answer 403.
    pub fn block_bot(&self) {
        self.shared.change(|world| world.set_blocked(self.id, true));
    }

    /// Unblocks the bot without writing to it.
    pub fn unblock_bot(&self) {
        self.shared
            .change(|world| world.set_blocked(self.id, false));
    }

    /// The private chat as it is now.
    #[must_use]
    pub fn chat(&self) -> ChatView {
        ChatView::of(&self.shared, self.id, 0)
    }

    /// All messages of the private chat, deleted ones included, oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.chat().messages
    }

    /// What the bot answered to their presses, oldest first.
    #[must_use]
    pub fn callback_answers(&self) -> Vec<CallbackAnswer> {
        self.chat().answers
    }

    /// The chat actions they saw, oldest first.
    #[must_use]
    pub fn chat_actions(&self) -> Vec<ChatAction> {
        self.chat().actions
    }

    /// Waits until the chat satisfies `condition` and returns it.
    ///
    /// # Panics
    /// If it does not in time.
    pub async fn wait_for(&self, condition: impl Fn(&ChatView) -> bool) -> ChatView {
        self.wait_in(self.id, 0, "condition", |view| {
            condition(view).then(|| view.clone())
        })
        .await
    }

    /// Waits for a visible message of the bot that contains `part`; returns the newest such.
    ///
    /// # Panics
    /// If there is none in time.
    pub async fn expect_text(&self, part: &str) -> Message {
        self.wait_in(self.id, 0, part, |view| view.saying(part).cloned())
            .await
    }

    /// The one wait: event-driven, bounded by the patience.
    pub(crate) async fn wait_in<R>(
        &self,
        chat: i64,
        since: u64,
        what: &str,
        find: impl Fn(&ChatView) -> Option<R>,
    ) -> R {
        let mut seen = None;
        let found = self.shared.until(|world| {
            // A look copies the chat, so only a chat that moved is looked at.
            let version = world.chats.get(&chat).map_or(0, |c| c.version);
            if seen.replace(version) == Some(version) {
                return None;
            }
            find(&ChatView::at(world, chat, since))
        });
        match tokio::time::timeout(self.patience, found).await {
            Ok(found) => found,
            Err(_) => {
                let view = ChatView::of(&self.shared, chat, 0);
                panic!(
                    "not seen within {:?}: {what}; the chat:\n{view}",
                    self.patience
                )
            }
        }
    }
}
