//! apt.

use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::actions::{Action, Applied, Effect};
use potion_proto::names::PackageName;
use potion_proto::packages::{Restarts, Status};

use crate::agent::{Agent, unavailable};
use crate::plans::Approved;
use crate::policy::View;

/// The port to apt.
pub trait Packages: Send + Sync {}

/// The port's stand-in.
#[derive(Default)]
pub struct FakePackages;

impl Packages for FakePackages {}

/// `package_status`.
///
/// # Errors
/// `unavailable`.
pub async fn status(_: &Arc<Agent>, _: &View) -> Result<Status, Failure> {
    std::future::ready(Err(unavailable("apt"))).await
}

/// `package_changelog`.
///
/// # Errors
/// `unavailable`, `not-found`.
pub async fn changelog(_: &Arc<Agent>, _: &View, _: PackageName) -> Result<String, Failure> {
    std::future::ready(Err(unavailable("apt"))).await
}

/// `package_restarts`.
///
/// # Errors
/// `unavailable`.
pub async fn restarts(_: &Arc<Agent>, _: &View) -> Result<Restarts, Failure> {
    std::future::ready(Err(unavailable("apt"))).await
}

/// What an action on packages would do.
///
/// # Errors
/// `unavailable`, `conflict`.
pub async fn plan_effects(_: &Arc<Agent>, _: &Action) -> Result<Vec<Effect>, Failure> {
    std::future::ready(Err(unavailable("apt"))).await
}

/// Starts its job, or holds and unholds.
///
/// # Errors
/// `unavailable`, `conflict`.
pub async fn carry_out(_: &Arc<Agent>, _: &Approved, _: &Action) -> Result<Applied, Failure> {
    std::future::ready(Err(unavailable("apt"))).await
}
