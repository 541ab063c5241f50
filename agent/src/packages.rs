//! apt: what can be upgraded, and the jobs that do it.
//!
//! Looking goes through the port ([`Packages`], [`Apt`]); all that changes anything is a job, whose work
//! ([`work`]) is done by the helper in a unit of its own. Nothing is removed that a plan did not name.

mod apt;
mod archives;
mod audit;
mod conffiles;
mod fake;
mod lists;
mod lock;
mod needrestart;
mod port;
mod progress;
pub mod simulation;
pub mod work;

use std::sync::Arc;

use potion_proto::actions::{Action, Applied, Effect};
use potion_proto::names::PackageName;
use potion_proto::packages::{Restarts, Selection, Status};
use potion_proto::{Code, Failure};

pub use apt::Apt;
pub use fake::{FakePackages, nothing};
pub use port::{Forecast, PackageError, Packages, Question};
pub(crate) use simulation::kept_back;

use crate::agent::Agent;
use crate::jobs;
use crate::jobs::spec::Work;
use crate::plans::Approved;
use crate::policy::View;
use crate::redactor::redact;

/// Our own package.
const OURS: &str = "potion-server";
/// Names that an effect lists.
const NAMES_MAX: usize = 40;
/// Packages that one may choose at once.
const CHOSEN_MAX: usize = 500;

/// `package_status`.
///
/// # Errors
/// `unavailable`.
pub async fn status(agent: &Arc<Agent>, _: &View) -> Result<Status, Failure> {
    Ok(agent.packages.status().await?)
}

/// `package_changelog`: its first `packages.changelog-lines` lines.
///
/// # Errors
/// `unavailable`, `not-found`.
pub async fn changelog(agent: &Arc<Agent>, _: &View, name: PackageName) -> Result<String, Failure> {
    let text = agent.packages.changelog(name).await?;
    let lines = agent.config().packages().changelog_lines();
    let text: Vec<&str> = text.lines().take(lines).collect();
    Ok(redact(&text.join("\n")).into_owned())
}

/// `package_restarts`.
///
/// # Errors
/// `unavailable`.
pub async fn restarts(agent: &Arc<Agent>, _: &View) -> Result<Restarts, Failure> {
    Ok(agent.packages.restarts().await?)
}

/// What an action on packages would do.
///
/// # Errors
/// `unavailable`; `not-found` for a package that is not installed; `invalid` for a choice that cannot be
/// upgraded without removing others, or is held.
pub async fn plan_effects(agent: &Arc<Agent>, action: &Action) -> Result<Vec<Effect>, Failure> {
    match action {
        Action::PackagesUpgrade(selection) => upgrade_effects(agent, selection).await,
        Action::PackagesAutoremove => {
            let forecast = agent.packages.foresee(Question::Autoremove).await?;
            Ok(vec![removes(&forecast.steps.removes)])
        }
        Action::PackageHold(name) | Action::PackageUnhold(name) => {
            agent.packages.installed(name.clone()).await?;
            Ok(Vec::new())
        }
        _ => Ok(Vec::new()),
    }
}

async fn upgrade_effects(
    agent: &Arc<Agent>,
    selection: &Selection,
) -> Result<Vec<Effect>, Failure> {
    if let Selection::Chosen(names) = selection {
        check_chosen(agent, names).await?;
    }
    let question = Question::Upgrade(selection.clone());
    let forecast = agent.packages.foresee(question).await?;
    if !forecast.steps.removes.is_empty() {
        let names: Vec<&str> = forecast
            .steps
            .removes
            .iter()
            .map(PackageName::as_str)
            .collect();
        let names = names.join(", ");
        let sentence = format!(
            "this would remove {names}, and an upgrade removes nothing: upgrade all, or by hand"
        );
        return Err(Failure::new(Code::Invalid, names, sentence));
    }
    Ok(upgrades(&forecast))
}

async fn check_chosen(agent: &Arc<Agent>, names: &[PackageName]) -> Result<(), Failure> {
    if names.is_empty() || names.len() > CHOSEN_MAX {
        let sentence = format!("choose 1 to {CHOSEN_MAX} packages");
        return Err(Failure::new(Code::Invalid, "packages", sentence));
    }
    for name in names {
        agent.packages.installed(name.clone()).await?;
    }
    let held = agent.packages.status().await?.held;
    match names.iter().find(|name| held.contains(name)) {
        Some(name) => {
            let sentence = format!("{name} is held: let it go first");
            Err(Failure::new(Code::Invalid, name.as_str(), sentence))
        }
        None => Ok(()),
    }
}

fn upgrades(forecast: &Forecast) -> Vec<Effect> {
    let steps = &forecast.steps.upgrades;
    let names = steps.iter().take(NAMES_MAX).map(|step| step.name.clone());
    let security = steps.iter().filter(|step| step.security).count();
    let mut effects = vec![Effect::Upgrades {
        names: names.collect(),
        count: count(steps.len()),
        security: count(security),
        download_bytes: forecast.download_bytes,
    }];
    if steps.iter().any(|step| step.name.as_str() == OURS) {
        effects.push(Effect::UpgradesPotion);
    }
    effects
}

fn removes(names: &[PackageName]) -> Effect {
    Effect::Removes {
        names: names.iter().take(NAMES_MAX).cloned().collect(),
        count: count(names.len()),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Starts the action's job.
///
/// # Errors
/// `conflict` with the job that is under way, `disk-full`, `unavailable`.
pub async fn carry_out(
    agent: &Arc<Agent>,
    approved: &Approved,
    action: &Action,
) -> Result<Applied, Failure> {
    let work = work(agent, action).await?;
    Ok(Applied::Job(jobs::start(agent, approved, work).await?))
}

async fn work(agent: &Arc<Agent>, action: &Action) -> Result<Work, Failure> {
    Ok(match action {
        Action::PackagesRefresh => Work::Refresh,
        Action::PackagesUpgrade(selection) => Work::Upgrade(selection.clone()),
        Action::PackagesAutoremove => {
            let forecast = agent.packages.foresee(Question::Autoremove).await?;
            Work::Autoremove(forecast.steps.removes)
        }
        Action::PackagesRepair => Work::Repair,
        Action::PackageHold(name) => Work::Hold(name.clone()),
        Action::PackageUnhold(name) => Work::Unhold(name.clone()),
        _ => {
            return Err(Failure::new(
                Code::Invalid,
                "action",
                "this is no work for apt",
            ));
        }
    })
}

#[cfg(test)]
mod tests;
