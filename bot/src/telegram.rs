//! The Bot API as the bot uses it, over teloxide's requests and a client of our own: teloxide's default one
//! gives up after 17 seconds, which no upload survives, and its dispatcher panics when Telegram cannot be
//! reached at start-up.
//!
//! No method logs an address, for it would hold the token.

mod refusal;

use std::future::{Future, IntoFuture};
use std::time::Duration;

use potion_proto::names::TelegramId;
use teloxide::Bot;
use teloxide::payloads::{
    AnswerCallbackQuerySetters, EditMessageTextSetters, GetUpdatesSetters, SendDocumentSetters,
    SendMessageSetters, SetMyCommandsSetters,
};
use teloxide::requests::Requester;
use teloxide::types::{
    AllowedUpdate, BotCommand, CallbackQueryId, ChatAction, ChatId, InlineKeyboardMarkup,
    InputFile, LinkPreviewOptions, MessageId, ParseMode, ReplyParameters, Update,
};

pub(crate) use refusal::Refusal;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a call without a file may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// What is added to a long poll's wait.
const POLL_SLACK: Duration = Duration::from_secs(10);
/// One for the poll, one for signs of life, one for the answer, one for the outbox: a new one would cost a
/// handshake each time.
const IDLE_CONNECTIONS: usize = 4;
/// How long an idle connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(90);
/// Updates taken at once; the Bot API's own most is 100.
const UPDATES_MAX: u8 = 50;

/// Where and how a message is sent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    /// Without a sound.
    pub(crate) silent: bool,
    /// As an answer to this message of the same chat.
    pub(crate) reply_to: Option<i32>,
    /// Text without markup.
    pub(crate) plain: bool,
}

/// A file to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    /// The name that the receiver sees.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
    /// HTML beneath it, at most 1024 UTF-16 units.
    pub(crate) caption: String,
}

/// The Bot API behind one token.
#[derive(Clone)]
pub(crate) struct Telegram {
    bot: Bot,
    upload: Duration,
}

impl std::fmt::Debug for Telegram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Telegram")
    }
}

/// The address or the HTTP client's set-up is of no use.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// `telegram.api-url` is no address.
    #[error("telegram.api-url is no address: {0}")]
    Address(String),
    /// TLS cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
}

