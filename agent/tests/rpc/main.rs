//! A real service over a temporary socket, with fakes behind its ports, asked by every kind of caller.
#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

mod admins;
mod attacks_absurd_deadline;
mod attacks_every_verb_on_units_that_are_nobody_s;
mod attacks_flood_of_connections;
mod attacks_forged_unit_names;
mod attacks_frames;
mod attacks_guessed_codes;
mod attacks_hello_skipped;
mod attacks_invented_admin;
mod attacks_local_acts;
mod attacks_plan_replay;
mod attacks_slow_reader;
mod attacks_stolen_bot;
mod attacks_unknown_method;
mod attacks_viewer;
mod audit;
mod defects;
mod every_action;
mod greeting;
mod host;
mod journal;
mod keeps;
mod plans;
mod raw;
mod roles;
mod settings;
mod tickets;
mod totp;
mod units;

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
