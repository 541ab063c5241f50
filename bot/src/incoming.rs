//! What Telegram brings, parsed once into what the bot understands. Everything else ends here.

use potion_proto::names::TelegramId;
use serde::{Deserialize, Serialize};
use teloxide::types::{
    CallbackQuery, ChatKind, ChatMemberUpdated, Message, Update, UpdateKind, User,
};

/// Something that a person did in their private chat with the bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Incoming {
    /// Telegram's `update_id`.
    pub(crate) update: u32,
    /// Who.
    pub(crate) from: Sender,
    /// What.
    pub(crate) what: What,
}

/// A person by their own words; only the id is proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sender {
    pub(crate) id: TelegramId,
    pub(crate) name: String,
    /// IETF tag of their app.
    pub(crate) language: Option<String>,
}

/// What a person did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum What {
    /// Wrote a text; `sent` in Unix seconds.
    Text {
        message: i32,
        text: String,
        sent: i64,
    },
    /// Sent a photo, a sticker and the like.
    Other { message: i32 },
    /// Pressed a button.
    Press {
        query: String,
        message: i32,
        data: String,
    },
    /// Blocked the bot.
    Blocked,
    /// Opened the chat again.
    Unblocked,
}

/// What an update is to the bot.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// In a private chat.
    Private(Incoming),
    /// In a group or a channel: who (0 when unsaid) and where, for the log.
    Elsewhere { from: i64, chat: i64 },
    /// Nothing the bot understands.
    Nothing,
}

/// Parses an update.
pub(crate) fn parse(update: &Update) -> Parsed {
    let id = update.id.0;
    match &update.kind {
        UpdateKind::Message(message) => of_message(id, message),
        UpdateKind::CallbackQuery(query) => of_press(id, query),
        UpdateKind::MyChatMember(change) => of_member(id, change),
        _ => Parsed::Nothing,
    }
}

fn of_message(update: u32, message: &Message) -> Parsed {
    let from = message.from.as_ref();
    private(
        update,
        from,
        &message.chat.kind,
        message.chat.id.0,
        || match message.text() {
            Some(text) => What::Text {
                message: message.id.0,
                text: text.to_owned(),
                sent: message.date.timestamp(),
            },
            None => What::Other {
                message: message.id.0,
            },
        },
    )
}

fn of_press(update: u32, press: &CallbackQuery) -> Parsed {
    let (Some(message), Some(data)) = (&press.message, &press.data) else {
        return Parsed::Nothing;
    };
    private(
        update,
        Some(&press.from),
        &message.chat().kind,
        message.chat().id.0,
        || What::Press {
            query: press.id.0.clone(),
            message: message.id().0,
            data: data.clone(),
        },
    )
}

fn of_member(update: u32, change: &ChatMemberUpdated) -> Parsed {
    private(
        update,
        Some(&change.from),
        &change.chat.kind,
        change.chat.id.0,
        || {
            if change.new_chat_member.is_present() {
                What::Unblocked
            } else {
                What::Blocked
            }
        },
    )
}

/// A private chat is one whose id is the sender's own.
fn private(
    update: u32,
    from: Option<&User>,
    kind: &ChatKind,
    chat: i64,
    what: impl FnOnce() -> What,
) -> Parsed {
    let id = from.map_or(0, |user| i64::try_from(user.id.0).unwrap_or(0));
    match (from, TelegramId::new(id)) {
        (Some(user), Ok(known))
            if matches!(kind, ChatKind::Private(_)) && chat == id && !user.is_bot =>
        {
            Parsed::Private(Incoming {
                update,
                from: sender(known, user),
                what: what(),
            })
        }
        _ => Parsed::Elsewhere { from: id, chat },
    }
}

fn sender(id: TelegramId, user: &User) -> Sender {
    Sender {
        id,
        name: user.full_name(),
        language: user.language_code.clone(),
    }
}

impl What {
    /// Its name for the log.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Other { .. } => "other",
            Self::Press { .. } => "press",
            Self::Blocked => "blocked",
            Self::Unblocked => "unblocked",
        }
    }
}
