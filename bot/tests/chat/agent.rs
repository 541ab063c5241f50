//! An agent that does as the test says, over the real wire.

mod answering;
mod samples;
mod script;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use potion_proto::events::{Event, Seq};
use potion_proto::failure::Failure;
use potion_proto::jobs::Job;
use potion_proto::service::Potion;
use potion_proto::wire;
use tarpc::server::{BaseChannel, Channel};
use tokio::net::UnixListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

pub(crate) use samples::{admin, unit};
pub(crate) use script::Script;

/// The one pairing code that is good.
pub(crate) const PAIRING: &str = "abcdefghijklmnopqrstuvwxyz";

/// The agent. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Agent {
    script: Arc<Mutex<Script>>,
    changed: Arc<Notify>,
}

/// Serves until dropped.
pub(crate) struct Serving {
    socket: PathBuf,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
        drop(std::fs::remove_file(&self.socket));
    }
}

impl Agent {
    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn serve(&self, socket: &Path) -> Serving {
        let listener = UnixListener::bind(socket).unwrap();
        let agent = self.clone();
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let agent = agent.clone();
                connections.spawn(async move {
                    let channel = BaseChannel::with_defaults(wire::agent_transport(stream));
                    let mut calls = JoinSet::new();
                    let mut incoming = Box::pin(channel.execute(agent.serve_calls()));
                    while let Some(call) = incoming.next().await {
                        calls.spawn(call);
                    }
                });
            }
        });
        Serving {
            socket: socket.to_owned(),
            task,
        }
    }

    fn serve_calls(self) -> potion_proto::service::ServePotion<Self> {
        Potion::serve(self)
    }

    /// Appends an event; its place.
    pub(crate) fn publish(&self, event: impl FnOnce(Seq) -> Event) -> Seq {
        let seq = {
            let mut script = self.script();
            let seq = Seq(script.events.len() as u64 + 1);
            script.events.push(event(seq));
            seq
        };
        self.changed.notify_waiters();
        seq
    }

    /// Puts a job, or its new state.
    pub(crate) fn put_job(&self, job: Job) {
        self.script().jobs.insert(job.id.0, job);
        self.changed.notify_waiters();
    }

    /// Waits until what the agent was told fits.
    pub(crate) async fn wait_until(&self, fits: impl Fn(&Script) -> bool) {
        let waiting = async {
            while !fits(&self.script()) {
                let changed = self.changed.notified();
                if fits(&self.script()) {
                    break;
                }
                changed.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting)
            .await
            .expect("the agent was never told");
    }

    async fn begin(&self, method: &'static str) -> Result<(), Failure> {
        let (slow, failure) = {
            let mut script = self.script();
            script.asked.push(method);
            (
                script.slow.get(method).copied(),
                script.failures.get(method).cloned(),
            )
        };
        self.changed.notify_waiters();
        if let Some(slow) = slow {
            tokio::time::sleep(slow).await;
        }
        failure.map_or(Ok(()), Err)
    }
}
