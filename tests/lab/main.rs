//! Tests on real booted Debian machines. They need root; they are never skipped, only not selected (`cargo test --test lab`).
#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]
#![allow(clippy::print_stdout, reason = "one test talks to its parent")]

mod agent;
mod attacks_setgid;
mod boot;
mod chat;
mod contents;
mod crashes;
mod faults_kills;
mod faults_machine;
mod faults_telegram;
mod host;
mod incidents;
mod jobs;
mod journal;
mod package;
mod packages;
mod repository;
mod units;
mod walk;
mod walk_crashes;
mod walk_incidents;
mod walk_keep;
mod walk_panics;
mod walk_updates;
