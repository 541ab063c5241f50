//! `potiond`, the root agent.

pub mod bus;
pub mod exec;
pub mod host;
pub mod journal;
pub mod store;
pub mod units;
