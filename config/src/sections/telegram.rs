//! `[telegram]`

use std::time::Duration;

use crate::sections::section;
use crate::value::rule::{SecretName, Url};
use crate::value::{Seconds, Text};

section! {
    /// How the bot reaches Telegram.
    Telegram = "telegram";

    /// Address of the Bot API server. Change it only for a server of your own.
    "api-url" api_url -> &str: Text<Url> = "https://api.telegram.org", BOT, Local;
    /// Name of the file in /etc/potion/secrets that holds the bot's token.
    "token" token -> &str: Text<SecretName> = "telegram-token", BOT, Local;
    /// How long one request for news waits at Telegram.
    "poll-seconds" poll -> Duration: Seconds<1, 50> = 50, BOT, Anyone;
    /// A message that asks for a change and is older than this is answered “too old, send it again”.
    "max-age-seconds" max_age -> Duration: Seconds<30, 86_400> = 300, BOT, Anyone;
    /// How long one request may take in all, uploads included.
    "request-timeout-seconds" request_timeout -> Duration: Seconds<60, 3_600> = 600, BOT, Anyone;
}
