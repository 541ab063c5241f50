//! Tests on real booted Debian machines. They need root; they are never skipped, only not selected (`cargo test --test lab`).
#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]
#![allow(clippy::print_stdout, reason = "one test talks to its parent")]

mod boot;
mod contents;
mod host;
mod incidents;
mod jobs;
mod journal;
mod package;
mod packages;
mod repository;
mod units;
mod walk;
