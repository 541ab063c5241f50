//! From an approved action to the noun that does it.

use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::actions::{Action, Applied};

use super::Approved;
use crate::agent::{Agent, unavailable};
use crate::{host, incidents, jobs, packages, units};

/// Does it.
pub(super) async fn carry_out(agent: &Arc<Agent>, approved: &Approved) -> Result<Applied, Failure> {
    match &approved.action {
        Action::Unit(verb, unit) => {
            let outcome = units::carry_out(agent, approved, *verb, unit).await?;
            Ok(Applied::Unit(Box::new(outcome)))
        }
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
        Action::SettingSet(..)
        | Action::SettingUnset(_)
        | Action::Keep(_)
        | Action::Revert(_)
        | Action::AdminLanguage(_)
        | Action::AdminAdd(_)
        | Action::AdminRemove(_)
        | Action::AdminRole(..)
        | Action::TotpEnrol(_)
        | Action::TotpConfirm(..)
        | Action::TotpReset(_)
        | Action::TotpUnlock(_) => Err(unavailable("this action")),
    }
}

fn done(result: Result<(), Failure>) -> Result<Applied, Failure> {
    result.map(|()| Applied::Done)
}
