//! Telegram in, RPC out: an update becomes calls to the agent, and their answer a message.
//!
//! The bot is *semi-trusted*: it renders and relays, the agent decides. It serves private chats of admins
//! only, keeps a handful of records in SQLite, and needs neither root, nor Telegram, nor the agent to start.
//!
//! ```text
//! listener ─record─▶ inbox        an update is confirmed to Telegram once it is written down
//!    └─▶ access ─▶ dispatch       a lane for each admin; a slow handler goes on beside the next one
//!            └─▶ feedback ─▶ schema ─▶ the noun's handler ─▶ Reply ─▶ post ─▶ Telegram
//! outbox: events of the agent ─▶ letters ─▶ lanes ─▶ Telegram ─▶ events_delivered
//! ```
//!
//! # How a screen is written
//! `units.rs` is the worked example. A noun `x` with screens is a module `x.rs` (or `x/`) with
//! 1. **`enum Go`**: where its buttons lead, one variant a screen, with what the screen needs to be made again
//!    (a page, a unit's name). It becomes a variant of `go::Go`, gets a name there, and an arm in
//!    `schema::open`; a command gets a line in `schema::COMMANDS` and in `schema::command`; the menu gets
//!    one in `menu::entries`.
//! 2. **`async fn open(visit, go) -> Result<Reply, Fault>`**: asks the agent with `visit.ask(|stub, context, by|
//!    async move { stub.unit_list(context, by, scope).await }).await?` and hands what came to
//! 3. **a pure function** `(words, data, …) -> Screen`: text from the catalogue with `words.html(key, values)`
//!    (`values`: a `#[derive(Serialize)]` struct, or `with([("name", value), …])`; they are escaped),
//!    labels with `words.label(key)`, rows with `.row`, `.grid`, `.pages`, `.refresh_back`, `.back`. It is
//!    tested by itself; no text stands in code.
//!
//! **A change** is only a button: `Button::to(label, Go::act(action, back))`. Planning, confirming, the code,
//! applying, the outcome, a job's live message and every refusal's sentence are `acts`' and `jobs`'.
//! `.aside()` on a button: what it leads to comes as a message of its own (used under live messages).
//!
//! **A question that a typed message answers** (a number, a search) is a variant of `prompts::Prompt` with an
//! arm in `schema::text`: show a screen that asks, and `prompts::ask(state, id, &Waiting { message, prompt },
//! expires)`; `acts::ask_code` is the example. A handler that changes something from a typed message calls
//! `visit.fresh()?` first.
//!
//! **Errors**: `?`. A failure of the agent becomes its sentence with “try again”, an agent that is gone the
//! next step, a defect of ours a report to the agent and its id, a panic the same. Long answers, markup that
//! Telegram refuses, deleted messages, 429 and outages are `post`'s. Signs of life are `feedback`'s.
//!
//! **Files**: `Reply::File(Document { name, bytes, caption })`.
//!
//! Tests: `tests/chat/`, the real bot against `potion-telegram` and the agent of `tests/chat/agent.rs`, whose
//! answers each test scripts.
//!
//! # It does not
//! decide who may do what (the agent), hold text (the catalogue), parse anything but what Telegram and the
//! agent say, serve groups, or use teloxide's dispatcher: that one confirms updates before they are handled
//! and panics when Telegram is away at the start.
#![forbid(unsafe_code)]

mod access;
mod acts;
mod admins;
mod audit;
mod buttons;
mod clock;
mod commands;
mod crashes;
mod desk;
mod dispatch;
mod fault;
mod feedback;
mod go;
mod help;
mod host;
mod inbox;
mod incidents;
mod incoming;
mod jobs;
mod journal;
mod listener;
mod live;
mod menu;
mod news;
mod outbox;
mod packages;
mod pairing;
mod post;
mod prompts;
mod render;
mod reply;
pub mod run;
#[cfg(test)]
mod samples;
mod schema;
mod screen;
pub mod service;
mod settings;
mod state;
mod telegram;
mod units;
mod visit;
mod words;

pub use desk::{OpenError, Places};
pub use state::StateError;
pub use telegram::SetUpError;
