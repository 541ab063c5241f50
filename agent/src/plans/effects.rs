//! What an action would do, as far as it can be seen before.

use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::actions::{Action, Effect};

use crate::agent::Agent;
use crate::{host, keeps, packages, settings, units};

/// Asks the action's noun. Fails where the act would (no such unit, no such package).
pub(super) async fn effects(agent: &Arc<Agent>, action: &Action) -> Result<Vec<Effect>, Failure> {
    match action {
        Action::Unit(verb, unit) => {
            let mut effects = units::plan_effects(agent, *verb, unit).await?;
            effects.extend(keeps::effects(agent, action)?);
            Ok(effects)
        }
        Action::HostReboot | Action::HostPowerOff => host::plan_effects(agent, action).await,
        Action::PackagesRefresh
        | Action::PackagesUpgrade(_)
        | Action::PackagesAutoremove
        | Action::PackagesRepair
        | Action::PackageHold(_)
        | Action::PackageUnhold(_) => packages::plan_effects(agent, action).await,
        Action::SettingSet(key, value) => settings::effects(agent, key, Some(value)),
        Action::SettingUnset(key) => settings::effects(agent, key, None),
        Action::JobCancel(_)
        | Action::IncidentAcknowledge(_)
        | Action::IncidentMute(..)
        | Action::Keep(_)
        | Action::Revert(_)
        | Action::AdminLanguage(_)
        | Action::AdminAdd(_)
        | Action::AdminRemove(_)
        | Action::AdminRole(..)
        | Action::TotpEnrol(_)
        | Action::TotpConfirm(..)
        | Action::TotpReset(_)
        | Action::TotpUnlock(_)
        | Action::FilesRootRecord => Ok(Vec::new()),
    }
}
