//! The running server and what a test may ask and script.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::bot_api;
use crate::calls::Call;
use crate::chats::Message;
use crate::commands::Command;
use crate::control;
use crate::faults::{Fault, FaultId};
use crate::files::StoredFile;
use crate::listener::{Cut, CuttableListener};
use crate::options::{Account, Options};
use crate::page;
use crate::params::BODY_LIMIT_BYTES;
use crate::people::Person;
use crate::shared::Shared;
use crate::updates::Update;
use crate::view::ChatView;

/// Why a server could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not ours.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
}

/// A Bot API server on a TCP port. Stops, and resets its connections, when dropped.
#[derive(Debug)]
pub struct TelegramServer {
    shared: Arc<Shared>,
    address: SocketAddr,
    task: JoinHandle<io::Result<()>>,
}

impl Drop for TelegramServer {
    fn drop(&mut self) {
        self.shared.change(|world| world.stopped = true);
        self.task.abort();
    }
}

impl TelegramServer {
    /// Listens and serves on the current tokio runtime.
    ///
    /// # Errors
    /// [`StartError::Listen`].
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let listen = options.listen;
        let refused = |error| StartError::Listen(listen, error);
        let listener = TcpListener::bind(listen).await.map_err(refused)?;
        Self::serve(listener.into_std().map_err(refused)?, options)
    }

    /// Serves on a listener made elsewhere, such as in another network namespace; `options.listen` is not used.
    ///
    /// # Errors
    /// [`StartError::Listen`].
    pub fn serve(listener: std::net::TcpListener, options: Options) -> Result<Self, StartError> {
        let refused = |error| StartError::Listen(options.listen, error);
        listener.set_nonblocking(true).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let listener = TcpListener::from_std(listener).map_err(refused)?;
        let shared = Shared::new(options);
        let service = router(Arc::clone(&shared)).into_make_service_with_connect_info::<Cut>();
        let task = tokio::spawn(axum::serve(CuttableListener(listener), service).into_future());
        Ok(Self {
            shared,
            address,
            task,
        })
    }

    /// Serves until the process ends.
    ///
    /// # Errors
    /// When accepting fails for good.
    pub async fn run(mut self) -> io::Result<()> {
        (&mut self.task).await.map_err(io::Error::other)?
    }

    /// Stops and waits until the port is free: Telegram is gone until another server starts there.
    pub async fn stop(mut self) {
        self.shared.change(|world| world.stopped = true);
        self.task.abort();
        // The only result of an aborted task is that it is gone.
        let _gone = (&mut self.task).await;
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base for `set_api_url`, such as `http://127.0.0.1:41234/`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The token that is accepted.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.shared.options.token
    }

    /// A person's side; the account is made, not yet started, if nobody has the id.
    #[must_use]
    pub fn person(&self, id: i64) -> Person {
        self.shared.change(|world| {
            world.person(id);
        });
        Person {
            shared: Arc::clone(&self.shared),
            id,
            patience: self.shared.options.patience,
        }
    }

    /// Adds an account, or replaces its names.
    pub fn add(&self, account: Account) -> Person {
        let id = account.id;
        self.shared.change(|world| world.meet(account));
        self.person(id)
    }

    /// A group's messages; empty if nobody wrote there.
    #[must_use]
    pub fn group(&self, id: i64) -> Vec<Message> {
        ChatView::of(&self.shared, id, 0).messages
    }

    /// Scripts a fault.
    pub fn fault(&self, fault: Fault) -> FaultId {
        self.shared.change(|world| world.faults.add(fault))
    }

    /// Ends a fault and lets the requests it stalled go on. False if it was not in force.
    pub fn clear_fault(&self, id: FaultId) -> bool {
        self.shared.change(|world| world.faults.clear(id))
    }

    /// Ends all faults.
    pub fn clear_faults(&self) {
        self.shared.change(|world| world.faults.clear_all());
    }

    /// How many requests a fault has struck; 0 once cleared.
    #[must_use]
    pub fn struck(&self, id: FaultId) -> u32 {
        self.shared
            .read(|world| world.faults.struck(id).unwrap_or(0))
    }

    /// Every request so far, oldest first (the last 15,000 at least).
    #[must_use]
    pub fn requests(&self) -> Vec<Call> {
        self.shared.read(|world| world.calls.all().to_vec())
    }

    /// The requests of one method, in its documented spelling.
    #[must_use]
    pub fn requests_of(&self, method: &str) -> Vec<Call> {
        self.requests()
            .into_iter()
            .filter(|call| call.method == method)
            .collect()
    }

    /// Waits until the requests satisfy `condition`, and returns them.
    ///
    /// # Panics
    /// If they do not within the patience of the options; the message lists the last methods.
    pub async fn wait_for_requests(&self, condition: impl Fn(&[Call]) -> bool) -> Vec<Call> {
        let found = self.shared.until(|world| {
            let calls = world.calls.all();
            condition(calls).then(|| calls.to_vec())
        });
        match tokio::time::timeout(self.shared.options.patience, found).await {
            Ok(calls) => calls,
            Err(_) => panic!(
                "the requests never satisfied the condition; last: {:?}",
                self.last_methods()
            ),
        }
    }

    fn last_methods(&self) -> Vec<String> {
        let calls = self.requests();
        calls
            .iter()
            .rev()
            .take(20)
            .map(|c| format!("{} {:?}", c.method, c.outcome))
            .collect()
    }

    /// Waits until the bot has confirmed every update: an offset behind the last came in.
    /// The way to know that silence is an answer.
    ///
    /// # Panics
    /// If the bot does not within the patience of the options.
    pub async fn expect_confirmed(&self) {
        let done = self
            .shared
            .until(|world| (!world.queue.has_any()).then_some(()));
        let patience = self.shared.options.patience;
        assert!(
            tokio::time::timeout(patience, done).await.is_ok(),
            "{} updates are not confirmed after {patience:?}",
            self.shared.read(|world| world.queue.pending()),
        );
    }

    /// Every update ever queued, oldest first (the last 5,000).
    #[must_use]
    pub fn updates(&self) -> Vec<Update> {
        self.shared.read(|world| world.queue.history())
    }

    /// Waits until somebody causes an update of this kind, and returns the newest.
    ///
    /// # Panics
    /// If nobody does within the patience of the options.
    pub async fn wait_for_update(&self, kind: &str) -> Update {
        let newest = self.shared.until(|world| world.queue.newest(kind).cloned());
        match tokio::time::timeout(self.shared.options.patience, newest).await {
            Ok(update) => update,
            Err(_) => panic!("no update of the kind {kind}"),
        }
    }

    /// Delivers again all updates from this `update_id` on, whatever offset the bot sends: what a bot
    /// sees that crashed before its confirmation arrived. Returns how many.
    pub fn redeliver(&self, from: u32) -> usize {
        self.shared.change(|world| world.queue.redeliver(from))
    }

    /// A file by its `file_id`.
    #[must_use]
    pub fn file(&self, file_id: &str) -> Option<StoredFile> {
        self.shared.read(|world| world.files.get(file_id).cloned())
    }

    /// The command menu that a person sees in their private chat.
    #[must_use]
    pub fn commands(&self, person: i64) -> Vec<Command> {
        self.shared.read(|world| world.menu(person))
    }

    /// How long tests wait by default.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.shared.options.patience
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .merge(page::routes())
        .nest("/control", control::routes())
        .fallback(bot_api::serve)
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .with_state(shared)
}
