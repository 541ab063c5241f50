//! From a job's start to its published end, over restarts of the agent.
//!
//! Two things are heard: files that the helper puts into its folder, and systemd saying that the unit is
//! gone. A result file is the truth. A unit that is gone without one was interrupted.

use std::sync::Arc;
use std::time::Duration;

use potion_proto::events::{Audience, Class, Event, News, Seq};
use potion_proto::jobs::{Ending, JobId, Phase};

use super::folder::Folder;
use super::spec::Outcome;
use super::table::{self, Stored};
use super::watch::Watch;
use super::{AGENT, job};
use crate::agent::Agent;
use crate::events;
use crate::redactor::redact;

/// Before systemd or the database is asked again after it failed.
const RETRY: Duration = Duration::from_secs(2);

/// Takes up the jobs of the agent before this one: follows those that run, reads the results of those
/// that ended, and publishes what was not published. Call it once, before the agent serves.
pub async fn adopt(agent: &Arc<Agent>) {
    let known = agent
        .store
        .call(|tx| Ok((table::open(tx)?, table::unannounced(tx)?)));
    match known.await {
        Ok((open, unannounced)) => {
            for ended in unannounced {
                announce(agent, ended).await;
            }
            for running in open {
                follow(agent, running.id);
            }
        }
        Err(error) => tracing::error!(%error, "jobs of before are not known"),
    }
    prune(agent).await;
}

/// Follows a job on a task of its own until its end is published.
pub(super) fn follow(agent: &Arc<Agent>, id: JobId) {
    agent.jobs.begin(id, agent.clock.now());
    let agent = Arc::clone(agent);
    tokio::spawn(async move {
        let outcome = outcome(&agent, id).await;
        settle(&agent, id, outcome).await;
        prune(&agent).await;
    });
}

async fn outcome(agent: &Arc<Agent>, id: JobId) -> Outcome {
    let folder = Folder::of(&agent.paths.jobs(), id);
    let watch = Watch::of(folder.path());
    if let Err(error) = &watch {
        tracing::warn!(job = id.0, %error, "its folder cannot be watched; only its end will be seen");
    }
    let mut gone = std::pin::pin!(gone(agent, id));
    loop {
        if let Some(outcome) = result(&folder) {
            return outcome;
        }
        if let Ok(Some(snapshot)) = folder.progress() {
            agent.jobs.update(id, snapshot);
        }
        tokio::select! {
            () = stirred(watch.as_ref().ok()) => {}
            // Its last act was the result, if it got that far.
            () = &mut gone => return result(&folder).unwrap_or_else(interrupted),
        }
    }
}

async fn stirred(watch: Option<&Watch>) {
    let heard = match watch {
        Some(watch) => watch.stirred().await,
        None => std::future::pending().await,
    };
    if let Err(error) = heard {
        tracing::warn!(%error, "a job's folder cannot be watched any more");
        std::future::pending::<()>().await;
    }
}

async fn gone(agent: &Arc<Agent>, id: JobId) {
    while let Err(error) = agent.runner.gone(id).await {
        tracing::warn!(job = id.0, %error, "its unit cannot be watched; trying again");
        tokio::time::sleep(RETRY).await;
    }
}

fn result(folder: &Folder) -> Option<Outcome> {
    folder.result().unwrap_or_else(|error| {
        tracing::error!(folder = %folder.path().display(), %error, "a result cannot be read");
        None
    })
}

fn interrupted() -> Outcome {
    let reason = "it stopped without a result: a power cut, a crash or a kill";
    Outcome {
        phase: Phase::Interrupted,
        ..Outcome::failed(reason)
    }
}

/// Records the end before it is told; a database that fails is asked until it takes it, and after a
/// restart the result file tells again.
async fn settle(agent: &Arc<Agent>, id: JobId, outcome: Outcome) {
    let ended = agent.clock.now();
    let phase = outcome.phase;
    let ending = serde_json::to_string(&redacted(outcome.ending)).unwrap_or_default();
    loop {
        let ending = ending.clone();
        let settled = agent.store.call(move |tx| {
            let new = table::settle(tx, id, phase, ended, &ending)?;
            Ok((new, table::get(tx, id)?))
        });
        match settled.await {
            Ok((new, stored)) => {
                agent.jobs.end(id);
                if let (true, Some(stored)) = (new, stored) {
                    announce(agent, stored).await;
                }
                return;
            }
            Err(error) => tracing::error!(job = id.0, %error, "its end cannot be recorded"),
        }
        tokio::time::sleep(RETRY).await;
    }
}

fn redacted(ending: Ending) -> Ending {
    let clean = |text: String| redact(&text).into_owned();
    Ending {
        status: ending.status,
        reason: clean(ending.reason),
        facts: ending
            .facts
            .into_iter()
            .map(|(key, value)| (key, clean(value)))
            .collect(),
        tail: clean(ending.tail.join("\n"))
            .lines()
            .map(str::to_owned)
            .collect(),
    }
}

/// Publishes the end, in one transaction with the mark that it was. The agent's own housekeeping is
/// news only when it fails, and rings no phone.
async fn announce(agent: &Arc<Agent>, stored: Stored) {
    let id = stored.id;
    let bad = matches!(stored.phase, Phase::Failed | Phase::Interrupted);
    let own = stored.who == AGENT;
    let event = Event {
        seq: Seq(0),
        at: stored.ended.unwrap_or_else(|| agent.clock.now()),
        class: Class::Jobs,
        audience: Audience::Everyone,
        sounding: bad && !own,
        news: News::JobEnded(Box::new(job(agent, stored, false))),
    };
    let events = if own && !bad { Vec::new() } else { vec![event] };
    events::record_if(agent, events, move |tx| table::claim_announcement(tx, id)).await;
}

async fn prune(agent: &Arc<Agent>) {
    let jobs = agent.config();
    let jobs = jobs.jobs();
    let keep = i64::try_from(jobs.keep().as_millis()).unwrap_or(i64::MAX);
    let before = potion_proto::time::Timestamp(agent.clock.now().0.saturating_sub(keep));
    let count = jobs.keep_count();
    let pruned = agent.store.call(move |tx| table::prune(tx, before, count));
    match pruned.await {
        Ok(ids) => {
            for id in ids {
                if let Err(error) = Folder::of(&agent.paths.jobs(), id).remove() {
                    tracing::warn!(job = id.0, %error, "its folder cannot be removed");
                }
            }
        }
        Err(error) => tracing::warn!(%error, "old jobs cannot be removed"),
    }
}
