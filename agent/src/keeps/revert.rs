//! The undoing.

use std::sync::Arc;
use std::time::Duration;

use potion_proto::actions::Action;
use potion_proto::audit::Verdict;
use potion_proto::events::{Audience, Class, KeepId, News};
use potion_proto::{Code, Failure};

use super::rows::Pending;
use super::{disarm, forget, read, waiting};
use crate::agent::{Agent, unavailable};
use crate::audit::{self, Durability, Line};
use crate::events;
use crate::plans::Approved;
use crate::policy::command::audit_line;

/// How long systemd may take over the undoing.
const UNDO_WITHIN: Duration = Duration::from_secs(120);
/// Rest before an undoing that failed is tried again.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Why an act is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nobody kept it.
    Time,
    /// Somebody asked.
    Asked,
    /// The machine was rebooted.
    Reboot,
    /// The agent was started after its time.
    Restart,
}

impl Reason {
    fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Asked => "asked",
            Self::Reboot => "reboot",
            Self::Restart => "restart",
        }
    }
}

/// At start-up: undoes what is overdue or of another boot, and waits for what is not.
///
/// # Errors
/// The store's.
pub async fn recover(agent: &Arc<Agent>) -> Result<(), Failure> {
    let Some(pending) = read(agent).await? else {
        return Ok(());
    };
    let reason = match &pending {
        other if other.boot != agent.clock.boot() => Reason::Reboot,
        late if late.due <= agent.clock.monotonic() => Reason::Restart,
        _ => Reason::Time,
    };
    tokio::spawn(watch(Arc::clone(agent), pending, reason));
    Ok(())
}

/// Undoes it when its time has come, unless it was kept.
pub(super) async fn when_due(agent: Arc<Agent>, pending: Pending) {
    watch(agent, pending, Reason::Time).await;
}

async fn watch(agent: Arc<Agent>, pending: Pending, reason: Reason) {
    if reason == Reason::Time {
        agent.clock.until(pending.due).await;
    }
    while let Err(failure) = revert(&agent, pending.keep.id, reason).await {
        if failure.code == Code::Expired {
            return;
        }
        tracing::error!(%failure, "the undoing failed and is tried again");
        tokio::time::sleep(TRY_AGAIN_AFTER).await;
    }
}

/// Undoes an act now because somebody asked.
pub(crate) async fn revert_now(
    agent: &Arc<Agent>,
    _by: &Approved,
    id: KeepId,
) -> Result<(), Failure> {
    revert(agent, id, Reason::Asked).await
}

/// Undoes the act that waits under this number.
///
/// # Errors
/// `expired` when none does; those of systemd, and then it still waits.
pub async fn revert(agent: &Arc<Agent>, id: KeepId, reason: Reason) -> Result<(), Failure> {
    let pending = waiting(agent, id).await?;
    let undone = undo(agent, &pending.undo).await;
    note(agent, &pending, reason, &undone).await;
    undone?;
    if !forget(agent, id).await? {
        return Ok(());
    }
    disarm(agent, id).await?;
    let news = News::Reverted {
        keep: pending.keep,
        reason: reason.word().to_owned(),
    };
    events::publish(agent, Class::Security, Audience::Everyone, true, news).await;
    Ok(())
}

async fn undo(agent: &Arc<Agent>, undo: &Action) -> Result<(), Failure> {
    let Action::Unit(verb, unit) = undo else {
        return Ok(());
    };
    let outcome = agent.units.act(*verb, unit, UNDO_WITHIN).await;
    outcome.map(drop).map_err(|error| {
        tracing::error!(%error, %unit, "the undoing");
        unavailable("systemd")
    })
}

async fn note(agent: &Arc<Agent>, pending: &Pending, reason: Reason, undone: &Result<(), Failure>) {
    let verdict = if undone.is_ok() {
        Verdict::Done
    } else {
        Verdict::Failed
    };
    let line = Line {
        who: "agent".to_owned(),
        what: audit_line(&pending.undo),
        verdict,
        detail: format!(
            "reverts {} ({})",
            audit_line(&pending.keep.action),
            reason.word()
        ),
        request: 0,
    };
    if let Err(failure) = audit::write(agent, line, Durability::Written).await {
        tracing::error!(%failure, "an undoing is not in the audit log");
    }
}
