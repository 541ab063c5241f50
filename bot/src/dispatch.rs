//! Each admin's updates in order, admins beside each other, and nobody waits for a slow handler.
//!
//! A handler that takes longer than [`PATIENCE`] goes on beside the next one of the same admin, so a press on
//! Cancel is heard while an upgrade is being planned.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use potion_proto::names::TelegramId;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use crate::access::{self, Doorbook};
use crate::acts;
use crate::buttons::{self, Pressed};
use crate::desk::Desk;
use crate::fault::Fault;
use crate::feedback;
use crate::go::Go;
use crate::inbox;
use crate::incoming::{Incoming, What};
use crate::outbox;
use crate::pairing::{self, Tries};
use crate::schema::{self, Meaning};
use crate::visit::Visit;

/// How long a handler keeps the next one of the same admin waiting.
const PATIENCE: Duration = Duration::from_secs(2);
/// Updates of one admin that wait; further ones are dropped, and the journal says so.
const QUEUE_MAX: usize = 64;
/// Handlers of one admin that go on beside.
const BESIDE_MAX: usize = 8;

/// Hands updates to their handlers. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Dispatch(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    desk: Arc<Desk>,
    lanes: Mutex<HashMap<TelegramId, mpsc::Sender<Incoming>>>,
    doorbook: Doorbook,
    tries: Tries,
    /// Handlers under way.
    busy: watch::Sender<usize>,
}

impl Dispatch {
    pub(crate) fn new(desk: &Arc<Desk>) -> Self {
        Self(Arc::new(Inner {
            desk: Arc::clone(desk),
            lanes: Mutex::default(),
            doorbook: Doorbook::default(),
            tries: Tries::default(),
            busy: watch::Sender::new(0),
        }))
    }

    /// Waits until no handler is under way, at most so long.
    pub(crate) async fn rest(&self, limit: Duration) {
        let mut busy = self.0.busy.subscribe();
        if tokio::time::timeout(limit, busy.wait_for(|count| *count == 0))
            .await
            .is_err()
        {
            tracing::warn!("some handlers are still at it; they are begun anew after the restart");
        }
    }

    /// Where strangers are noted.
    pub(crate) fn doorbook(&self) -> &Doorbook {
        &self.0.doorbook
    }

    /// Hands on an admin's update that is recorded.
    pub(crate) fn submit(&self, incoming: Incoming) {
        let mut lanes = self.0.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let user = incoming.from.id;
        let update = incoming.update;
        let lane = lanes.entry(user).or_insert_with(|| {
            let (lane, queue) = mpsc::channel(QUEUE_MAX);
            tokio::spawn(run_lane(Arc::clone(&self.0), queue));
            lane
        });
        if lane.try_send(incoming).is_err() {
            tracing::warn!(who = %user, update, "too many updates at once; this one is dropped");
            ended(&self.0.desk, update);
        }
    }

    /// Hands on a stranger's pairing code.
    pub(crate) fn redeem(&self, incoming: Incoming, code: String) {
        let inner = Arc::clone(&self.0);
        tokio::spawn(async move {
            if let Err(fault) = pairing::redeem(&inner.desk, &inner.tries, &incoming, &code).await {
                tracing::error!(%fault, "a pairing went wrong");
            }
            ended(&inner.desk, incoming.update);
        });
    }

    /// Takes up what the bot's last life left.
    pub(crate) async fn resume(&self) -> Result<(), Fault> {
        for incoming in inbox::waiting(&self.0.desk.state)? {
            match access::standing(&self.0.desk, &incoming).await {
                access::Standing::Admin => self.submit(incoming),
                access::Standing::Redeeming(code) => self.redeem(incoming, code),
                access::Standing::Stranger => ended(&self.0.desk, incoming.update),
            }
        }
        Ok(())
    }
}

async fn run_lane(inner: Arc<Inner>, mut queue: mpsc::Receiver<Incoming>) {
    let mut beside = JoinSet::new();
    while let Some(incoming) = queue.recv().await {
        while beside.try_join_next().is_some() {}
        if beside.len() >= BESIDE_MAX {
            drop(beside.join_next().await);
        }
        let inner = Arc::clone(&inner);
        let (ended, end) = oneshot::channel();
        inner.busy.send_modify(|count| *count += 1);
        beside.spawn(async move {
            handle(&inner.desk, incoming).await;
            inner.busy.send_modify(|count| *count -= 1);
            ended.send(()).ok();
        });
        drop(tokio::time::timeout(PATIENCE, end).await);
    }
}

