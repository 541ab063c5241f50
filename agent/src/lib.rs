//! `potiond`, the root agent: it does what needs root, and nothing else.
//!
//! Callers connect to a Unix socket ([`listen`]), are known by the kernel's word ([`session`]), and ask
//! through one service ([`service`]). [`policy`] decides; every change goes through [`plans`]; the other
//! modules are the nouns that act.
//!
//! Invariants: no function that needs a right is called without its witness; no act without its audit
//! line; nothing that a caller sends becomes a path, an argument or an environment unchecked.
//!
//! It does not talk to Telegram or to any host beyond this one, and renders no text for people.

pub mod admins;
pub mod agent;
pub mod audit;
pub mod bus;
pub mod clock;
pub mod errors;
pub mod events;
pub mod exec;
pub mod host;
pub mod incidents;
pub mod jobs;
pub mod journal;
pub mod keeps;
pub mod listen;
pub mod packages;
pub mod panics;
pub mod paths;
pub mod plans;
pub mod policy;
mod random;
pub mod rate;
pub mod redactor;
pub mod schedule;
pub mod service;
pub mod session;
pub mod settings;
pub mod start;
pub mod store;
mod tasks;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tickets;
mod totp;
pub mod units;

pub use agent::{Agent, Parts};
