//! The log of every request that reached the Bot API.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::answers::ApiError;
use crate::clock::now_ms;
use crate::faults::FaultKind;

/// Entries kept; then the oldest quarter falls out, so that a long demo stays small.
const CALLS_KEPT: usize = 20_000;

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Outcome {
    /// Not answered yet, stalled, or its client went away.
    Open,
    /// `ok: true`.
    Ok,
    /// Refused, by the rules or by a fault.
    Refused(ApiError),
}

/// One request.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Counts up from 1.
    pub id: u64,
    /// Canonical name, such as `sendMessage`; an unknown one as it was sent.
    pub method: String,
    /// Parameters; strings when the body was a form. A file's content is left out.
    pub params: Map<String, Value>,
    /// Names of the uploaded files.
    pub files: Vec<String>,
    /// When it came, in milliseconds since the epoch.
    pub at_ms: u64,
    /// When it was answered.
    pub answered_ms: Option<u64>,
    /// The fault that struck it.
    pub fault: Option<FaultKind>,
    /// How it ended.
    pub outcome: Outcome,
}

impl Call {
    /// A parameter as text; a number is printed.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<String> {
        match self.params.get(key)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// `chat_id` as a number.
    #[must_use]
    pub fn chat(&self) -> Option<i64> {
        self.text("chat_id")?.parse().ok()
    }
}

/// The calls, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    list: Vec<Call>,
    next: u64,
}

impl Calls {
    pub(crate) fn begin(
        &mut self,
        method: &str,
        params: Map<String, Value>,
        files: Vec<String>,
    ) -> u64 {
        if self.list.len() >= CALLS_KEPT {
            self.list.drain(..CALLS_KEPT / 4);
        }
        self.next += 1;
        self.list.push(Call {
            id: self.next,
            method: method.to_owned(),
            params,
            files,
            at_ms: now_ms(),
            answered_ms: None,
            fault: None,
            outcome: Outcome::Open,
        });
        self.next
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut Call> {
        self.list.iter_mut().rev().find(|c| c.id == id)
    }

    pub(crate) fn finish(&mut self, id: u64, outcome: Outcome) {
        if let Some(call) = self.get_mut(id) {
            call.outcome = outcome;
            call.answered_ms = Some(now_ms());
        }
    }

    /// All that are kept.
    pub(crate) fn all(&self) -> &[Call] {
        &self.list
    }

    /// Calls with an id above `after`.
    pub(crate) fn since(&self, after: u64) -> &[Call] {
        &self.list[self.list.partition_point(|call| call.id <= after)..]
    }
}
