//! What a server is started with.

use std::net::SocketAddr;
use std::time::Duration;

/// How long the person's side waits for the bot before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a callback query may be answered; Telegram gives no number, reports say about this.
const CALLBACK_LIFETIME: Duration = Duration::from_secs(15);
/// The pause before a *second* conflict answer, as in tdlib/telegram-bot-api (`fail_query_conflict`).
const CONFLICT_PAUSE: Duration = Duration::from_secs(3);

/// Somebody with a Telegram account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Telegram user id; also the id of the private chat with them.
    pub id: i64,
    /// First name, as the bot sees it in `from.first_name`.
    pub name: String,
    /// Username without `@`.
    pub username: Option<String>,
    /// IETF tag of their app's language, such as `id`.
    pub language: Option<String>,
    /// What they are in a demo (“Owner”, “Stranger”): shown on the page, never sent to the bot.
    pub label: Option<String>,
}

impl Account {
    /// An account with this id and name, and nothing else.
    #[must_use]
    pub fn new(id: i64, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            username: None,
            language: None,
            label: None,
        }
    }

    /// With a language tag.
    #[must_use]
    pub fn speaking(mut self, language: &str) -> Self {
        self.language = Some(language.to_owned());
        self
    }

    /// With a label for the page.
    #[must_use]
    pub fn labelled(mut self, label: &str) -> Self {
        self.label = Some(label.to_owned());
        self
    }
}

/// The settings of a [`crate::TelegramServer`].
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen. Default `127.0.0.1:0`, a free port.
    pub listen: SocketAddr,
    /// The one token that is accepted; the digits before `:` are the bot's id.
    pub token: String,
    /// The bot's username, without `@`.
    pub bot_username: String,
    /// The bot's name.
    pub bot_name: String,
    /// Who exists from the start; [`crate::TelegramServer::person`] adds more.
    pub people: Vec<Account>,
    /// How long `press`, `wait_for` and `expect_…` wait before they panic.
    pub patience: Duration,
    /// How long a callback query can be answered.
    pub callback_lifetime: Duration,
    /// The least time between two 409 answers.
    pub conflict_pause: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            token: "7000001:TEST-potion-stand-in".to_owned(),
            bot_username: "potion_test_bot".to_owned(),
            bot_name: "Potion".to_owned(),
            people: Vec::new(),
            patience: PATIENCE,
            callback_lifetime: CALLBACK_LIFETIME,
            conflict_pause: CONFLICT_PAUSE,
        }
    }
}

impl Options {
    /// With one more person.
    #[must_use]
    pub fn person(mut self, account: Account) -> Self {
        self.people.push(account);
        self
    }

    /// The bot's user id: the digits before the token's colon, or 1.
    pub(crate) fn bot_id(&self) -> i64 {
        self.token
            .split(':')
            .next()
            .and_then(|id| id.parse().ok())
            .unwrap_or(1)
    }
}