impl Telegram {
    /// A client of the server at `url`; nothing is sent yet.
    pub(crate) fn new(url: &str, token: &str, upload: Duration) -> Result<Self, SetUpError> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(upload)
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(30))
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        let url =
            reqwest::Url::parse(url).map_err(|error| SetUpError::Address(error.to_string()))?;
        Ok(Self {
            bot: Bot::with_client(token, client).set_api_url(url),
            upload,
        })
    }

    /// The updates from `offset` on (0: all that are unconfirmed); confirms those before it.
    pub(crate) async fn updates(
        &self,
        offset: i64,
        wait: Duration,
    ) -> Result<Vec<Update>, Refusal> {
        let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
        let request = self
            .bot
            .get_updates()
            .offset(i32::try_from(offset).unwrap_or(0))
            .timeout(seconds)
            .limit(UPDATES_MAX)
            .allowed_updates([
                AllowedUpdate::Message,
                AllowedUpdate::CallbackQuery,
                AllowedUpdate::MyChatMember,
            ]);
        within(wait + POLL_SLACK, request).await
    }

    /// Sends a message; its id.
    pub(crate) async fn send(
        &self,
        to: TelegramId,
        text: &str,
        keyboard: InlineKeyboardMarkup,
        manner: Manner,
    ) -> Result<i32, Refusal> {
        let mut request = self
            .bot
            .send_message(chat(to), text)
            .disable_notification(manner.silent)
            .link_preview_options(NO_PREVIEW);
        if !manner.plain {
            request = request.parse_mode(ParseMode::Html);
        }
        if let Some(message) = manner.reply_to {
            let to = ReplyParameters::new(MessageId(message)).allow_sending_without_reply();
            request = request.reply_parameters(to);
        }
        if !keyboard.inline_keyboard.is_empty() {
            request = request.reply_markup(keyboard);
        }
        Ok(within(CALL_TIMEOUT, request).await?.id.0)
    }

    /// Replaces a message's text and buttons. That it is so already is success.
    pub(crate) async fn edit(
        &self,
        to: TelegramId,
        message: i32,
        text: &str,
        keyboard: InlineKeyboardMarkup,
        plain: bool,
    ) -> Result<(), Refusal> {
        let mut request = self
            .bot
            .edit_message_text(chat(to), MessageId(message), text)
            .link_preview_options(NO_PREVIEW)
            .reply_markup(keyboard);
        if !plain {
            request = request.parse_mode(ParseMode::Html);
        }
        match within(CALL_TIMEOUT, request).await {
            Ok(_) | Err(Refusal::Unchanged) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// Sends a file; the message's id.
    pub(crate) async fn document(
        &self,
        to: TelegramId,
        file: Document,
        keyboard: InlineKeyboardMarkup,
        manner: Manner,
    ) -> Result<i32, Refusal> {
        let input = InputFile::memory(file.bytes).file_name(file.name);
        let mut request = self
            .bot
            .send_document(chat(to), input)
            .disable_notification(manner.silent);
        if !file.caption.is_empty() {
            request = request.caption(file.caption).parse_mode(ParseMode::Html);
        }
        if !keyboard.inline_keyboard.is_empty() {
            request = request.reply_markup(keyboard);
        }
        Ok(within(self.upload, request).await?.id.0)
    }

    /// Deletes a message. That it is gone already is success.
    pub(crate) async fn delete(&self, to: TelegramId, message: i32) -> Result<(), Refusal> {
        match within(
            CALL_TIMEOUT,
            self.bot.delete_message(chat(to), MessageId(message)),
        )
        .await
        {
            Ok(_) | Err(Refusal::Gone) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// Answers a press; an empty text only stops the button's spinner. One that is too old is let be.
    pub(crate) async fn answer(&self, query: &str, text: &str, alert: bool) -> Result<(), Refusal> {
        let mut request = self
            .bot
            .answer_callback_query(CallbackQueryId(query.to_owned()));
        if !text.is_empty() {
            request = request.text(text).show_alert(alert);
        }
        match within(CALL_TIMEOUT, request).await {
            Ok(_) | Err(Refusal::Gone) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// Shows “typing…” for some seconds.
    pub(crate) async fn typing(&self, to: TelegramId) -> Result<(), Refusal> {
        within(
            CALL_TIMEOUT,
            self.bot.send_chat_action(chat(to), ChatAction::Typing),
        )
        .await
        .map(drop)
    }

    /// Sets the list of commands, for one language or for all others.
    pub(crate) async fn commands(
        &self,
        list: Vec<BotCommand>,
        language: Option<&str>,
    ) -> Result<(), Refusal> {
        let mut request = self.bot.set_my_commands(list);
        if let Some(language) = language {
            request = request.language_code(language);
        }
        within(CALL_TIMEOUT, request).await.map(drop)
    }
}

const NO_PREVIEW: LinkPreviewOptions = LinkPreviewOptions {
    is_disabled: true,
    url: None,
    prefer_small_media: false,
    prefer_large_media: false,
    show_above_text: false,
};

fn chat(id: TelegramId) -> ChatId {
    ChatId(id.get())
}

async fn within<T, R>(limit: Duration, request: R) -> Result<T, Refusal>
where
    R: IntoFuture<Output = Result<T, teloxide::RequestError>>,
    R::IntoFuture: Future<Output = Result<T, teloxide::RequestError>> + Send,
{
    match tokio::time::timeout(limit, request.into_future()).await {
        Ok(answer) => answer.map_err(|error| Refusal::of(&error)),
        Err(_) => Err(Refusal::silence()),
    }
}
