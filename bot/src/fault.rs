//! What went wrong while something was answered, and the sentence for it.

use std::backtrace::Backtrace;

use potion_proto::client::{CallError, Unreachable};
use potion_proto::failure::{Code, Failure};
use serde::Serialize;

use crate::render::escape;
use crate::state::StateError;
use crate::telegram::Refusal;
use crate::words::{Words, with};

/// Why something was not answered as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The agent refused, failed, or could not be reached.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Telegram.
    #[error(transparent)]
    Telegram(#[from] Refusal),
    /// The bot's own records, and where that was found out.
    #[error("{0}")]
    State(#[source] StateError, Box<Backtrace>),
    /// A file that the agent granted could not be fetched.
    #[error("the granted file cannot be fetched: {0}")]
    Fetch(std::io::Error),
    /// The message is so many seconds old.
    #[error("the message is {age} s old")]
    TooOld {
        /// Seconds.
        age: u64,
    },
}

impl From<StateError> for Fault {
    fn from(error: StateError) -> Self {
        Self::State(error, Box::new(Backtrace::force_capture()))
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Call(failure.into())
    }
}

impl Fault {
    /// Where it was found out, for what is a defect of ours.
    pub(crate) fn trace(&self) -> Option<&Backtrace> {
        match self {
            Self::State(_, trace) => Some(trace),
            _ => None,
        }
    }

    /// It is a defect of the bot's own, to be reported as a crash is.
    pub(crate) fn is_defect(&self) -> bool {
        matches!(
            self,
            Self::State(..) | Self::Telegram(Refusal::Other(_) | Refusal::Markup(_))
        )
    }
}

/// What the sentences `failure-…` may name.
#[derive(Debug, Serialize)]
struct Values<'a> {
    subject: &'a str,
    what: &'a str,
    command: &'a str,
    reason: &'a str,
    request: String,
    wait: u64,
}

/// The sentence for a fault, HTML; `error` is the id under which a defect was reported.
pub(crate) fn sentence(words: &Words, fault: &Fault, error: Option<&str>) -> String {
    match fault {
        Fault::Call(CallError::Failure(failure)) => of_failure(words, failure),
        Fault::Call(CallError::Unreachable(why)) => of_unreachable(words, why),
        Fault::Fetch(_) => words.say("failure-fetch"),
        Fault::TooOld { age } => words.html("too-old", with([("age", age)])),
        Fault::Telegram(_) | Fault::State(..) => words.html("failure-bot", with([("id", error)])),
    }
}

/// The sentence `failure-<code>`.
pub(crate) fn of_failure(words: &Words, failure: &Failure) -> String {
    let subject = failure.subject.as_str();
    let key = format!("failure-{}", word(failure.code));
    if !words.has(&key) {
        return escape(&failure.message);
    }
    words.html(
        &key,
        Values {
            subject,
            what: subject,
            command: subject,
            reason: if subject.is_empty() {
                &failure.message
            } else {
                subject
            },
            request: if failure.code == Code::Internal {
                subject.to_owned()
            } else {
                failure.request.to_string()
            },
            wait: wait_seconds(failure),
        },
    )
}

/// `rate-limited` names seconds, `totp-locked` minutes.
fn wait_seconds(failure: &Failure) -> u64 {
    let number: u64 = failure.subject.parse().unwrap_or(1);
    if failure.code == Code::TotpLocked {
        number * 60
    } else {
        number
    }
}

fn of_unreachable(words: &Words, why: &Unreachable) -> String {
    match why {
        Unreachable::Version(mismatch) => {
            words.html("failure-mismatch", with([("command", &mismatch.restart)]))
        }
        Unreachable::NotRunning(_)
        | Unreachable::NoRights
        | Unreachable::Silent
        | Unreachable::Other(_) => words.say("failure-agent"),
    }
}

/// The code as the catalogue's keys spell it.
fn word(code: Code) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
