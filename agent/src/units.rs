//! systemd's units: list, show, files, verbs.

mod port;
pub mod watch;

pub use port::{UnitError, Units};

use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::actions::Effect;
use potion_proto::names::UnitName;
use potion_proto::units::{Detail, File, Outcome, Scope, Unit, Verb};

use crate::agent::{Agent, unavailable};
use crate::plans::Approved;
use crate::policy::{Operate, View};

/// `unit_list`.
///
/// # Errors
/// `unavailable`.
pub async fn list(_: &Arc<Agent>, _: &View, _: Scope) -> Result<Vec<Unit>, Failure> {
    std::future::ready(Err(unavailable("systemd"))).await
}

/// `unit_show`.
///
/// # Errors
/// `unavailable`.
pub async fn show(_: &Arc<Agent>, _: &View, _: UnitName) -> Result<Detail, Failure> {
    std::future::ready(Err(unavailable("systemd"))).await
}

/// `unit_files`.
///
/// # Errors
/// `unavailable`.
pub async fn files(_: &Arc<Agent>, _: &Operate, _: UnitName) -> Result<Vec<File>, Failure> {
    std::future::ready(Err(unavailable("systemd"))).await
}

/// What a verb would do.
///
/// # Errors
/// `unavailable`, `not-found`.
pub async fn plan_effects(_: &Arc<Agent>, _: Verb, _: &UnitName) -> Result<Vec<Effect>, Failure> {
    std::future::ready(Err(unavailable("systemd"))).await
}

/// Does it.
///
/// # Errors
/// `unavailable`, `not-found`.
pub async fn carry_out(
    _: &Arc<Agent>,
    _: &Approved,
    _: Verb,
    _: &UnitName,
) -> Result<Outcome, Failure> {
    std::future::ready(Err(unavailable("systemd"))).await
}
