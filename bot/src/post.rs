//! A screen on its way to a person: ids for its buttons, parts for its text, and what to do when Telegram
//! does not take it as it is.

use std::time::Duration;

use potion_proto::names::TelegramId;
use teloxide::types::InlineKeyboardMarkup;

use crate::buttons;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::render::{self, MESSAGE_MAX_UNITS, PARTS_MAX};
use crate::screen::Screen;
use crate::telegram::{Document, Manner, Refusal};

/// How often a message is tried again when that may help.
const TRIES: u32 = 4;
/// The longest that an answer waits for Telegram's sake; the outbox waits as long as it takes.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// The name of a text that is too long for messages.
const TEXT_FILE: &str = "potion.txt";

/// Stands for a text that shows nothing, which Telegram would refuse.
const NOTHING: &str = "·";

/// Where a screen goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// A new message.
    New(Manner),
    /// In place of this one.
    Edit(i32),
}

/// One person's chat.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Post<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) to: TelegramId,
    /// Waits and tries again by itself; else the caller does.
    pub(crate) patient: bool,
}

impl Post<'_> {
    /// Shows a screen; the id of the message that bears its buttons.
    pub(crate) async fn show(self, screen: &Screen, place: Place) -> Result<i32, Fault> {
        let keep = self.desk.loaded().config.menu().button();
        let on = match place {
            Place::Edit(message) => Some(message),
            Place::New(_) => None,
        };
        let mut parts = render::split(&screen.html, MESSAGE_MAX_UNITS);
        if parts.is_empty() {
            parts.push(NOTHING.to_owned());
        }
        let (keyboard, sheet) = buttons::mint(&self.desk.state, self.to, on, &screen.rows, keep)?;
        let shown = if parts.len() > PARTS_MAX {
            self.as_file(&screen.html, keyboard, place).await?
        } else {
            self.parts(&parts, keyboard, place).await?
        };
        if on != Some(shown) {
            buttons::bind(&self.desk.state, sheet, shown)?;
        }
        Ok(shown)
    }

    /// Sends a file.
    pub(crate) async fn file(
        self,
        file: Document,
        keyboard: InlineKeyboardMarkup,
        manner: Manner,
    ) -> Result<i32, Refusal> {
        self.trying(|| {
            self.desk
                .telegram
                .document(self.to, file.clone(), keyboard.clone(), manner)
        })
        .await
    }

    async fn as_file(
        self,
        html: &str,
        keyboard: InlineKeyboardMarkup,
        place: Place,
    ) -> Result<i32, Refusal> {
        let bytes = render::plain(html).into_bytes();
        let file = Document {
            name: TEXT_FILE.to_owned(),
            bytes,
            caption: String::new(),
        };
        self.file(file, keyboard, manner(place)).await
    }

    async fn parts(
        self,
        parts: &[String],
        keyboard: InlineKeyboardMarkup,
        place: Place,
    ) -> Result<i32, Refusal> {
        let mut place = place;
        let mut shown = 0;
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            let keyboard = if last {
                keyboard.clone()
            } else {
                InlineKeyboardMarkup::default()
            };
            shown = self.one(part, keyboard, place).await?;
            place = Place::New(Manner {
                reply_to: None,
                ..manner(place)
            });
        }
        Ok(shown)
    }

    /// One message. Markup that Telegram does not read is sent as plain text; a message that is gone is sent
    /// anew.
    async fn one(
        self,
        html: &str,
        keyboard: InlineKeyboardMarkup,
        place: Place,
    ) -> Result<i32, Refusal> {
        match self.put(html, keyboard.clone(), place).await {
            Err(Refusal::Markup(why)) => {
                tracing::error!(why, "a message was sent as plain text");
                self.put_plain(html, keyboard, place).await
            }
            Err(Refusal::Gone) => {
                self.put(html, keyboard, Place::New(Manner::default()))
                    .await
            }
            other => other,
        }
    }

    async fn put(
        self,
        html: &str,
        keyboard: InlineKeyboardMarkup,
        place: Place,
    ) -> Result<i32, Refusal> {
        let telegram = &self.desk.telegram;
        match place {
            Place::New(manner) => {
                self.trying(|| telegram.send(self.to, html, keyboard.clone(), manner))
                    .await
            }
            Place::Edit(message) => {
                let edit = || {
                    telegram.edit(
                        self.to,
                        message,
                        html,
                        keyboard.clone(),
                        manner(place).plain,
                    )
                };
                self.trying(edit).await.map(|()| message)
            }
        }
    }

    async fn put_plain(
        self,
        html: &str,
        keyboard: InlineKeyboardMarkup,
        place: Place,
    ) -> Result<i32, Refusal> {
        let text = render::plain(html);
        let telegram = &self.desk.telegram;
        match place {
            Place::New(manner) => {
                let manner = Manner {
                    plain: true,
                    ..manner
                };
                self.trying(|| telegram.send(self.to, &text, keyboard.clone(), manner))
                    .await
            }
            Place::Edit(message) => self
                .trying(|| telegram.edit(self.to, message, &text, keyboard.clone(), true))
                .await
                .map(|()| message),
        }
    }

    async fn trying<T, F: Future<Output = Result<T, Refusal>>>(
        self,
        mut call: impl FnMut() -> F,
    ) -> Result<T, Refusal> {
        let mut tried = 1;
        loop {
            let refusal = match call().await {
                Ok(done) => return Ok(done),
                Err(refusal) => refusal,
            };
            let pause = match &refusal {
                Refusal::Wait(wait) if *wait <= WAIT_MAX => *wait,
                Refusal::Network(_) => Duration::from_millis(500) * tried,
                _ => return Err(refusal),
            };
            if !self.patient || tried == TRIES {
                return Err(refusal);
            }
            tried += 1;
            tokio::time::sleep(pause).await;
        }
    }
}

fn manner(place: Place) -> Manner {
    match place {
        Place::New(manner) => manner,
        Place::Edit(_) => Manner::default(),
    }
}
