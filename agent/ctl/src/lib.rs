//! `potionctl`: whatever the agent can do, from a terminal, when Telegram is down. One module a noun;
//! tables for people, `--json` for programs (additive only).
//!
//! It decides nothing: rights and risks are the agent's. It speaks plain English; the catalogue is the
//! bot's. Exit codes: 0 ok, 1 failed, 2 usage, 69 agent unreachable, 77 denied, 78 configuration.

mod admins;
mod agent;
mod audit;
mod cli;
mod doctor;
mod errors;
mod events;
mod host;
mod incidents;
mod jobs;
mod journal;
mod output;
mod packages;
mod pages;
mod programs;
mod settings;
mod setup;
mod telegram;
mod terminal;
mod totp;
mod trouble;
mod units;
mod when;

use std::process::ExitCode;

use clap::Parser;

pub use cli::command;

/// Parses the command line, does what it asks, and turns trouble into an exit code.
#[must_use]
pub fn run() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(cli::dispatch(cli)),
        Err(error) => Err(error.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            output::complain(&trouble);
            trouble.exit_code()
        }
    }
}
