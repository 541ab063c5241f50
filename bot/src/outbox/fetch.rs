//! Events from the agent onto the shelf, over a connection of their own; and the agent's absence.

use std::sync::Arc;
use std::time::{Duration, Instant};

use potion_proto::actions::Behalf;
use potion_proto::admins::Role;
use potion_proto::client::Unreachable;
use potion_proto::events::{Audience, Event, News, Page, Seq};
use potion_proto::names::TelegramId;
use potion_proto::service::PotionClient;
use potion_proto::wire::DEADLINE_SLACK;
use tarpc::client::RpcError;
use tarpc::context::{self, Context};

use super::letter::Letter;
use super::{announce, shelf};
use crate::clock::now_ms;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::{admins, crashes};

/// How long one wait for events lasts.
const WAIT: Duration = Duration::from_secs(60);
/// Events of one page.
const PAGE: u32 = 50;
/// Letters on the shelf beyond which no more events are fetched: the agent keeps them as well.
const LETTERS_MAX: u32 = 2_000;
/// The pause when the shelf is full, or the agent refuses.
const PAUSE: Duration = Duration::from_secs(2);
/// The first pause between two tries to connect; it doubles up to [`PAUSE`].
const RETRY: Duration = Duration::from_millis(100);

/// Fetches for ever.
pub(crate) async fn fetch(desk: Arc<Desk>) {
    let mut absence = Absence::default();
    let mut pause = RETRY;
    loop {
        match connect(&desk, &absence).await {
            Ok(stub) => {
                absence.end(&desk);
                pause = RETRY;
                let lost = until_lost(&desk, stub).await;
                tracing::warn!(%lost, "the agent's events have stopped");
            }
            Err(why) => tracing::debug!(%why, "the agent cannot be reached"),
        }
        absence.begin_or_tell(&desk);
        tokio::time::sleep(pause.min(absence.left(&desk))).await;
        absence.begin_or_tell(&desk);
        pause = (pause * 2).min(PAUSE);
    }
}

async fn connect(desk: &Desk, absence: &Absence) -> Result<PotionClient, Unreachable> {
    let client = desk.connection();
    let patience = absence.left(desk).max(RETRY);
    tokio::time::timeout(patience, client.stub())
        .await
        .map_err(|_| Unreachable::Silent)?
}

/// The agent is gone since then, and whether that was told.
#[derive(Debug, Default)]
struct Absence(Option<(Instant, i64, bool)>);

impl Absence {
    fn begin_or_tell(&mut self, desk: &Desk) {
        let (since, at, told) = *self
            .0
            .get_or_insert_with(|| (Instant::now(), now_ms(), false));
        if !told && since.elapsed() >= desk.agent_patience {
            self.0 = Some((since, at, true));
            tell(desk, at);
        }
    }

    /// Time until it is told; then no need to hurry.
    fn left(&self, desk: &Desk) -> Duration {
        match self.0 {
            Some((since, _, false)) => desk.agent_patience.saturating_sub(since.elapsed()),
            Some((_, _, true)) | None => Duration::from_secs(10),
        }
    }

    fn end(&mut self, desk: &Desk) {
        let since = self.0.take().map_or_else(now_ms, |(_, at, _)| at);
        match shelf::stands_at(&desk.state, "agent", "failed") {
            Ok(true) => announce(desk, &Letter::AgentBack { since }),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the bot's records do not answer"),
        }
    }
}

/// Tells it once, over restarts of the bot too.
fn tell(desk: &Desk, since: i64) {
    tracing::error!("the agent does not answer; telling every admin");
    match shelf::stands_at(&desk.state, "agent", "failed") {
        Ok(true) => {}
        Ok(false) | Err(_) => announce(desk, &Letter::AgentGone { since }),
    }
}

/// Why no more events come over a connection.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error(transparent)]
    Wire(#[from] RpcError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

async fn until_lost(desk: &Arc<Desk>, stub: PotionClient) -> Lost {
    match serve(desk, &stub).await {
        Ok(never) => match never {},
        Err(lost) => lost,
    }
}

async fn serve(desk: &Arc<Desk>, stub: &PotionClient) -> Result<std::convert::Infallible, Lost> {
    admins::refresh(desk).await.map_err(Fault::from)?;
    tokio::spawn(settle_in(Arc::clone(desk)));
    let mut cursor = start(desk, stub).await?;
    desk.delivered.notify_one();
    loop {
        if shelf::count(&desk.state).map_err(Fault::from)? >= LETTERS_MAX {
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        let page = page(stub, cursor, PAGE, WAIT).await?;
        if !page.events.is_empty() {
            admins::refresh(desk).await.map_err(Fault::from)?;
        }
        for event in page.events {
            cursor = event.seq;
            put(desk, event).map_err(Fault::from)?;
        }
        desk.letters.notify_one();
    }
}

/// What is due once the agent is there: its name for the machine, and reports that waited.
async fn settle_in(desk: Arc<Desk>) {
    if let Err(fault) = crashes::flush(&desk).await {
        tracing::warn!(%fault, "reports of crashes still wait");
    }
    desk.learn_host().await;
}

/// Where to go on: after what was put on the shelf, unless either side's records were begun anew.
async fn start(desk: &Desk, stub: &PotionClient) -> Result<Seq, Lost> {
    let mark = shelf::mark(&desk.state).map_err(Fault::from)?;
    let there = page(stub, mark, 1, Duration::ZERO).await?;
    let cursor = if mark > there.head {
        there.delivered
    } else {
        mark.max(there.delivered)
    };
    shelf::move_mark(&desk.state, cursor).map_err(Fault::from)?;
    Ok(cursor)
}

async fn page(stub: &PotionClient, cursor: Seq, limit: u32, wait: Duration) -> Result<Page, Lost> {
    let wait_ms = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
    let answer = stub
        .events_after(
            deadline(wait + DEADLINE_SLACK),
            Behalf::Own,
            cursor,
            limit,
            wait_ms,
        )
        .await?;
    Ok(answer.map_err(Fault::from)?)
}

fn deadline(within: Duration) -> Context {
    let mut context = context::current();
    context.deadline = Instant::now() + within;
    context
}

fn put(desk: &Desk, event: Event) -> Result<(), crate::state::StateError> {
    let to = addressees(desk, &event);
    shelf::put_all(&desk.state, event.seq, &to, &Letter::Event(Box::new(event)))
}

fn addressees(desk: &Desk, event: &Event) -> Vec<TelegramId> {
    let all = desk.admins.all();
    let meant = all.iter().filter(|admin| match event.audience {
        Audience::Everyone => true,
        Audience::Only(id) => admin.id == id,
        Audience::Owners => admin.role == Role::Owner,
    });
    let told = meant.map(|admin| admin.id);
    match event.news {
        News::Paired { id, .. } => told.filter(|admin| *admin != id).collect(),
        _ => told.collect(),
    }
}
