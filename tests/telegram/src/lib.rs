//! A Bot API server stand-in: the bot's side by HTTP, a person's side by Rust, by HTTP and by a web page.
//!
//! It behaves as <https://core.telegram.org/bots/api> documents and as the open server
//! (tdlib/telegram-bot-api) words its errors, keeps everything in memory, and can be told to fail.
//!
//! # A test in five lines
//! ```
//! # use potion_telegram::{Account, Options, TelegramServer};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = TelegramServer::start(Options::default()).await?;
//! let budi = server.add(Account::new(1001, "Budi").speaking("id")).started();
//! // Here the bot under test starts, with `server.url()` as its api-url and `server.token()`.
//! # let bot = teloxide::Bot::new(server.token()).set_api_url(server.url().parse()?);
//! # let chat = teloxide::types::ChatId(1001);
//! # use teloxide::prelude::Requester;
//! # use teloxide::payloads::SendMessageSetters;
//! # use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};
//! # let menu = InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("⚙️ nginx", "n")]]);
//! let turn = budi.send("/start");                       // queued for getUpdates at once
//! # bot.send_message(chat, "Pilih menu").reply_markup(menu).await?;
//! let menu = turn.expect_text("Pilih").await;           // only what came or changed after the send
//! let press = turn.press("nginx").await;                // by data, label, or part of a label
//! # bot.answer_callback_query(teloxide::types::CallbackQueryId(press.query_id().to_owned())).await?;
//! # bot.edit_message_text(chat, teloxide::types::MessageId(menu.id), "nginx berjalan").await?;
//! press.expect_text("berjalan").await;                  // an edit counts too
//! assert!(press.expect_answer().await.text.is_empty()); // answerCallbackQuery
//! assert_eq!(budi.messages()[1].history[0].text, "Pilih menu");
//! # Ok(()) }
//! ```
//!
//! # The bot's side
//! `POST` or `GET /bot<token>/<method>`, the method in any case of letters; parameters by query, JSON, form
//! or multipart. `getMe`, `getUpdates` (long poll, `offset`, `limit`, `allowed_updates`), `setWebhook`,
//! `deleteWebhook`, `getWebhookInfo`, `sendMessage`, `sendDocument`, `sendPhoto`, `editMessageText`,
//! `editMessageCaption`, `editMessageReplyMarkup`, `editMessageMedia`, `deleteMessage(s)`,
//! `answerCallbackQuery`, `sendChatAction`, `getFile` and `/file/bot<token>/<path>`, `getChat`,
//! `getChatMember`, `pinChatMessage` and its unpins, `set/get/deleteMyCommands`; `setMyName`,
//! `setMyDescription`, `setChatMenuButton` and their like are accepted without effect. Anything else is 404.
//!
//! | refusal | when |
//! | --- | --- |
//! | 400 `can't parse entities: …` | HTML or MarkdownV2 that Telegram would not take, in its words; any other `parse_mode` is `unsupported parse_mode` |
//! | 400 `message is too long`, `MESSAGE_TOO_LONG` | over 4096 UTF-16 units after parsing; sent, edited |
//! | 400 `message caption is too long` | over 1024 |
//! | 400 `message text is empty` | nothing but white space |
//! | 400 `BUTTON_DATA_INVALID` | `callback_data` over 64 bytes |
//! | 400 `message is not modified: …` | text, entities and buttons all the same |
//! | 400 `message to edit/delete/be replied not found`, `message can't be edited` | as they say |
//! | 400 `query is too old and response timeout expired or query ID is invalid` | unknown, answered, or older than [`Options::callback_lifetime`] |
//! | 400 `chat not found` | nobody has this id |
//! | 400 `file is too big`, 413 | a download over 20 MB, an upload over 50 MB |
//! | 401 `Unauthorized` | another token |
//! | 403 `bot was blocked by the user` | [`Person::block_bot`] |
//! | 403 `bot can't initiate conversation with a user` | they never wrote and are not [`Person::started`] |
//! | 404 `method not found` | an unknown method |
//! | 409 `terminated by other getUpdates request…` | the *older* of two pollers; a second 409 within [`Options::conflict_pause`] is held back |
//!
//! An edit without `reply_markup` removes the buttons. Updates stay until an offset above them comes.
//! Bots are not rate limited; script [`Fault::too_many_requests`].
//!
//! # The person's side
//! [`TelegramServer::start`] binds a port, [`TelegramServer::serve`] takes a listener made elsewhere (in a lab
//! machine's network namespace). [`TelegramServer::person`] gives a [`Person`]: `send`, `send_dated`, `send_in_group`, `upload`, `correct`,
//! `press`, `press_on`, `press_data_as` (forged), `block_bot`. Each act returns a [`Turn`]; waits on the turn
//! see only what changed after the act, waits on the person see the whole chat. Waits are event-driven,
//! end after [`Options::patience`] (or [`Person::within`]), and panic with a transcript of the chat.
//! [`Person::messages`] shows every [`Message`] with `silent`, `buttons`, `history`, `sent_ms`, `edited_ms`,
//! `deleted_ms`; `callback_answers` and `chat_actions` the rest. To see that *nothing* was answered, wait with
//! [`TelegramServer::expect_confirmed`] until the bot has taken the update, then look.
//!
//! # The log and the faults
//! [`TelegramServer::requests`] lists every [`Call`] with parameters, times and outcome;
//! [`TelegramServer::wait_for_requests`] waits for some,
//! [`TelegramServer::wait_for_update`] for an update to be queued. [`TelegramServer::fault`] scripts a [`Fault`]:
//! ```
//! # use potion_telegram::Fault;
//! # let _ = [
//! Fault::too_many_requests(3).on("sendMessage").times(2), // 429 with retry_after 3, twice
//! Fault::status(502),                                     // a proxy's error page, until cleared
//! Fault::reset().after(1).times(1),                       // the second request meets a TCP reset
//! Fault::stall().on("getUpdates"),                        // silence until `clear_fault`, then it goes on
//! Fault::slow(800).in_chat(1001),                         // milliseconds
//! Fault::lose_answer().on("sendMessage").times(1),        // it was sent, but the bot never learns it
//! Fault::error(400, "Bad Request: chat not found"),       // any words of Telegram
//! # ];
//! ```
//! [`TelegramServer::redeliver`] hands out old updates again under their old ids. Dropping the server resets
//! its connections, [`TelegramServer::stop`] waits for that too; starting another on the same address is Telegram coming back with its memory lost.
//!
//! # The control API
//! For other processes and the page. JSON both ways; answered only to loopback `Host` names.
//!
//! | route under `/control` | body or query | answer |
//! | --- | --- | --- |
//! | `GET /people` | | `people`, `bot` |
//! | `POST /people` | `id`, `name`, `username?`, `language?`, `label?`, `started?` | `id` |
//! | `GET /people/ID/chat` | `since?`, `wait_ms?`: long poll for a version above `since` | `version`, `messages` (with `html`), `answers`, `action`, `actions`, `commands`, `language`, `blocked` |
//! | `POST /people/ID/send` | `text`, `group?`, `date_ms?` | `message_id`, `version` |
//! | `POST /people/ID/press` | `button`, `message_id?`; or forged: `data`, `message_id`, `chat?` | `query_id`, `message_id`, `version` |
//! | `POST /people/ID/upload` | query `name`, `caption?`; the content as `application/octet-stream` | `message_id`, `version` |
//! | `POST /people/ID/language`, `…/block` | `language`; `blocked` | |
//! | `GET /groups/ID` | | as a chat |
//! | `GET /files/FILE_ID` | | the content |
//! | `GET`, `POST`, `DELETE /faults`; `DELETE /faults/ID` | a [`Fault`]: `{"kind": "too-many-requests", "retry_after": 3, "method": "sendMessage", "times": 2}`; kinds `status`, `error`, `reset`, `stall`, `slow` (`ms`), `lose-answer` | `id`; `faults` |
//! | `GET /requests` | `after?`, `method?`, `wait_ms?` | `requests` |
//! | `GET /updates`; `POST /redeliver` | `from` | `updates`, `pending`; `redelivered` |
//!
//! The page of the chat is at `/`.
//!
//! [`browser::Browser`] drives it, or any page, in headless Chromium.
//!
//! # It does not
//! call webhooks, fetch URLs, know channels, topics, inline mode, albums or payments, keep anything on
//! disk, or limit rates by itself.
#![forbid(unsafe_code)]

mod acts;
mod answers;
mod bot_api;
pub mod browser;
mod calls;
mod chats;
pub mod cli;
mod clock;
mod commands;
mod control;
mod entities;
mod faults;
mod files;
mod keyboards;
mod listener;
mod methods;
mod objects;
mod options;
mod page;
mod params;
mod people;
mod server;
mod shared;
mod turns;
mod updates;
mod view;
mod world;

pub use acts::ActError;
pub use answers::ApiError;
pub use calls::{Call, Outcome};
pub use chats::{Attachment, Button, CallbackAnswer, ChatAction, Message, Revision};
pub use commands::Command;
pub use entities::Entity;
pub use faults::{Fault, FaultId, FaultKind};
pub use files::{DOWNLOAD_LIMIT_BYTES, StoredFile, UPLOAD_LIMIT_BYTES};
pub use options::{Account, Options};
pub use people::Person;
pub use server::{StartError, TelegramServer};
pub use turns::Turn;
pub use updates::Update;
pub use view::ChatView;
