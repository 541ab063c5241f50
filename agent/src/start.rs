//! Start-up, to be read top to bottom: sanitise, read the configuration, take the sockets, give up every
//! right that is not needed, and only then open files, start threads and serve.
//!
//! Rights belong to threads, so they are given up while there is one thread: before the database has
//! its own and before the runtime. Opening what root owns needs none of those that go.
//!
//! The environment is left as it is: removing from it is `unsafe` since edition 2024, nothing here reads
//! it but for what systemd put there, and programs that are started get a cleared one ([`crate::exec`]).

mod adapters;
mod logs;
mod privileges;
mod serve;
mod sockets;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use nix::sys::stat::{Mode, umask};
use potion_config::{Config, ConfigError};
use potion_proto::Failure;
use potion_proto::events::KeepId;
use potion_proto::hello::BUILD;
use potion_proto::jobs::JobId;

use crate::agent::Agent;
use crate::errors::crashes;
use crate::keeps::{self, Reason};
use crate::paths::Paths;
use crate::store::StoreError;
use crate::{admins, jobs, panics};

const EXIT_FAILED: u8 = 1;
const EXIT_USAGE: u8 = 2;
const EXIT_CONFIG: u8 = 78;
const USAGE: &str =
    "potiond is started by systemd; `potiond --check [FILE]` checks the configuration\n";

/// Why the agent could not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// systemd gave no socket of this name.
    #[error("systemd gave no socket named `{0}`: start potiond by `systemctl start potiond`")]
    NoSocket(&'static str),
    /// Rights could not be given up.
    #[error("the rights that are not needed cannot be given up: {0}")]
    Privileges(String),
    /// No database thread.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What an earlier run left could not be taken up.
    #[error("what the last run left cannot be taken up: {0}")]
    Recover(#[from] Failure),
    /// The system's.
    #[error("{0}: {1}")]
    System(&'static str, #[source] std::io::Error),
}

/// Does what the arguments say; the process's exit code.
#[must_use]
pub fn main(arguments: Vec<String>) -> ExitCode {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let paths = Paths::installed();
    match arguments.as_slice() {
        [] => told(run(&paths), &paths),
        ["--check"] => check(&paths.config),
        ["--check", file] => check(Path::new(file)),
        ["--version"] => say(&format!("potiond {BUILD}\n"), ExitCode::SUCCESS),
        ["job", number] => {
            logs::begin();
            helper(number, |id| jobs::helper::main(&paths.jobs(), JobId(id)))
        }
        ["revert", number] => helper(number, |id| told(revert(&paths, KeepId(id)), &paths)),
        _ => say(USAGE, EXIT_USAGE.into()),
    }
}

fn run(paths: &Paths) -> Result<(), StartError> {
    sanitise();
    logs::begin();
    panics::install();
    panics::keep_in(&paths.state);
    let config = Config::load(&paths.config)?;
    let sockets = sockets::from_systemd()?;
    privileges::give_up()?;
    serve::run(paths, config, sockets)
}

/// New files are root's alone, and no relative path means anything.
fn sanitise() {
    umask(Mode::from_bits_truncate(0o077));
    if let Err(error) = std::env::set_current_dir("/") {
        tracing::warn!(%error, "cannot go to /");
    }
}

/// Takes up what an earlier run left, before anybody is served.
///
/// # Errors
/// The store's.
pub(crate) async fn recover(agent: &Arc<Agent>) -> Result<(), Failure> {
    admins::load(agent).await?;
    keeps::recover(agent).await?;
    jobs::adopt(agent).await;
    Ok(())
}

/// `potiond revert ID`: what the transient timer of a keep-or-revert act runs. It does not serve, so it
/// works where `potiond` itself does not start; one that was decided is no error.
fn revert(paths: &Paths, id: KeepId) -> Result<(), StartError> {
    sanitise();
    logs::begin();
    let config = Config::load(&paths.config).unwrap_or_default();
    serve::block_on(async {
        let agent = Agent::new(adapters::parts(paths, config)?);
        match keeps::revert(&agent, id, Reason::Time).await {
            Err(failure) if failure.code != potion_proto::Code::Expired => Err(failure.into()),
            _ => Ok(()),
        }
    })
}

fn told(outcome: Result<(), StartError>, paths: &Paths) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    tracing::error!(%error, "potiond ends");
    crashes::start_failed(&paths.state, &error);
    let code = match &error {
        StartError::Config(_) => EXIT_CONFIG,
        StartError::NoSocket(_)
        | StartError::Privileges(_)
        | StartError::Store(_)
        | StartError::Recover(_)
        | StartError::System(..) => EXIT_FAILED,
    };
    complain(&error, code)
}

fn check(file: &Path) -> ExitCode {
    match Config::load(file) {
        Ok(_) => say(&format!("{} is fine\n", file.display()), ExitCode::SUCCESS),
        Err(error) => {
            for problem in error.problems() {
                say_aloud(&mut std::io::stderr(), &format!("{problem}\n"));
            }
            if error.problems().is_empty() {
                return complain(&error, EXIT_CONFIG);
            }
            EXIT_CONFIG.into()
        }
    }
}

fn helper(number: &str, run: impl FnOnce(u64) -> ExitCode) -> ExitCode {
    match number.parse() {
        Ok(id) => run(id),
        Err(_) => say(USAGE, EXIT_USAGE.into()),
    }
}

fn complain(error: &dyn std::error::Error, code: u8) -> ExitCode {
    say_aloud(&mut std::io::stderr(), &format!("potiond: {error}\n"));
    code.into()
}

fn say(text: &str, code: ExitCode) -> ExitCode {
    say_aloud(&mut std::io::stdout(), text);
    code
}

/// Nobody may be listening; that changes nothing.
fn say_aloud(to: &mut dyn Write, text: &str) {
    let _ = to.write_all(text.as_bytes());
}
