//! The command line: one enum of nouns, each noun's verbs beside its code.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::agent::Agent;
use crate::output::Output;
use crate::trouble::Trouble;
use crate::{
    admins, audit, doctor, errors, events, host, incidents, jobs, journal, packages, pages,
    settings, setup, totp, units,
};

/// Runs a home server from its terminal: the local twin of the Telegram bot.
#[derive(Debug, Parser)]
#[command(name = "potionctl", version, disable_help_subcommand = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    /// Print one JSON value instead of text.
    #[arg(long, global = true)]
    json: bool,
    /// Do not ask before a dangerous act.
    #[arg(long, short = 'y', global = true)]
    yes: bool,
    /// Where potiond's sockets stand.
    #[arg(long, global = true, hide = true, default_value = "/run/potion")]
    sockets: PathBuf,
    #[command(subcommand)]
    noun: Noun,
}

const AFTER_HELP: &str = "Exit codes: 0 ok, 1 failed, 2 usage, 69 agent unreachable, 77 denied, 78 configuration.\n\
First time? Run `sudo potionctl setup`. Something odd? Run `sudo potionctl doctor`.";

#[derive(Debug, Subcommand)]
enum Noun {
    /// Walk through the first set-up: token, owner, authenticator, bot.
    Setup(setup::Setup),
    /// Check this installation; each finding comes with its fix.
    Doctor(doctor::Doctor),
    /// systemd units.
    #[command(subcommand)]
    Unit(units::Verb),
    /// The journal.
    #[command(subcommand)]
    Journal(journal::Verb),
    /// This machine.
    #[command(subcommand)]
    Host(host::Verb),
    /// apt's packages.
    #[command(subcommand)]
    Package(packages::Verb),
    /// Long work.
    #[command(subcommand)]
    Job(jobs::Verb),
    /// What the bot tells people.
    Events(events::Events),
    /// What broke.
    #[command(subcommand)]
    Incident(incidents::Verb),
    /// Keep an act that would be undone by itself (without a number: show it).
    Keep(incidents::Keep),
    /// Undo an act that waits for its keep now.
    Revert(incidents::Revert),
    /// Crashes and errors of our own programs.
    #[command(subcommand)]
    Error(errors::Verb),
    /// The people who may use the bot.
    #[command(subcommand)]
    Admin(admins::Verb),
    /// Their authenticators.
    #[command(subcommand)]
    Totp(totp::Verb),
    /// Who did what.
    #[command(subcommand)]
    Audit(audit::Verb),
    /// /etc/potion/config.toml.
    #[command(subcommand)]
    Config(settings::Verb),
    /// Write the man pages into a folder.
    #[command(hide = true)]
    Man(pages::Out),
    /// Write the shell completions into a folder.
    #[command(hide = true)]
    Completions(pages::Out),
}

/// The definitions, for man pages and completions.
#[must_use]
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

/// Does what the command line asks.
pub(crate) async fn dispatch(cli: Cli) -> Result<(), Trouble> {
    let agent = Agent::new(&cli.sockets, Output { json: cli.json }, cli.yes);
    match cli.noun {
        Noun::Setup(setup) => setup.run(&agent).await,
        Noun::Doctor(doctor) => doctor.run(&agent).await,
        Noun::Unit(verb) => verb.run(&agent).await,
        Noun::Journal(verb) => verb.run(&agent).await,
        Noun::Host(verb) => verb.run(&agent).await,
        Noun::Package(verb) => verb.run(&agent).await,
        Noun::Job(verb) => verb.run(&agent).await,
        Noun::Events(events) => events.run(&agent).await,
        Noun::Incident(verb) => verb.run(&agent).await,
        Noun::Keep(keep) => keep.run(&agent).await,
        Noun::Revert(revert) => revert.run(&agent).await,
        Noun::Error(verb) => verb.run(&agent).await,
        Noun::Admin(verb) => verb.run(&agent).await,
        Noun::Totp(verb) => verb.run(&agent).await,
        Noun::Audit(verb) => verb.run(&agent).await,
        Noun::Config(verb) => verb.run(&agent).await,
        Noun::Man(out) => out.man_pages(),
        Noun::Completions(out) => out.completions(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definitions_hold_together() {
        super::command().debug_assert();
    }
}
