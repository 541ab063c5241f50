//! The configuration of Potion Server: one file for every setting, message and emoji.
//!
//! A text becomes a [`Config`] in three steps that are one door: it is decoded section by section (unknown
//! keys and values out of bounds are refused, each with line, column and the nearest thing that would have
//! been right), defaults fill what is not there, and what must fit together is checked, templates included.
//! Whoever holds a `Config` holds one that makes sense.
//!
//! Does not: write files (the agent does), read secrets (the config only names them), log, or translate what
//! `potionctl` says, which is plain English.
//!
//! Invariants: a key that was ever shipped is accepted for ever (`tests/every_key.toml`); the listing
//! `config.toml` equals the defaults (`tests/listing.rs`); both languages have the same messages with the same
//! placeholders (`tests/catalogue.rs`).

mod catalogue;
mod config;
pub mod edit;
mod error;
mod findings;
mod key;
mod listing;
mod load;
mod nearest;
mod sections;
mod source;
mod value;

pub use catalogue::{Catalogue, Fault, message_keys};
pub use config::{Config, check};
pub use error::{ConfigError, Problem};
pub use key::{Applies, Key, Kind, Scope, key, keys, nearest_key};
pub use listing::listing;
pub use minijinja::context;
pub use nearest::distance;
pub use sections::{
    Admin, EventClass, Events, ExtraRoot, Feedback, Files, Host, Jobs, Journal, Language, Menu,
    Notify, Packages, Policy, QuietHours, Role, Telegram, Thresholds, Units,
};
