//! From an approved action to the noun that does it.

use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::actions::{Action, Applied};
use potion_proto::admins::Role;
use potion_proto::names::{TelegramId, UnitName};
use potion_proto::units::Verb;

use super::Approved;
use crate::agent::Agent;
use crate::{admins, host, incidents, jobs, keeps, packages, settings, totp, units};

/// Does it.
pub(super) async fn carry_out(agent: &Arc<Agent>, approved: &Approved) -> Result<Applied, Failure> {
    match &approved.action {
        Action::Unit(verb, name) => unit(agent, approved, *verb, name).await,
        action @ (Action::HostReboot | Action::HostPowerOff | Action::FilesRootRecord) => {
            host::carry_out(agent, approved, action).await
        }
        action @ (Action::PackagesRefresh
        | Action::PackagesUpgrade(_)
        | Action::PackagesAutoremove
        | Action::PackagesRepair
        | Action::PackageHold(_)
        | Action::PackageUnhold(_)) => packages::carry_out(agent, approved, action).await,
        Action::JobCancel(id) => done(jobs::cancel(agent, approved, *id).await),
        Action::IncidentAcknowledge(id) => done(incidents::acknowledge(agent, approved, *id).await),
        Action::IncidentMute(id, minutes) => {
            done(incidents::mute(agent, approved, *id, *minutes).await)
        }
        Action::Keep(id) => done(keeps::keep(agent, approved, *id).await),
        Action::Revert(id) => done(keeps::revert_now(agent, approved, *id).await),
        Action::AdminLanguage(language) => {
            done(admins::set_language(agent, approved, *language).await)
        }
        Action::AdminAdd(role) => invite(agent, approved, *role).await,
        Action::AdminRemove(id) => done(admins::remove(agent, approved, *id).await),
        Action::AdminRole(id, role) => done(admins::set_role(agent, approved, *id, *role).await),
        Action::TotpEnrol(id) => enrol(agent, approved, *id).await,
        Action::TotpConfirm(id, code) => {
            done(totp::confirm(agent, approved, *id, code.clone()).await)
        }
        Action::TotpReset(id) => done(totp::reset(agent, approved, *id).await),
        Action::TotpUnlock(id) => done(totp::unlock(agent, approved, *id).await),
        Action::SettingSet(key, value) => settings::set(agent, approved, key, value).await,
        Action::SettingUnset(key) => settings::unset(agent, approved, key).await,
    }
}

fn done(result: Result<(), Failure>) -> Result<Applied, Failure> {
    result.map(|()| Applied::Done)
}

/// What could lock the owner out is written down with its undoing before it is done.
async fn unit(
    agent: &Arc<Agent>,
    approved: &Approved,
    verb: Verb,
    name: &UnitName,
) -> Result<Applied, Failure> {
    let armed = match keeps::undo(agent, &approved.action) {
        Some(undo) => Some(keeps::arm(agent, approved, undo).await?),
        None => None,
    };
    let outcome = units::carry_out(agent, approved, verb, name).await;
    let Some(keep) = armed else {
        return outcome.map(|outcome| Applied::Unit(Box::new(outcome)));
    };
    if !keeps::still_needed(&outcome) {
        keeps::disarm(agent, keep.id).await?;
        return outcome.map(|outcome| Applied::Unit(Box::new(outcome)));
    }
    keeps::announce(agent, &keep).await;
    outcome.map(|outcome| Applied::KeepPending(Box::new(outcome), keep))
}

async fn invite(agent: &Arc<Agent>, by: &Approved, role: Role) -> Result<Applied, Failure> {
    let (code, lifetime) = admins::invite(agent, by, role).await?;
    Ok(Applied::Pairing {
        code,
        expires: agent.clock.ahead(lifetime),
    })
}

async fn enrol(agent: &Arc<Agent>, by: &Approved, id: TelegramId) -> Result<Applied, Failure> {
    let totp::Enrolment { uri, secret } = totp::enrol(agent, by, id).await?;
    Ok(Applied::Enrolled { uri, secret })
}
