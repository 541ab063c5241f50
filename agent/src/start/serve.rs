//! The runtime: opens what has threads or needs the runtime, says READY, serves, and ends in order.

use std::future::Future;
use std::os::unix::net::UnixListener as StdListener;
use std::sync::Arc;
use std::time::Duration;

use potion_config::Config;
use sd_notify::NotifyState;
use tokio::net::UnixListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::sockets::Sockets;
use super::{StartError, adapters, recover};
use crate::agent::Agent;
use crate::errors::ends;
use crate::listen::{self, Patience, SystemPeers};
use crate::paths::Paths;
use crate::{redactor, settings, tasks, tickets};

/// How long acts that have begun may take to end after SIGTERM; below the unit's TimeoutStopSec=.
const STOP_WAIT: Duration = Duration::from_secs(15);

/// Threads for what blocks (files, the name service); an idle one is given up soon, for the memory.
const BLOCKING_THREADS_MAX: usize = 16;
const IDLE_THREAD_KEPT: Duration = Duration::from_secs(2);

/// Serves until SIGTERM.
pub(super) fn run(paths: &Paths, config: Config, sockets: Sockets) -> Result<(), StartError> {
    redactor::know_folder(&paths.secrets);
    block_on(async {
        let agent = Agent::new(adapters::parts(paths, config)?);
        recover(&agent).await?;
        tasks::begin(&agent);
        open(&agent, sockets)?;
        tell(&[NotifyState::Ready]);
        until_stopped(&agent).await?;
        tell(&[NotifyState::Stopping]);
        if tokio::time::timeout(STOP_WAIT, agent.plans.idle())
            .await
            .is_err()
        {
            tracing::warn!("stopped with an act under way");
        }
        ends::stopped(&agent.paths.state);
        Ok(())
    })
}

/// Runs on a runtime of one thread.
pub(super) fn block_on(
    work: impl Future<Output = Result<(), StartError>>,
) -> Result<(), StartError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .thread_keep_alive(IDLE_THREAD_KEPT)
        .build();
    let runtime = runtime.map_err(|error| StartError::System("no runtime", error))?;
    let outcome = runtime.block_on(work);
    // Threads that wait for something (a name service) hold nobody up.
    runtime.shutdown_background();
    outcome
}

fn open(agent: &Arc<Agent>, sockets: Sockets) -> Result<(), StartError> {
    let peers: Arc<dyn listen::Peers> = Arc::new(SystemPeers);
    let (calls, fetches) = (listener(sockets.agent)?, listener(sockets.fd)?);
    let doorkeeper = Arc::clone(&peers);
    let patience = Patience::default();
    tokio::spawn(listen::serve(
        Arc::clone(agent),
        calls,
        doorkeeper,
        patience,
    ));
    tokio::spawn(tickets::serve(Arc::clone(agent), fetches, peers));
    Ok(())
}

fn listener(socket: StdListener) -> Result<UnixListener, StartError> {
    let given = socket
        .set_nonblocking(true)
        .and_then(|()| UnixListener::from_std(socket));
    given.map_err(|error| StartError::System("a socket of systemd's", error))
}

async fn until_stopped(agent: &Agent) -> Result<(), StartError> {
    let (mut stop, mut interrupt) = (on(SignalKind::terminate())?, on(SignalKind::interrupt())?);
    let mut reload = on(SignalKind::hangup())?;
    let every = sd_notify::watchdog_enabled().map(|patience| patience / 2);
    loop {
        tokio::select! {
            _ = stop.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            _ = reload.recv() => settings::reload_and_say(agent),
            () = sleep(every) => tell(&[NotifyState::Watchdog]),
        }
    }
}

fn on(kind: SignalKind) -> Result<Signal, StartError> {
    signal(kind).map_err(|error| StartError::System("no signals", error))
}

/// Without a watchdog nobody is to be told that we live.
async fn sleep(every: Option<Duration>) {
    match every {
        Some(every) => tokio::time::sleep(every).await,
        None => std::future::pending().await,
    }
}

/// Tells systemd; there may be none.
fn tell(state: &[NotifyState]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "systemd cannot be told");
    }
}
