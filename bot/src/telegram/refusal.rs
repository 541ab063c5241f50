//! Why Telegram did not do what was asked, as far as the bot acts on it.
//!
//! Texts are matched by their stable part: the server words them anew from time to time, and teloxide then
//! reads `Unknown`. (Bot API server, `Client.cpp`, and the reports cited in teloxide's own list.)

use std::time::Duration;

use teloxide::{ApiError, RequestError};

/// Why a call did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// 429.
    #[error("Telegram asks to wait {0:?}")]
    Wait(Duration),
    /// 403: this person blocked the bot, never started it, or is gone.
    #[error("Telegram will not deliver to this person: {0}")]
    Blocked(String),
    /// 401 or 404 on the token.
    #[error("Telegram refuses the token")]
    Token,
    /// 409: another program polls with the same token.
    #[error("another program uses the same token")]
    Conflict,
    /// The message is so already.
    #[error("the message is so already")]
    Unchanged,
    /// The message or the press is gone or too old to be touched.
    #[error("the message is gone")]
    Gone,
    /// 400: the markup does not parse.
    #[error("Telegram does not read the markup: {0}")]
    Markup(String),
    /// Another error of the Bot API; trying again does not help.
    #[error("Telegram refuses: {0}")]
    Other(String),
    /// No answer, or none that makes sense: trying again may help.
    #[error("Telegram cannot be reached: {0}")]
    Network(String),
}

impl Refusal {
    /// Trying again, later, may help.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Wait(_) | Self::Network(_) | Self::Conflict | Self::Token
        )
    }

    /// No answer within the time that a call has.
    pub(super) fn silence() -> Self {
        Self::Network("no answer in time".to_owned())
    }

    pub(super) fn of(error: &RequestError) -> Self {
        match error {
            RequestError::RetryAfter(seconds) => Self::Wait(seconds.duration()),
            RequestError::Api(error) => of_api(error),
            RequestError::MigrateToChatId(_) => Self::Other("the chat has moved".to_owned()),
            RequestError::Network(_) | RequestError::Io(_) => Self::Network(plain(error)),
            RequestError::InvalidJson { .. } => {
                Self::Network("an answer that is no Bot API".to_owned())
            }
        }
    }
}

/// The last cause is the one that tells (`connection refused`), and none of them holds the address.
fn plain(error: &RequestError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

fn of_api(error: &ApiError) -> Refusal {
    let text = match error {
        ApiError::Unknown(text) => text.clone(),
        known => known.to_string(),
    };
    of_text(&text)
}

/// What a text means, given the whole of it.
type Reading = fn(String) -> Refusal;

/// Parts of the server's texts, lower-case, and what they mean.
const TEXTS: [(&str, Reading); 19] = [
    ("message is not modified", |_| Refusal::Unchanged),
    ("message to edit not found", |_| Refusal::Gone),
    ("message to delete not found", |_| Refusal::Gone),
    ("message can't be edited", |_| Refusal::Gone),
    ("message can't be deleted", |_| Refusal::Gone),
    ("message_id_invalid", |_| Refusal::Gone),
    ("query is too old", |_| Refusal::Gone),
    ("query id is invalid", |_| Refusal::Gone),
    ("can't parse entities", Refusal::Markup),
    ("can't parse message text", Refusal::Markup),
    ("bot was blocked", Refusal::Blocked),
    ("user is deactivated", Refusal::Blocked),
    ("can't initiate conversation", Refusal::Blocked),
    ("can't send messages to", Refusal::Blocked),
    ("chat not found", Refusal::Blocked),
    ("terminated by other getupdates", |_| Refusal::Conflict),
    ("webhook is active", |_| Refusal::Conflict),
    ("invalid bot token", |_| Refusal::Token),
    ("unauthorized", |_| Refusal::Token),
];

fn of_text(text: &str) -> Refusal {
    let lower = text.to_lowercase();
    let known = TEXTS.iter().find(|(part, _)| lower.contains(part));
    if let Some((_, refusal)) = known {
        return refusal(text.to_owned());
    }
    if lower == "not found" {
        return Refusal::Token;
    }
    let of_the_server = [
        "internal server error",
        "bad gateway",
        "restart",
        "gateway timeout",
        "service unavailable",
    ];
    if of_the_server.iter().any(|part| lower.contains(part)) {
        return Refusal::Network(text.to_owned());
    }
    Refusal::Other(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_known_in_every_wording_seen() {
        let gone = [
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
            "Bad Request: QUERY_ID_INVALID: query id is invalid",
            "Bad Request: message to edit not found",
        ];
        for text in gone {
            assert_eq!(of_text(text), Refusal::Gone, "{text}");
        }
        assert_eq!(of_text("Not Found"), Refusal::Token);
        assert!(matches!(
            of_text("Bad Request: chat not found"),
            Refusal::Blocked(_)
        ));
        assert!(matches!(
            of_text("Internal Server Error: restart"),
            Refusal::Network(_)
        ));
        assert!(matches!(
            of_text("Bad Request: BUTTON_DATA_INVALID"),
            Refusal::Other(_)
        ));
    }

    #[test]
    fn known_variants_of_teloxide_are_read_by_their_texts() {
        assert!(matches!(of_api(&ApiError::BotBlocked), Refusal::Blocked(_)));
        assert_eq!(of_api(&ApiError::MessageNotModified), Refusal::Unchanged);
        assert_eq!(
            of_api(&ApiError::TerminatedByOtherGetUpdates),
            Refusal::Conflict
        );
        assert_eq!(of_api(&ApiError::InvalidToken), Refusal::Token);
    }
}
