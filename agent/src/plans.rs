//! The one door for change: `plan` looks and asks, `apply` does it once.
//!
//! A plan is bound to the caller and the admin who made it, lives `policy.plan-seconds` on the boot
//! clock, and is taken out of the table before its act begins, so it can never run twice. A wrong or
//! missing code leaves the plan where it is (mistyping must not cost the whole confirm again; the lock
//! after `policy.totp-failures` bounds the tries, across all plans); everything else uses it up.

mod carry;
mod effects;
mod table;

use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::actions::{Action, Applied, Plan, PlanId, Proof, Risk};
use potion_proto::audit::Verdict;

pub use table::Plans;

use crate::agent::Agent;
use crate::audit::{self, Line};
use crate::policy::{self, Actor, command};

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
    let effects = effects::effects(agent, &actor, &action).await?;
    let totp = needs_code(&actor, risk);
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
    let planned = Approved { actor, ..planned };
    prove(agent, &planned, &proof)?;
    agent.plans.take(id)?;
    let task = tokio::spawn(act(Arc::clone(agent), planned));
    task.await
        .unwrap_or_else(|_| Err(crate::session::defect("the act panicked")))
}

/// From the bot, a dangerous act asks for a code; root's terminal is its own proof.
fn needs_code(actor: &Actor, risk: Risk) -> bool {
    risk >= Risk::Dangerous && !actor.is_on_the_machine()
}

fn prove(_agent: &Arc<Agent>, planned: &Approved, proof: &Proof) -> Result<(), Failure> {
    match (needs_code(&planned.actor, planned.risk), proof) {
        (false, _) => Ok(()),
        (true, Proof::Confirmed | Proof::Totp(_)) => Err(Failure::new(
            potion_proto::Code::TotpRequired,
            "",
            "this act needs a code from your authenticator",
        )),
    }
}

/// Runs on its own task: a caller who hangs up does not stop an act that has begun.
async fn act(agent: Arc<Agent>, approved: Approved) -> Result<Applied, Failure> {
    let told = write(&agent, &approved, Verdict::Allowed, String::new()).await;
    if approved.risk > Risk::Safe {
        told?;
    }
    let result = carry::carry_out(&agent, &approved).await;
    let (verdict, detail) = match &result {
        Ok(_) => (Verdict::Done, String::new()),
        Err(failure) => (Verdict::Failed, failure.message.clone()),
    };
    if let Err(failure) = write(&agent, &approved, verdict, detail).await {
        tracing::error!(%failure, "the act is done and its end is not in the audit log");
    }
    result
}

async fn write(
    agent: &Arc<Agent>,
    approved: &Approved,
    verdict: Verdict,
    detail: String,
) -> Result<(), Failure> {
    let line = line(&approved.actor, &approved.action, verdict, detail);
    audit::write(agent, line).await
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

/// Notes a refusal; that it could not be noted changes nothing about it.
async fn refuse(agent: &Arc<Agent>, actor: &Actor, action: &Action, why: Failure) -> Failure {
    let line = line(actor, action, Verdict::Refused, why.message.clone());
    if let Err(failure) = audit::write(agent, line).await {
        tracing::warn!(%failure, "a refusal is not in the audit log");
    }
    why
}
