//! `potiond`, the root agent.

pub mod store;
