//! Everything that stands above one crate: the lab (real Debian machines), `cargo ci`, `cargo demo`,
//! `cargo bench-peers`, and what their tests share.
//!
//! It is never shipped: it may spawn programs, print, and be root. It does not hold tests of one crate's own
//! logic (they stand beside it), and talks to nothing outside this machine.
#![allow(
    clippy::print_stdout,
    reason = "ci, demo and bench report on the terminal"
)]

pub mod authenticator;
pub mod bench;
pub mod ci;
pub mod demo;
pub mod lab;
pub mod package;
pub mod phone;
pub mod stack;
pub mod tools;
pub mod verbs;
