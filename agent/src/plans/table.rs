//! Plans that wait. In memory: a restart of the agent forgets them, and a forgotten plan is made anew.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use potion_proto::actions::PlanId;
use potion_proto::{Code, Failure};

use super::Approved;
use super::under_way::{Act, UnderWay};
use crate::policy::Actor;

/// Plans that one actor may have open; a further one pushes out their oldest.
const PLANS_PER_ACTOR: usize = 32;
/// Plans of all actors together.
const PLANS_MAX: usize = 512;

struct Waiting {
    planned: Approved,
    expires: Duration,
}

/// The plans that wait, and the acts under way.
#[derive(Default)]
pub struct Plans {
    waiting: Mutex<HashMap<PlanId, Waiting>>,
    under_way: UnderWay,
}

impl Plans {
    /// Keeps a plan until `expires` on the boot clock.
    ///
    /// # Errors
    /// `rate-limited` when too many wait, `unavailable` without randomness.
    pub(super) fn keep(&self, planned: Approved, expires: Duration) -> Result<PlanId, Failure> {
        let id = PlanId(crate::random::bytes()?);
        let mut table = self.table();
        push_out_oldest(&mut table, &planned.actor);
        if table.len() >= PLANS_MAX {
            let sentence = "too many plans wait: try again in a minute";
            return Err(Failure::new(Code::RateLimited, "60", sentence));
        }
        table.insert(id, Waiting { planned, expires });
        Ok(id)
    }

    /// A plan of this actor, left where it is.
    ///
    /// # Errors
    /// `expired` when there is none: unknown, used, too old or somebody else's.
    pub(super) fn look(&self, id: PlanId, by: &Actor, now: Duration) -> Result<Approved, Failure> {
        let mut table = self.table();
        table.retain(|_, waiting| waiting.expires > now);
        let waiting = table
            .get(&id)
            .filter(|waiting| waiting.planned.actor.is(by));
        waiting
            .map(|waiting| waiting.planned.clone())
            .ok_or_else(expired)
    }

    /// Uses a plan up; of two that race for it, one gets it.
    ///
    /// # Errors
    /// `expired`.
    pub(super) fn take(&self, id: PlanId) -> Result<(), Failure> {
        self.table().remove(&id).map(drop).ok_or_else(expired)
    }

    /// Notes an act as under way until the value is dropped.
    ///
    /// # Errors
    /// `conflict` when one clashes with it, named with who started it.
    pub(super) fn begin(&self, approved: &Approved) -> Result<Act, Failure> {
        self.under_way.begin(approved)
    }

    /// Returns once no act is under way.
    pub async fn idle(&self) {
        self.under_way.idle().await;
    }

    fn table(&self) -> MutexGuard<'_, HashMap<PlanId, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn push_out_oldest(table: &mut HashMap<PlanId, Waiting>, actor: &Actor) {
    let theirs = || {
        table
            .iter()
            .filter(|(_, waiting)| waiting.planned.actor.is(actor))
    };
    if theirs().count() < PLANS_PER_ACTOR {
        return;
    }
    let oldest = theirs()
        .min_by_key(|(_, waiting)| waiting.expires)
        .map(|(id, _)| *id);
    if let Some(id) = oldest {
        table.remove(&id);
    }
}

fn expired() -> Failure {
    let sentence = "this plan is gone: used, too old, or somebody else's; ask for it again";
    Failure::new(Code::Expired, "", sentence)
}
