//! A real service over a temporary socket, with fakes behind its ports, asked by every kind of caller.
#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

mod admins;
mod audit;
mod greeting;
mod keeps;
mod plans;
mod roles;
mod settings;
mod tickets;
mod totp;

use potion_agent::testing::telegram_id;
use potion_proto::names::UnitName;
use potion_proto::{Code, Failure};

/// The people of these tests.
pub(crate) const OWNER: i64 = 1001;
pub(crate) const OPERATOR: i64 = 1002;
pub(crate) const VIEWER: i64 = 1003;

pub(crate) fn unit(name: &str) -> UnitName {
    UnitName::new(name).unwrap()
}

/// The code of a failure.
pub(crate) fn code<T: std::fmt::Debug>(answer: Result<T, Failure>) -> Code {
    answer.unwrap_err().code
}

/// A world with three people, nginx and a protected ssh.
pub(crate) fn world() -> potion_agent::testing::World {
    use potion_proto::admins::Role;
    use potion_proto::units::Active;
    potion_agent::testing::World::new()
        .admin(OWNER, Role::Owner)
        .admin(OPERATOR, Role::Operator)
        .admin(VIEWER, Role::Viewer)
        .unit("nginx.service", Active::Active)
        .unit("ssh.service", Active::Active)
        .unit("cron.service", Active::Active)
}

/// The entry of somebody in a list of admins.
pub(crate) fn entry(
    admins: &[potion_proto::admins::Admin],
    id: i64,
) -> Option<&potion_proto::admins::Admin> {
    admins.iter().find(|admin| admin.id == telegram_id(id))
}
