//! Incidents.

use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::incidents::{Incident, IncidentId};

use crate::agent::{Agent, unavailable};
use crate::plans::Approved;
use crate::policy::View;

/// `incident_list`; `limit` is 1 to 100.
///
/// # Errors
/// `unavailable`.
pub async fn list(_: &Arc<Agent>, _: &View, _limit: u32) -> Result<Vec<Incident>, Failure> {
    std::future::ready(Err(unavailable("incidents"))).await
}

/// `incident_show`.
///
/// # Errors
/// `not-found`.
pub async fn show(_: &Arc<Agent>, _: &View, _: IncidentId) -> Result<Incident, Failure> {
    std::future::ready(Err(unavailable("incidents"))).await
}

/// Takes it on.
///
/// # Errors
/// `not-found`.
pub async fn acknowledge(_: &Arc<Agent>, _: &Approved, _: IncidentId) -> Result<(), Failure> {
    std::future::ready(Err(unavailable("incidents"))).await
}

/// Silences it for so many minutes, 1 to 1440.
///
/// # Errors
/// `not-found`, `invalid`.
pub async fn mute(_: &Arc<Agent>, _: &Approved, _: IncidentId, _: u16) -> Result<(), Failure> {
    std::future::ready(Err(unavailable("incidents"))).await
}
