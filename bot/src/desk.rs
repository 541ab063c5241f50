//! What every part of the bot works with: the configuration, the records, Telegram, the agent.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use potion_config::ConfigError;
use potion_proto::actions::Behalf;
use potion_proto::client::{CallError, Client};
use potion_proto::failure::Failure;
use potion_proto::service::PotionClient;
use potion_proto::wire;
use tarpc::client::RpcError;
use tarpc::context::Context;
use tokio::sync::{Notify, watch};

use crate::admins::Admins;
use crate::crashes::Drill;
use crate::live::{Live, Loaded};
use crate::state::{State, StateError};
use crate::telegram::{SetUpError, Telegram};
use crate::words::{self, Words};

/// How the bot names itself to the agent.
const PROGRAM: &str = "potion-bot";
/// The name of the agent's second socket.
const DESCRIPTORS: &str = "fd.sock";

/// Where the bot finds what it needs, and how patient it is.
#[derive(Clone, Debug)]
pub struct Places {
    /// The configuration.
    pub config: PathBuf,
    /// A directory of the bot's own for its records.
    pub state: PathBuf,
    /// The agent's socket.
    pub socket: PathBuf,
    /// The bot's token.
    pub token: String,
    /// How long the agent may be gone before the bot says so by itself.
    pub agent_patience: Duration,
}

/// What kept the bot from starting.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The records.
    #[error(transparent)]
    State(#[from] StateError),
    /// The HTTP client.
    #[error(transparent)]
    SetUp(#[from] SetUpError),
}

/// The bot's things.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) live: Live,
    pub(crate) state: State,
    pub(crate) telegram: Telegram,
    pub(crate) admins: Admins,
    pub(crate) agent_patience: Duration,
    /// Woken when a letter was put into the outbox.
    pub(crate) letters: Notify,
    /// Woken when a letter has left it.
    pub(crate) delivered: Notify,
    pub(crate) drill: Drill,
    stopping: watch::Sender<bool>,
    host: Mutex<String>,
    socket: PathBuf,
    agent: Client,
}

impl Desk {
    /// Opens everything; nobody is talked to yet.
    pub(crate) fn open(places: &Places) -> Result<Self, OpenError> {
        let live = Live::load(&places.config)?;
        let state = State::open(&places.state)?;
        let loaded = live.now();
        let settings = loaded.config.telegram();
        Ok(Self {
            telegram: Telegram::new(
                settings.api_url(),
                &places.token,
                settings.request_timeout(),
            )?,
            admins: Admins::load(&state)?,
            agent: client(&places.socket),
            socket: places.socket.clone(),
            agent_patience: places.agent_patience,
            letters: Notify::new(),
            delivered: Notify::new(),
            drill: Drill::default(),
            stopping: watch::Sender::new(false),
            host: Mutex::new(own_host_name()),
            live,
            state,
        })
    }

    /// The agent's second socket, over which it hands out descriptors; it stands beside the first.
    pub(crate) fn descriptors(&self) -> PathBuf {
        self.socket.with_file_name(DESCRIPTORS)
    }

    /// Asks everything to stop that goes on by itself.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
        self.letters.notify_one();
    }

    /// The bot was asked to stop: nothing new is begun.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Waits, but not beyond the end.
    pub(crate) async fn pause(&self, time: Duration) {
        let mut stopping = self.stopping.subscribe();
        drop(tokio::time::timeout(time, stopping.wait_for(|stopping| *stopping)).await);
    }

    /// A further connection, for calls that wait long.
    pub(crate) fn connection(&self) -> Client {
        client(&self.socket)
    }

    /// Asks the agent something that only reads.
    pub(crate) async fn ask<T, F>(
        &self,
        ask: impl FnMut(PotionClient, Context) -> F,
    ) -> Result<T, CallError>
    where
        F: Future<Output = Result<Result<T, Failure>, RpcError>>,
    {
        self.agent.call(wire::DEADLINE_READ, ask).await
    }

    /// Asks the agent to do something, once.
    pub(crate) async fn act<T, F>(
        &self,
        ask: impl FnOnce(PotionClient, Context) -> F,
    ) -> Result<T, CallError>
    where
        F: Future<Output = Result<Result<T, Failure>, RpcError>>,
    {
        self.agent.call_once(wire::DEADLINE_APPLY, ask).await
    }

    /// The machine's name, as the agent told it.
    pub(crate) fn host(&self) -> String {
        self.host
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes the agent's word for the machine's name, asked on behalf of any admin: the bot by itself may
    /// not look at the machine.
    pub(crate) async fn learn_host(&self) {
        let Some(admin) = self.admins.all().first().map(|admin| admin.id) else {
            return;
        };
        let by = Behalf::Telegram(admin);
        let asked = self.ask(|stub, context| async move { stub.host_status(context, by).await });
        match asked.await {
            Ok(status) => {
                *self.host.lock().unwrap_or_else(PoisonError::into_inner) = status.name;
            }
            Err(error) => tracing::debug!(%error, "the machine's name is not known yet"),
        }
    }

    /// The configuration and catalogue in force.
    pub(crate) fn loaded(&self) -> Arc<Loaded> {
        self.live.now()
    }

    /// A person's words.
    pub(crate) fn words_of(&self, language: Option<potion_proto::admins::Language>) -> Words {
        self.loaded().words(language.map(words::language))
    }
}

fn client(socket: &Path) -> Client {
    Client::new(socket, PROGRAM)
}

/// Until the agent has told it: hostname(5).
fn own_host_name() -> String {
    let name = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() {
        "localhost".to_owned()
    } else {
        name.to_owned()
    }
}
