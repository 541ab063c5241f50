//! Keep or revert: an act that could lock the owner out is undone after `policy.keep-seconds` unless
//! somebody keeps it.
//!
//! Three things can undo it, and each is enough: a task of this process, a transient timer of systemd
//! that runs `potiond revert ID` (for when this process is dead or cannot start), and the next start of
//! `potiond` (for when the machine was off). The row and the timer are there before the act. The undoing
//! comes first and the row goes after it: what is undone twice does no harm, what is forgotten does.
//!
//! Only stopping and disabling protected units is such an act; their undoing is starting and enabling.

mod revert;
mod rows;
mod timer;

use std::sync::Arc;

use potion_proto::actions::{Action, Effect};
use potion_proto::events::{Audience, Class, Keep, KeepId, News};
use potion_proto::units::{Outcome, Verb, Verdict};
use potion_proto::{Code, Failure};

pub(crate) use revert::revert_now;
pub use revert::{Reason, recover, revert};
use rows::Pending;
pub(crate) use rows::SCHEMA;
pub use timer::{SystemdTimers, Timers};

use crate::agent::Agent;
use crate::events;
use crate::plans::Approved;
use crate::policy::{View, is_protected};

/// The act that waits, if one does.
///
/// # Errors
/// The store's.
pub async fn pending(agent: &Arc<Agent>, _by: &View) -> Result<Option<Keep>, Failure> {
    Ok(read(agent).await?.map(|pending| pending.keep))
}

/// What a plan says of the act; refuses it while another waits.
pub(crate) fn effects(agent: &Agent, action: &Action) -> Result<Option<Effect>, Failure> {
    let seconds = agent.config().policy().keep().as_secs();
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
    Ok(undo(agent, action).map(|_| Effect::KeepOrRevert { seconds }))
}

/// What undoes the act, if it is one that must be kept.
pub(crate) fn undo(agent: &Agent, action: &Action) -> Option<Action> {
    let Action::Unit(verb, unit) = action else {
        return None;
    };
    let undo = match verb {
        Verb::Stop => Verb::Start,
        Verb::Disable => Verb::Enable,
        Verb::Start | Verb::Restart | Verb::Reload | Verb::Enable | Verb::ResetFailed => {
            return None;
        }
    };
    is_protected(&agent.config(), unit).then(|| Action::Unit(undo, unit.clone()))
}

/// Writes the undoing down and starts its timers.
pub(crate) async fn arm(
    agent: &Arc<Agent>,
    approved: &Approved,
    undo: Action,
) -> Result<Keep, Failure> {
    let lifetime = agent.config().policy().keep();
    let pending = Pending {
        keep: Keep {
            id: KeepId(0),
            action: approved.action().clone(),
            until: agent.clock.ahead(lifetime),
        },
        undo,
        boot: agent.clock.boot(),
        due: agent.clock.monotonic() + lifetime,
    };
    let put = agent.store.call(move |db| rows::put(db, &pending)).await?;
    let pending = put.map_err(|other| clash(&other))?;
    tokio::spawn(revert::when_due(Arc::clone(agent), pending.clone()));
    if let Err(failure) = agent
        .timers
        .arm(pending.keep.id, lifetime + timer::GRACE)
        .await
    {
        forget(agent, pending.keep.id).await?;
        return Err(failure);
    }
    Ok(pending.keep)
}

/// Whether what came of the act leaves something to undo. An act that failed in an unclear way may yet
/// have happened.
pub(crate) fn still_needed(outcome: &Result<Outcome, Failure>) -> bool {
    match outcome {
        Ok(outcome) => outcome.verdict != Verdict::Unchanged,
        Err(failure) => !matches!(
            failure.code,
            Code::NotFound | Code::Invalid | Code::Conflict
        ),
    }
}

/// Takes back what `arm` did.
pub(crate) async fn disarm(agent: &Arc<Agent>, id: KeepId) -> Result<(), Failure> {
    forget(agent, id).await?;
    agent.timers.disarm(id).await;
    Ok(())
}

/// Tells everybody that an act waits.
pub(crate) async fn announce(agent: &Arc<Agent>, keep: &Keep) {
    let news = News::KeepPending(keep.clone());
    events::publish(agent, Class::Security, Audience::Everyone, true, news).await;
}

/// Keeps it.
pub(crate) async fn keep(agent: &Arc<Agent>, _by: &Approved, id: KeepId) -> Result<(), Failure> {
    let pending = waiting(agent, id).await?;
    disarm(agent, id).await?;
    let news = News::Kept(pending.keep);
    events::publish(agent, Class::Security, Audience::Everyone, false, news).await;
    Ok(())
}

async fn read(agent: &Arc<Agent>) -> Result<Option<Pending>, Failure> {
    Ok(agent.store.call(rows::read).await?)
}

/// Removes the row; whether it was still there.
async fn forget(agent: &Arc<Agent>, id: KeepId) -> Result<bool, Failure> {
    Ok(agent.store.call(move |db| rows::remove(db, id)).await?)
}

async fn waiting(agent: &Arc<Agent>, id: KeepId) -> Result<Pending, Failure> {
    let pending = read(agent).await?.filter(|pending| pending.keep.id == id);
    pending.ok_or_else(|| {
        let sentence = "nothing waits under this number: it was kept or undone already";
        Failure::new(Code::Expired, id.0.to_string(), sentence)
    })
}

fn clash(other: &Pending) -> Failure {
    let line = crate::policy::command::audit_line(&other.keep.action);
    let sentence = format!("`{line}` still waits to be kept or undone: decide that first");
    Failure::new(Code::Conflict, line, sentence)
}
