//! The program: arguments, secrets, journal, runtime, systemd.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use potion_config::{Catalogue, Config, ConfigError};
use potion_proto::wire::AGENT_SOCKET;
use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};

use crate::desk::{OpenError, Places};
use crate::{crashes, service};

/// Where the configuration is.
const CONFIG: &str = "/etc/potion/config.toml";
/// Where the records are, when systemd does not say.
const STATE: &str = "/var/lib/potion-bot";
/// The name under which the unit loads the directory of secrets (`LoadCredential=secrets:…`).
const SECRETS: &str = "secrets";
/// How long the agent may be gone before the bot says so by itself.
const AGENT_PATIENCE: Duration = Duration::from_secs(10);
/// EX_CONFIG of sysexits.h.
const EXIT_CONFIG: u8 = 78;
/// Wrong usage.
const EXIT_USAGE: u8 = 2;

/// What kept the program from running.
#[derive(Debug, thiserror::Error)]
enum RunError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{0} is not understood: potion-bot [--check [FILE]] [--config FILE] [--socket PATH]")]
    Usage(String),
    #[error(
        "systemd gave no secrets (CREDENTIALS_DIRECTORY): start the bot by `systemctl start potion-bot`"
    )]
    NoSecrets,
    #[error("the secret `{0}` is not there: run `sudo potionctl setup` ({1})")]
    Secret(String, std::io::Error),
    #[error("the secret `{0}` is empty: run `sudo potionctl setup`")]
    Empty(String),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the runtime does not start: {0}")]
    Runtime(#[from] std::io::Error),
}

impl RunError {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(EXIT_USAGE),
            Self::Config(_)
            | Self::NoSecrets
            | Self::Secret(..)
            | Self::Empty(_)
            | Self::Open(OpenError::Config(_) | OpenError::SetUp(_)) => ExitCode::from(EXIT_CONFIG),
            Self::Open(OpenError::State(_)) | Self::Runtime(_) => ExitCode::FAILURE,
        }
    }
}

/// What was asked for.
#[derive(Debug)]
struct Arguments {
    check: bool,
    config: PathBuf,
    socket: PathBuf,
}

/// Runs the program to its end.
pub fn main(arguments: impl Iterator<Item = String>) -> ExitCode {
    start_journal();
    match parse(arguments).and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            error.exit_code()
        }
    }
}

/// `potion-bot [--check [FILE]] [--config FILE] [--socket PATH]`.
fn parse(arguments: impl Iterator<Item = String>) -> Result<Arguments, RunError> {
    let mut arguments = arguments.peekable();
    let mut parsed = Arguments {
        check: false,
        config: PathBuf::from(CONFIG),
        socket: PathBuf::from(AGENT_SOCKET),
    };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--check" => {
                parsed.check = true;
                if let Some(file) = arguments.next_if(|next| !next.starts_with('-')) {
                    parsed.config = file.into();
                }
            }
            "--config" => parsed.config = value(&mut arguments, argument)?,
            "--socket" => parsed.socket = value(&mut arguments, argument)?,
            _ => return Err(RunError::Usage(argument)),
        }
    }
    Ok(parsed)
}

fn value(arguments: &mut impl Iterator<Item = String>, of: String) -> Result<PathBuf, RunError> {
    arguments
        .next()
        .map(PathBuf::from)
        .ok_or(RunError::Usage(of))
}

fn run(arguments: &Arguments) -> Result<(), RunError> {
    let config = Config::load(&arguments.config)?;
    Catalogue::new(&config)?;
    if arguments.check {
        tracing::info!("the configuration is fine");
        return Ok(());
    }
    crashes::install_hook();
    let places = Places {
        token: secret(config.telegram().token())?,
        config: arguments.config.clone(),
        state: std::env::var_os("STATE_DIRECTORY")
            .map_or_else(|| PathBuf::from(STATE), PathBuf::from),
        socket: arguments.socket.clone(),
        agent_patience: AGENT_PATIENCE,
    };
    drop(config);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(places))
}

async fn serve(places: Places) -> Result<(), RunError> {
    let stop = stop_signal()?;
    let watchdog = tokio::spawn(feed_watchdog());
    let served = service::serve(places, || tell_systemd(&[NotifyState::Ready]), stop).await;
    tell_systemd(&[NotifyState::Stopping]);
    watchdog.abort();
    Ok(served?)
}

fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Twice within the time that `WatchdogSec=` allows (sd_watchdog_enabled(3)).
async fn feed_watchdog() {
    let Some(limit) = sd_notify::watchdog_enabled() else {
        return;
    };
    let mut beat = tokio::time::interval(limit / 2);
    loop {
        beat.tick().await;
        tell_systemd(&[NotifyState::Watchdog]);
    }
}

fn tell_systemd(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd was not told");
    }
}

/// A secret by its name. `LoadCredential=` of a directory loads each file as `ID_FILENAME` (systemd.exec(5)).
fn secret(name: &str) -> Result<String, RunError> {
    let directory = std::env::var_os("CREDENTIALS_DIRECTORY").ok_or(RunError::NoSecrets)?;
    let path = Path::new(&directory).join(format!("{SECRETS}_{name}"));
    let text =
        std::fs::read_to_string(&path).map_err(|error| RunError::Secret(name.to_owned(), error))?;
    let text = text.trim();
    if text.is_empty() {
        Err(RunError::Empty(name.to_owned()))
    } else {
        Ok(text.to_owned())
    }
}

/// To the journal with fields when systemd runs us, else to standard error.
fn start_journal() {
    use tracing_subscriber::filter::LevelFilter;
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;
    let journal = std::env::var_os("JOURNAL_STREAM").and_then(|_| tracing_journald::layer().ok());
    let standard = journal.is_none().then(|| {
        tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_target(false)
            .without_time()
    });
    let started = tracing_subscriber::registry()
        .with(LevelFilter::INFO)
        .with(journal)
        .with(standard)
        .try_init();
    drop(started);
}
