//! The chores.

use std::sync::Arc;
use std::time::Duration;

use potion_config::Config;
use potion_proto::Failure;
use potion_proto::actions::Action;
use potion_proto::events::{Audience, Class, News};
use potion_proto::packages::Status;

use super::{rows, until};
use crate::agent::Agent;
use crate::jobs::spec::Work;
use crate::store::StoreError;
use crate::{audit, events, incidents, jobs};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

/// Something that is done again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chore {
    /// Bounds the log and the incidents, and makes the ballast again.
    Tidy,
    /// Refreshes apt's lists, if nobody else did.
    Refresh,
    /// Tells of upgrades that wait, when they are others than it told last.
    Upgrades,
    /// Tells the owners where the audit chain ends.
    AuditHead,
}

/// Why a chore was not done; it is tried again in an hour.
#[derive(Debug, thiserror::Error)]
pub(super) enum ChoreError {
    /// The state could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A noun refused.
    #[error(transparent)]
    Refused(#[from] Failure),
}

impl Chore {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Tidy, Self::Refresh, Self::Upgrades, Self::AuditHead];
    /// How long after a try that failed it is tried again.
    pub(super) const AGAIN: Duration = HOUR;

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tidy => "tidy",
            Self::Refresh => "refresh",
            Self::Upgrades => "upgrades",
            Self::AuditHead => "audit-head",
        }
    }

    /// How long after the very first start it is due.
    pub(super) fn first(self) -> Duration {
        match self {
            Self::Tidy => Duration::ZERO,
            Self::Refresh => HOUR,
            Self::Upgrades => HOUR * 2,
            Self::AuditHead => WEEK,
        }
    }

    pub(super) fn every(self, config: &Config) -> Duration {
        match self {
            Self::Tidy => HOUR,
            Self::Refresh => config.packages().refresh(),
            Self::Upgrades => DAY,
            Self::AuditHead => WEEK,
        }
    }

    pub(super) async fn run(self, agent: &Arc<Agent>) -> Result<(), ChoreError> {
        match self {
            Self::Tidy => tidy(agent).await,
            Self::Refresh => refresh(agent).await,
            Self::Upgrades => upgrades(agent).await,
            Self::AuditHead => Ok(audit::tell_head(agent).await?),
        }
    }
}

async fn tidy(agent: &Arc<Agent>) -> Result<(), ChoreError> {
    let bytes = agent.config().events().ballast_bytes();
    if !agent.store.ballast().tend(bytes) {
        tracing::warn!(bytes, "there is no room for the ballast");
    }
    events::prune(agent).await?;
    Ok(incidents::age(agent).await?)
}

/// apt's own timer may have done it.
async fn refresh(agent: &Arc<Agent>) -> Result<(), ChoreError> {
    let status = agent.packages.status().await.map_err(Failure::from)?;
    let period = agent.config().packages().refresh();
    let stale = status.refreshed.is_none_or(|at| {
        let fresh_until = super::ahead(at, period - period / 8);
        until(agent.clock.now(), fresh_until).is_zero()
    });
    if stale {
        jobs::start_own(agent, &Action::PackagesRefresh, Work::Refresh).await?;
    }
    Ok(())
}

async fn upgrades(agent: &Arc<Agent>) -> Result<(), ChoreError> {
    let status = agent.packages.status().await.map_err(Failure::from)?;
    let name = Chore::Upgrades.name();
    let told = agent.store.call(move |tx| rows::note(tx, name)).await?;
    let waiting = names(&status);
    if waiting != told {
        tell_of(agent, &status).await;
        let call = agent
            .store
            .call(move |tx| rows::put_note(tx, name, &waiting));
        call.await?;
    }
    Ok(())
}

/// What waits, as one word for each, to know it again.
fn names(status: &Status) -> String {
    let waiting = status.upgradable.iter().filter(|package| !package.held);
    let words: Vec<String> = waiting
        .map(|package| format!("{}={}", package.name, package.candidate))
        .collect();
    words.join(" ")
}

async fn tell_of(agent: &Arc<Agent>, status: &Status) {
    let count = |security: bool| {
        let waiting = status.upgradable.iter();
        let waiting = waiting.filter(|package| !package.held && package.security == security);
        u32::try_from(waiting.count()).unwrap_or(u32::MAX)
    };
    let (security, other) = (count(true), count(false));
    if security + other > 0 {
        let news = News::UpgradesWaiting { security, other };
        let rings = security > 0;
        events::publish(agent, Class::Packages, Audience::Everyone, rings, news).await;
    }
}
