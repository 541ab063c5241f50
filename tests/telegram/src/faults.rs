//! Faults that a test scripts: how Telegram fails, for which method, how often.

use serde::{Deserialize, Serialize};

/// The way a request goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FaultKind {
    /// 429 with `retry_after` seconds.
    TooManyRequests {
        /// Seconds that the bot is told to wait.
        retry_after: u32,
    },
    /// An HTML error page of a proxy with this status, such as 502.
    Status {
        /// HTTP status.
        code: u16,
    },
    /// A Bot API error with this code and description.
    Error {
        /// HTTP status and `error_code`.
        code: u16,
        /// Full description, such as `Bad Request: chat not found`.
        description: String,
    },
    /// TCP reset before anything is done.
    Reset,
    /// Accepted, then silence until the fault is cleared; then the request goes on.
    Stall,
    /// Done, and answered after this many milliseconds.
    Slow {
        /// Delay in milliseconds.
        ms: u64,
    },
    /// Done, but the connection is reset instead of the answer.
    LoseAnswer,
}

/// A fault with its aim. Lasts until cleared unless [`Fault::times`] bounds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Only this method, in any case of letters; `None` is all methods.
    #[serde(default)]
    pub method: Option<String>,
    /// Only requests with this `chat_id`.
    #[serde(default)]
    pub chat: Option<i64>,
    /// How many matching requests pass unharmed first.
    #[serde(default)]
    pub after: u32,
    /// How many requests it strikes; `None` is until cleared.
    #[serde(default)]
    pub times: Option<u32>,
}

impl Fault {
    /// This fault on every request until cleared.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            method: None,
            chat: None,
            after: 0,
            times: None,
        }
    }

    /// 429 with `retry_after` seconds.
    #[must_use]
    pub fn too_many_requests(retry_after: u32) -> Self {
        Self::new(FaultKind::TooManyRequests { retry_after })
    }

    /// An HTTP status with an HTML body, such as 502.
    #[must_use]
    pub fn status(code: u16) -> Self {
        Self::new(FaultKind::Status { code })
    }

    /// A Bot API error of the caller's choice.
    #[must_use]
    pub fn error(code: u16, description: &str) -> Self {
        Self::new(FaultKind::Error {
            code,
            description: description.to_owned(),
        })
    }

    /// A TCP reset before the method ran.
    #[must_use]
    pub fn reset() -> Self {
        Self::new(FaultKind::Reset)
    }

    /// No answer until the fault is cleared.
    #[must_use]
    pub fn stall() -> Self {
        Self::new(FaultKind::Stall)
    }

    /// An answer that comes `ms` milliseconds late.
    #[must_use]
    pub fn slow(ms: u64) -> Self {
        Self::new(FaultKind::Slow { ms })
    }

    /// The method runs, its answer is lost in a TCP reset.
    #[must_use]
    pub fn lose_answer() -> Self {
        Self::new(FaultKind::LoseAnswer)
    }

    /// Only for this method.
    #[must_use]
    pub fn on(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only for requests with this `chat_id`.
    #[must_use]
    pub fn in_chat(mut self, chat: i64) -> Self {
        self.chat = Some(chat);
        self
    }

    /// Only after this many matching requests went through.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// Only for this many requests.
    #[must_use]
    pub fn times(mut self, requests: u32) -> Self {
        self.times = Some(requests);
        self
    }

    fn aims_at(&self, method: &str, chat: Option<i64>) -> bool {
        self.method
            .as_ref()
            .is_none_or(|m| m.eq_ignore_ascii_case(method))
            && self.chat.is_none_or(|wanted| chat == Some(wanted))
    }
}

/// Names a scripted fault, to clear it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FaultId(pub u64);

/// A fault in force and how often it struck.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Armed {
    pub(crate) id: FaultId,
    pub(crate) fault: Fault,
    pub(crate) struck: u32,
}

/// The scripted faults, oldest first; the first that matches strikes.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
    next: u64,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) -> FaultId {
        self.next += 1;
        let id = FaultId(self.next);
        self.armed.push(Armed {
            id,
            fault,
            struck: 0,
        });
        id
    }

    pub(crate) fn clear(&mut self, id: FaultId) -> bool {
        let before = self.armed.len();
        self.armed.retain(|a| a.id != id);
        self.armed.len() < before
    }

    pub(crate) fn clear_all(&mut self) {
        self.armed.clear();
    }

    pub(crate) fn contains(&self, id: FaultId) -> bool {
        self.armed.iter().any(|a| a.id == id)
    }

    pub(crate) fn struck(&self, id: FaultId) -> Option<u32> {
        self.armed.iter().find(|a| a.id == id).map(|a| a.struck)
    }

    pub(crate) fn list(&self) -> &[Armed] {
        &self.armed
    }

    /// The fault that strikes this request, counted.
    pub(crate) fn pick(&mut self, method: &str, chat: Option<i64>) -> Option<(FaultId, FaultKind)> {
        for armed in self
            .armed
            .iter_mut()
            .filter(|a| a.fault.aims_at(method, chat))
        {
            if armed.fault.after > 0 {
                armed.fault.after -= 1;
            } else if armed.fault.times.is_none_or(|times| armed.struck < times) {
                armed.struck += 1;
                return Some((armed.id, armed.fault.kind.clone()));
            }
        }
        None
    }
}
