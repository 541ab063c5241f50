//! `potiond`, the root agent.

pub mod exec;
pub mod store;
