//! The one door for change: `plan` looks and asks, `apply` does it once.
//!
//! A plan is bound to the caller and the admin who made it, lives `policy.plan-seconds` on the boot
//! clock, and is taken out of the table before its act begins, so it can never run twice. A wrong or
//! missing code leaves the plan where it is (mistyping must not cost the whole confirm again; the lock
//! after `policy.totp-failures` bounds the tries, across all plans); everything else uses it up.

mod carry;
mod effects;
mod table;
mod under_way;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use potion_proto::actions::{Action, Applied, Plan, PlanId, Proof, Risk};
use potion_proto::audit::Verdict;
use potion_proto::{Code, Failure};

pub use table::Plans;

use crate::agent::Agent;
use crate::audit::{self, Durability, Line};
use crate::policy::{self, Actor, command};
use crate::session::{defect, record_panic};
use crate::totp;

/// The witness that an action went through `plan` and `apply`; only this module builds one.
#[derive(Clone, Debug)]
pub struct Approved {
    actor: Actor,
    action: Action,
    risk: Risk,
}

impl Approved {
    /// Who asked.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Who asked, as the audit log names them.
    #[must_use]
    pub fn name(&self) -> String {
        self.actor.name()
    }

    /// The request's id.
    #[must_use]
    pub fn request(&self) -> u64 {
        self.actor.request
    }

    /// The action.
    #[must_use]
    pub fn action(&self) -> &Action {
        &self.action
    }

    /// Its risk.
    #[must_use]
    pub fn risk(&self) -> Risk {
        self.risk
    }
}

/// Looks at what the action would do, and keeps it for `apply`.
///
/// # Errors
/// Those of the policy and of the action's noun.
pub async fn plan(agent: &Arc<Agent>, actor: Actor, action: Action) -> Result<Plan, Failure> {
    let config = agent.config();
    let risk = match policy::permit(&config, &actor, &action) {
        Ok(risk) => risk,
        Err(failure) => return Err(refuse(agent, &actor, &action, failure).await),
    };
    let totp = needs_code(&actor, risk);
    if let (true, Some((id, _))) = (totp, actor.admin) {
        totp::must_be_enrolled(agent, id).await?;
    }
    let effects = effects::effects(agent, &action).await?;
    let approved = Approved {
        actor,
        action: action.clone(),
        risk,
    };
    let lifetime = config.policy().plan();
    let id = agent
        .plans
        .keep(approved, agent.clock.monotonic() + lifetime)?;
    Ok(Plan {
        id,
        action,
        risk,
        totp,
        effects,
        expires: agent.clock.ahead(lifetime),
    })
}

/// Does what was planned.
///
/// # Errors
/// `expired`, those of the proof, and those of the act.
pub async fn apply(
    agent: &Arc<Agent>,
    actor: Actor,
    id: PlanId,
    proof: Proof,
) -> Result<Applied, Failure> {
    let now = agent.clock.monotonic();
    let planned = agent.plans.look(id, &actor, now)?;
    let planned = renewed(agent, actor, planned).await?;
    prove(agent, &planned, proof).await?;
    agent.plans.take(id)?;
    let task = tokio::spawn(act(Arc::clone(agent), planned));
    task.await.unwrap_or_else(|_| Err(defect("an act")))
}

/// From the bot, a dangerous act asks for a code; root's terminal is its own proof.
fn needs_code(actor: &Actor, risk: Risk) -> bool {
    risk >= Risk::Dangerous && !actor.is_on_the_machine()
}

/// The plan as this request asks for it, judged again: a role may have changed since.
async fn renewed(agent: &Arc<Agent>, actor: Actor, planned: Approved) -> Result<Approved, Failure> {
    match policy::permit(&agent.config(), &actor, &planned.action) {
        Ok(risk) => Ok(Approved {
            actor,
            risk,
            ..planned
        }),
        Err(failure) => Err(refuse(agent, &actor, &planned.action, failure).await),
    }
}

async fn prove(agent: &Arc<Agent>, planned: &Approved, proof: Proof) -> Result<(), Failure> {
    let Some((id, _)) = planned
        .actor
        .admin
        .filter(|_| needs_code(&planned.actor, planned.risk))
    else {
        return Ok(());
    };
    let proved = match proof {
        Proof::Totp(code) => totp::check(agent, id, code).await,
        Proof::Confirmed => Err(Failure::new(
            Code::TotpRequired,
            "",
            "this act needs a code from your authenticator",
        )),
    };
    match proved {
        Ok(()) => Ok(()),
        Err(failure) => Err(refuse(agent, &planned.actor, &planned.action, failure).await),
    }
}

/// Runs on its own task: a caller who hangs up does not stop an act that has begun.
async fn act(agent: Arc<Agent>, approved: Approved) -> Result<Applied, Failure> {
    let _under_way = agent.plans.begin(&approved)?;
    let told = write(&agent, &approved, Verdict::Allowed, String::new()).await;
    if approved.risk > Risk::Safe {
        told?;
    }
    let carried = AssertUnwindSafe(carry::carry_out(&agent, &approved))
        .catch_unwind()
        .await;
    let result = match carried {
        Ok(result) => result,
        Err(_) => Err(record_panic(&agent, &command::audit_line(&approved.action)).await),
    };
    let (verdict, detail) = match &result {
        Ok(_) => (Verdict::Done, String::new()),
        Err(failure) => (Verdict::Failed, failure.message.clone()),
    };
    if let Err(failure) = write(&agent, &approved, verdict, detail).await {
        tracing::error!(%failure, "the act is done and its end is not in the audit log");
    }
    result
}

/// What was dangerous is on the disk before it begins; the rest is in the file, and the kernel syncs it.
async fn write(
    agent: &Arc<Agent>,
    approved: &Approved,
    verdict: Verdict,
    detail: String,
) -> Result<(), Failure> {
    let durability = match (approved.risk, verdict) {
        (Risk::Dangerous | Risk::Local, Verdict::Allowed) => Durability::Synced,
        _ => Durability::Written,
    };
    let line = line(&approved.actor, &approved.action, verdict, detail);
    audit::write(agent, line, durability).await
}

fn line(actor: &Actor, action: &Action, verdict: Verdict, detail: String) -> Line {
    Line {
        who: actor.name(),
        what: command::audit_line(action),
        verdict,
        detail,
        request: actor.request,
    }
}

/// Notes a refusal and hands it back.
async fn refuse(agent: &Arc<Agent>, actor: &Actor, action: &Action, why: Failure) -> Failure {
    audit::refused(
        agent,
        line(actor, action, Verdict::Refused, why.message.clone()),
    )
    .await;
    why
}
