//! A caller's side: connects, greets, reconnects by itself, sets deadlines, and explains itself when
//! the agent cannot be reached.

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tarpc::client::{Config, RpcError};
use tarpc::context::{self, Context};
use tokio::sync::Mutex;

use crate::failure::{Code, Failure};
use crate::hello::{Hello, Mismatch};
use crate::service::PotionClient;
use crate::wire;

/// How long connecting and greeting may take.
const GREETING_DEADLINE: Duration = Duration::from_secs(10);

/// Why the agent cannot be reached. `Display` names the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// Nobody listens on the socket.
    #[error("potiond is not running ({0}): try `sudo systemctl start potiond.socket`")]
    NotRunning(String),
    /// The socket's mode forbids it, or the agent hung up on this user.
    #[error("you may not talk to potiond: use sudo, or ask root to add you to group `potion`")]
    NoRights,
    /// Two versions.
    #[error("potiond speaks protocol {} (build {}), not ours: run `{}`", .0.protocol, .0.build, .0.restart)]
    Version(Mismatch),
    /// No answer to the greeting.
    #[error("potiond does not answer: see `systemctl status potiond`")]
    Silent,
    /// Another error of the system.
    #[error("potiond cannot be reached: {0}")]
    Other(String),
}

/// A call that brought no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The agent answered with a failure.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// The agent could not be reached.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

impl CallError {
    /// The failure's code; None when the agent could not be reached.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Failure(failure) => Some(failure.code),
            Self::Unreachable(_) => None,
        }
    }
}

/// A connection that is made when needed and made anew when lost.
#[derive(Debug)]
pub struct Client {
    socket: PathBuf,
    program: String,
    stub: Mutex<Option<PotionClient>>,
}

impl Client {
    /// A client of the agent at `socket`; nothing is connected yet.
    #[must_use]
    pub fn new(socket: &Path, program: &str) -> Self {
        Self {
            socket: socket.to_owned(),
            program: program.to_owned(),
            stub: Mutex::new(None),
        }
    }

    /// A greeted connection, made if there is none.
    ///
    /// # Errors
    /// When the agent cannot be reached.
    pub async fn stub(&self) -> Result<PotionClient, Unreachable> {
        let mut held = self.stub.lock().await;
        if let Some(stub) = &*held {
            return Ok(stub.clone());
        }
        let stub = greet(&self.socket, &self.program).await?;
        *held = Some(stub.clone());
        Ok(stub)
    }

    /// Calls something that may be repeated: once more, over a new connection, when the old one turns
    /// out to be lost.
    ///
    /// # Errors
    /// The agent's failure, or why it cannot be reached.
    pub async fn call<T, F>(
        &self,
        within: Duration,
        mut ask: impl FnMut(PotionClient, Context) -> F,
    ) -> Result<T, CallError>
    where
        F: Future<Output = Result<Result<T, Failure>, RpcError>>,
    {
        let first = ask(self.stub().await?, deadline(within)).await;
        let last = match first {
            Err(RpcError::Shutdown | RpcError::Channel(_)) => {
                self.forget().await;
                ask(self.stub().await?, deadline(within)).await
            }
            answered => answered,
        };
        self.settle(last).await
    }

    /// Calls something that must not be repeated (`apply`): a connection lost in between is an error.
    ///
    /// # Errors
    /// The agent's failure, or why it cannot be reached.
    pub async fn call_once<T, F>(
        &self,
        within: Duration,
        ask: impl FnOnce(PotionClient, Context) -> F,
    ) -> Result<T, CallError>
    where
        F: Future<Output = Result<Result<T, Failure>, RpcError>>,
    {
        let answer = ask(self.stub().await?, deadline(within)).await;
        self.settle(answer).await
    }

    async fn forget(&self) {
        self.stub.lock().await.take();
    }

    async fn settle<T>(
        &self,
        answer: Result<Result<T, Failure>, RpcError>,
    ) -> Result<T, CallError> {
        match answer {
            Ok(result) => Ok(result?),
            Err(RpcError::DeadlineExceeded) => Err(timed_out().into()),
            Err(RpcError::Server(error)) => {
                Err(
                    Failure::new(Code::RateLimited, "1", format!("potiond is busy: {error}"))
                        .into(),
                )
            }
            Err(lost) => {
                self.forget().await;
                Err(Unreachable::Other(format!("the connection was lost ({lost})")).into())
            }
        }
    }
}

fn timed_out() -> Failure {
    let sentence = "potiond took too long; it may still be at it: look again in a moment";
    Failure::new(Code::Timeout, "", sentence)
}

fn deadline(within: Duration) -> Context {
    let mut context = context::current();
    context.deadline = Instant::now() + within.min(wire::DEADLINE_MAX);
    context
}

async fn greet(socket: &Path, program: &str) -> Result<PotionClient, Unreachable> {
    let connecting = tokio::time::timeout(GREETING_DEADLINE, wire::connect(socket));
    let transport = connecting
        .await
        .map_err(|_| Unreachable::Silent)?
        .map_err(|error| explain(&error))?;
    let stub = PotionClient::new(Config::default(), transport).spawn();
    match stub
        .hello(deadline(GREETING_DEADLINE), Hello::of(program))
        .await
    {
        Ok(Ok(_welcome)) => Ok(stub),
        Ok(Err(mismatch)) => Err(Unreachable::Version(mismatch)),
        Err(RpcError::DeadlineExceeded) => Err(Unreachable::Silent),
        Err(RpcError::Shutdown | RpcError::Channel(_)) => Err(Unreachable::NoRights),
        Err(other) => Err(Unreachable::Other(other.to_string())),
    }
}

fn explain(error: &io::Error) -> Unreachable {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
            Unreachable::NotRunning(error.to_string())
        }
        io::ErrorKind::PermissionDenied => Unreachable::NoRights,
        _ => Unreachable::Other(error.to_string()),
    }
}
