//! The chores.

use std::sync::Arc;
use std::time::Duration;

use potion_config::Config;

use crate::agent::Agent;
use crate::{events, incidents};

const HOUR: Duration = Duration::from_secs(3600);

/// Something that is done again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chore {
    /// Bounds the log and the incidents, and makes the ballast again.
    Tidy,
}

impl Chore {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::Tidy];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tidy => "tidy",
        }
    }

    /// How long after the very first start it is due.
    pub(super) fn first(self) -> Duration {
        match self {
            Self::Tidy => Duration::ZERO,
        }
    }

    pub(super) fn every(self, _config: &Config) -> Duration {
        match self {
            Self::Tidy => HOUR,
        }
    }

    pub(super) async fn run(self, agent: &Arc<Agent>) {
        match self {
            Self::Tidy => tidy(agent).await,
        }
    }
}

async fn tidy(agent: &Arc<Agent>) {
    let bytes = agent.config().events().ballast_bytes();
    if !agent.store.ballast().tend(bytes) {
        tracing::warn!(bytes, "there is no room for the ballast");
    }
    if let Err(error) = events::prune(agent).await {
        tracing::warn!(%error, "old events stay");
    }
    if let Err(error) = incidents::age(agent).await {
        tracing::warn!(%error, "old incidents stay");
    }
}