async fn handle(desk: &Arc<Desk>, incoming: Incoming) {
    match inbox::begin(&desk.state, incoming.update) {
        Ok(Some(tries)) => serve(desk, &incoming, tries > 1).await,
        Ok(None) => tracing::error!(
            update = incoming.update,
            "this update ended the bot twice; it is left alone"
        ),
        Err(error) => {
            tracing::error!(%error, "an update is not handled: the bot's records do not answer")
        }
    }
    ended(desk, incoming.update);
}

fn ended(desk: &Desk, update: u32) {
    if let Err(error) = inbox::end(&desk.state, update) {
        tracing::error!(%error, update, "an update was not struck out");
    }
}

async fn serve(desk: &Arc<Desk>, incoming: &Incoming, again: bool) {
    match &incoming.what {
        What::Blocked => tracing::info!(who = %incoming.from.id, "an admin blocked the bot"),
        What::Unblocked => take_up(desk, incoming.from.id),
        What::Text { text, .. } => {
            take_up(desk, incoming.from.id);
            if let Some(visit) = access::admit(desk, incoming, false).await {
                serve_text(&visit, text).await;
            }
        }
        What::Other { .. } => {
            if let Some(visit) = access::admit(desk, incoming, false).await {
                let unknown = schema::text(&visit, Meaning::Unknown("unknown-text"), "");
                feedback::around(&visit, "other", None, unknown).await;
            }
        }
        What::Press {
            query,
            message,
            data,
        } => serve_press(desk, incoming, query, *message, data, again).await,
    }
}

/// Whoever writes to the bot has not blocked it: what was put aside for them goes out.
fn take_up(desk: &Desk, user: TelegramId) {
    match outbox::take_up(&desk.state, user) {
        Ok(true) => desk.letters.notify_one(),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "letters stay aside"),
    }
}

async fn serve_text(visit: &Visit, text: &str) {
    let (doing, here, handler) = match schema::read(visit, text) {
        Ok(meaning) => (meaning.name(), meaning.way(), Ok(meaning)),
        Err(fault) => ("text", None, Err(fault)),
    };
    let answer = async {
        let meaning = handler?;
        schema::text(visit, meaning, text).await
    };
    feedback::around(visit, doing, here, answer).await;
}

async fn serve_press(
    desk: &Arc<Desk>,
    incoming: &Incoming,
    query: &str,
    message: i32,
    data: &str,
    again: bool,
) {
    let pressed = buttons::press(&desk.state, incoming.from.id, message, data);
    let aside = matches!(pressed, Ok(Pressed::Go { aside: true, .. }));
    let Some(visit) = access::admit(desk, incoming, aside).await else {
        return;
    };
    match pressed {
        Ok(Pressed::Go { go, .. }) => {
            answer(desk, query, String::new());
            open(&visit, go).await;
        }
        Ok(Pressed::Used(Go::Confirm { back, .. })) if again => {
            answer(desk, query, String::new());
            let lost = async { Ok(acts::interrupted(&visit, *back)) };
            feedback::around(&visit, "confirm", None, lost).await;
        }
        Ok(Pressed::Used(_)) => answer(desk, query, visit.words.label("button-used")),
        Ok(Pressed::Stale) => {
            tracing::info!(who = %visit.id(), message, "a stale, forged or foreign button was pressed");
            answer(desk, query, visit.words.label("button-stale"));
        }
        Err(error) => {
            answer(desk, query, String::new());
            feedback::around(&visit, "press", None, async { Err(error.into()) }).await;
        }
    }
}

/// Opens what a button leads to. A confirmed act cannot simply be tried again: its plan is used up.
async fn open(visit: &Visit, go: Go) {
    let doing = go.name();
    let here = (!matches!(go, Go::Confirm { .. })).then(|| go.clone());
    feedback::around(visit, doing, here, schema::open(visit, go)).await;
}

/// Answers a press at once, beside its handler; with a toast when there is something to say.
fn answer(desk: &Arc<Desk>, query: &str, toast: String) {
    let desk = Arc::clone(desk);
    let query = query.to_owned();
    tokio::spawn(async move {
        if let Err(refusal) = desk.telegram.answer(&query, &toast, false).await {
            tracing::debug!(%refusal, "a press was not answered");
        }
    });
}
