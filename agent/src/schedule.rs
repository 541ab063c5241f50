//! Chores that come round: when each is due next stands in the database, so that a restart neither
//! skips nor repeats one.
//!
//! It sleeps until the next is due, and never longer than [`SLEEP_MAX`]: timers do not count while the
//! machine is suspended, and the wall clock may be set meanwhile. A due time further ahead than the
//! chore's period means that the clock was set back; it is taken as one period from now. After a jump
//! forward each chore is done once, however many times were missed.

mod chores;
mod rows;

use std::sync::Arc;
use std::time::Duration;

use potion_proto::time::Timestamp;

use crate::agent::Agent;
pub use chores::Chore;
pub(crate) use rows::SCHEMA;

const SLEEP_MAX: Duration = Duration::from_secs(3600);

/// Does the chores for ever.
pub async fn run(agent: Arc<Agent>) {
    loop {
        let mut sleep = SLEEP_MAX;
        for chore in Chore::ALL {
            sleep = sleep.min(tend(&agent, chore).await);
        }
        tokio::time::sleep(sleep).await;
    }
}

/// Does the chore if it is due; how long until it is due again.
async fn tend(agent: &Arc<Agent>, chore: Chore) -> Duration {
    let (now, every) = (agent.clock.now(), chore.every(&agent.config()));
    let wait = wait(now, due(agent, chore).await, chore.first(), every);
    if !wait.is_zero() {
        return remember(agent, chore, wait).await;
    }
    let wait = match chore.run(agent).await {
        Ok(()) => every,
        Err(error) => {
            tracing::warn!(%error, ?chore, "not done; it is tried again later");
            every.min(Chore::AGAIN)
        }
    };
    remember(agent, chore, wait).await
}

/// How long to wait for what is due then (None: it never was), but no longer than its period.
fn wait(now: Timestamp, due: Option<Timestamp>, first: Duration, every: Duration) -> Duration {
    due.map_or(first, |due| until(now, due)).min(every)
}

fn until(now: Timestamp, due: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(due.0.saturating_sub(now.0)).unwrap_or(0))
}

fn ahead(now: Timestamp, by: Duration) -> Timestamp {
    let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp(now.0.saturating_add(by))
}

async fn due(agent: &Arc<Agent>, chore: Chore) -> Option<Timestamp> {
    let read = agent
        .store
        .call(move |tx| rows::due(tx, chore.name()))
        .await;
    read.unwrap_or_else(|error| {
        tracing::warn!(%error, ?chore, "when it is due cannot be read");
        None
    })
}

/// Writes down when it is due if that differs from what stands there.
async fn remember(agent: &Arc<Agent>, chore: Chore, wait: Duration) -> Duration {
    let due = ahead(agent.clock.now(), wait);
    let call = agent.store.call(move |tx| rows::put(tx, chore.name(), due));
    if let Err(error) = call.await {
        tracing::warn!(%error, ?chore, "when it is due cannot be written");
    }
    wait
}

#[cfg(test)]
mod tests;
