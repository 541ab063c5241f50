//! What can go wrong in potionctl, and the exit code it means.

use std::process::ExitCode;

use potion_config::ConfigError;
use potion_proto::client::{CallError, Unreachable};
use potion_proto::names::Refused;
use potion_proto::{Code, Failure};

/// `Display` is the user's sentence.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The agent said no, or cannot be reached.
    #[error(transparent)]
    Call(#[from] CallError),
    /// A word that is no such noun.
    #[error("{0}")]
    Usage(String),
    /// The configuration is wrong.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// The system's.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// It was done, and came out badly; already told.
    #[error("{0}")]
    Outcome(String),
    /// The person said no.
    #[error("nothing was done")]
    Declined,
    /// Telegram said no, or cannot be reached.
    #[error("Telegram: {0}")]
    Telegram(String),
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        Self::Usage(refused.to_string())
    }
}

impl From<Unreachable> for Trouble {
    fn from(unreachable: Unreachable) -> Self {
        Self::Call(unreachable.into())
    }
}

impl Trouble {
    /// As the manual promises (sysexits.h for 69, 77, 78).
    pub(crate) fn exit_code(&self) -> ExitCode {
        const USAGE: u8 = 2;
        const UNAVAILABLE: u8 = 69;
        const NO_PERMISSION: u8 = 77;
        const CONFIG: u8 = 78;
        ExitCode::from(match self {
            Self::Call(CallError::Unreachable(Unreachable::NoRights)) => NO_PERMISSION,
            Self::Call(CallError::Unreachable(_)) => UNAVAILABLE,
            Self::Call(CallError::Failure(failure)) if denied(failure) => NO_PERMISSION,
            Self::Usage(_) => USAGE,
            Self::Config(_) => CONFIG,
            _ => 1,
        })
    }
}

fn denied(failure: &Failure) -> bool {
    matches!(failure.code, Code::Denied | Code::LocalOnly)
}
