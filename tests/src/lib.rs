//! Everything that stands above one crate: the lab of real Debian machines and the host's tools it needs.
//!
//! Does not: hold tests of one crate's own logic (they stand beside it), or talk to anything outside this machine.

pub mod lab;
pub mod tools;
