//! Accepts connections: at most so many, each from a peer the kernel vouches for, each on its own task.

mod patience;
mod peers;
mod seats;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use potion_proto::{Potion, wire};
use tarpc::server::{BaseChannel, Channel};
use tokio::net::{UnixListener, UnixStream};

use patience::Patient;
pub use peers::{Peers, SystemPeers};
pub(crate) use seats::Seats;

use crate::agent::Agent;
use crate::policy::Caller;
use crate::session::{Greeting, Session};

/// Rest after an accept that failed (EMFILE, ENFILE, ENOMEM): the next one would fail at once too.
const REST_AFTER_ERROR: Duration = Duration::from_millis(200);

/// How long a caller may keep us waiting.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For an equal `hello`.
    pub greeting: Duration,
    /// For a byte of what was written to it to be read.
    pub write: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            greeting: wire::GREETING_WAIT,
            write: wire::WRITE_WAIT,
        }
    }
}

/// Accepts until it is dropped; connections go on on their own tasks.
pub async fn serve(
    agent: Arc<Agent>,
    listener: UnixListener,
    peers: Arc<dyn Peers>,
    patience: Patience,
) {
    let seats = Seats::default();
    loop {
        let (stream, uid) = accept(&listener, &*peers).await;
        let Some(seat) = seats.take(uid) else {
            tracing::warn!(uid, "refused: too many connections");
            continue;
        };
        let (agent, peers) = (Arc::clone(&agent), Arc::clone(&peers));
        tokio::spawn(async move {
            attend(agent, stream, uid, peers, patience).await;
            drop(seat);
        });
    }
}

/// The next connection and its peer's uid.
pub(crate) async fn accept(listener: &UnixListener, peers: &dyn Peers) -> (UnixStream, u32) {
    loop {
        match listener
            .accept()
            .await
            .and_then(|(stream, _)| with_uid(stream, peers))
        {
            Ok(connection) => return connection,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(REST_AFTER_ERROR).await;
            }
        }
    }
}

fn with_uid(stream: UnixStream, peers: &dyn Peers) -> io::Result<(UnixStream, u32)> {
    let uid = peers.uid(&stream)?;
    Ok((stream, uid))
}

async fn attend(
    agent: Arc<Agent>,
    stream: UnixStream,
    uid: u32,
    peers: Arc<dyn Peers>,
    patience: Patience,
) {
    match known(uid, peers).await {
        Some(caller) => converse(Session::new(agent, caller), stream, patience).await,
        None => tracing::warn!(
            uid,
            "refused: neither root, nor the bot, nor in group potion"
        ),
    }
}

/// Root is known by its number; others are looked up, where a slow name service can hold nobody up.
pub(crate) async fn known(uid: u32, peers: Arc<dyn Peers>) -> Option<Caller> {
    if uid == 0 {
        return peers.caller(uid);
    }
    let look_up = tokio::task::spawn_blocking(move || peers.caller(uid));
    look_up.await.ok().flatten()
}

async fn converse(session: Session, stream: UnixStream, patience: Patience) {
    let greeting = Arc::clone(&session.greeting);
    let transport = wire::agent_transport(Patient::new(stream, patience.write));
    let channel = BaseChannel::with_defaults(transport)
        .max_concurrent_requests(wire::REQUESTS_PER_CONNECTION);
    let answers = channel
        .execute(session.serve())
        .for_each_concurrent(None, |answer| answer);
    tokio::select! {
        () = answers => {}
        () = greeting.hung_up() => tracing::warn!("hung up: a call before hello"),
        () = silence(&greeting, patience.greeting) => tracing::warn!("hung up: no hello in time"),
    }
}

/// Returns when the time for a greeting is over and there was none.
async fn silence(greeting: &Greeting, patience: Duration) {
    if tokio::time::timeout(patience, greeting.succeeded())
        .await
        .is_ok()
    {
        std::future::pending().await
    }
}
