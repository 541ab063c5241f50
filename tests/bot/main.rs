//! The real bot with the real agent, whose ports are fakes, against the Bot API server stand-in: what a
//! person does in the chat, and what comes of it.
#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

mod acts;
mod incidents;
mod people;
mod world;
