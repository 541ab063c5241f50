//! Who may do what. The witnesses (`View`, `Operate`, `Own`, `Local`, …) can be built here only; a
//! function that takes one cannot be called by somebody who was not checked.

mod actor;
pub(crate) mod command;
mod permit;
mod risk;
mod units;
mod witness;

pub use actor::{Actor, Caller};
pub use permit::permit;
pub use risk::{required_role, risk};
pub use units::{NEVER, unit_rules, unit_verbs};
pub(crate) use units::{is_managed, is_protected};
pub use witness::{BotItself, BotOrLocal, Local, Operate, Own, Roster, View};
