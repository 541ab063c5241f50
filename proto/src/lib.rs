//! The wire between `potiond` and its callers: the service trait, the validated nouns it speaks of,
//! its failures, the codec with its limits, and a client that reconnects and explains itself.
//!
//! Invariants: a noun validates in its constructor *and* on decode, so a value of its type is proof;
//! no message carries a command line, an environment or a free path; any change to a message changes
//! its golden bytes and therefore [`PROTOCOL`].
//!
//! It does not decide rights (that is the agent's `policy`), render text for people (the catalogue
//! of `potion-config`), or open files.

pub mod actions;
pub mod admins;
pub mod audit;
pub mod client;
pub mod errors;
pub mod events;
pub mod failure;
pub mod fetch;
pub mod hello;
pub mod host;
pub mod incidents;
pub mod jobs;
pub mod journal;
pub mod names;
pub mod packages;
pub mod service;
pub mod settings;
pub mod tickets;
pub mod time;
pub mod units;
pub mod wire;

pub use failure::{Code, Failure};
pub use hello::PROTOCOL;
pub use service::{Potion, PotionClient};
