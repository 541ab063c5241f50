//! The real bot against a Bot API server on loopback and an agent of our own making.
#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

mod agent;
mod world;

mod access;
mod acting;
mod crashes;
mod kills;
mod menus;
mod outbox;
mod restarts;
mod screens;
mod settings;
