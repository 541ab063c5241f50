//! Letters on their way: a lane for each admin, so that one who is slow or gone holds back nobody else.
//!
//! The lanes take turns: one send is under way at a time, so that a kill repeats one letter at most. A send
//! that hangs gives way after [`TURN`].

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use potion_proto::actions::Behalf;
use potion_proto::events::Seq;
use potion_proto::names::TelegramId;
use tokio::sync::Semaphore;
use tokio::task::{Id, JoinError, JoinSet};

use super::shelf::Waiting;
use super::{mail, shelf};
use crate::crashes;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::state::StateError;
use crate::telegram::Refusal;

/// How long a lane waits for its turn before it goes anyway.
const TURN: Duration = Duration::from_secs(5);
/// The first pause after a send that failed; it doubles up to [`PAUSE_MAX`].
const PAUSE: Duration = Duration::from_millis(500);
/// The longest pause of our own; Telegram's own `retry_after` is honoured whatever it says.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Delivers until the bot stops; what is under way then is waited for, that it need not be repeated.
pub(crate) async fn deliver(desk: Arc<Desk>) {
    let mut lanes = Lanes {
        turn: Arc::new(Semaphore::new(1)),
        tasks: JoinSet::new(),
        busy: HashMap::new(),
    };
    while !(desk.is_stopping() && lanes.tasks.is_empty()) {
        if let Err(error) = lanes.begin(&desk) {
            tracing::error!(%error, "letters wait: the bot's records do not answer");
            desk.pause(PAUSE_MAX).await;
        }
        tokio::select! {
            () = desk.letters.notified() => {}
            Some(ended) = lanes.tasks.join_next_with_id() => over(&desk, &mut lanes.busy, ended).await,
        }
    }
}

/// The lanes under way.
struct Lanes {
    turn: Arc<Semaphore>,
    tasks: JoinSet<()>,
    busy: HashMap<Id, TelegramId>,
}

impl Lanes {
    /// Begins a lane for everybody who has letters and no lane.
    fn begin(&mut self, desk: &Arc<Desk>) -> Result<(), StateError> {
        if desk.is_stopping() {
            return Ok(());
        }
        for user in shelf::addressees(&desk.state)? {
            if !self.busy.values().any(|at| *at == user) {
                let lane = self
                    .tasks
                    .spawn(lane(Arc::clone(desk), user, Arc::clone(&self.turn)));
                self.busy.insert(lane.id(), user);
            }
        }
        Ok(())
    }
}

/// A lane has ended. A letter that made it panic is struck out: it would do so for ever, and hold back the rest.
async fn over(desk: &Desk, busy: &mut HashMap<Id, TelegramId>, ended: Result<(Id, ()), JoinError>) {
    let error = match ended {
        Ok((id, ())) => {
            busy.remove(&id);
            return;
        }
        Err(error) => error,
    };
    let user = busy.remove(&error.id());
    if let (Some(user), Ok(panic)) = (user, error.try_into_panic()) {
        drop(crashes::of_panic(desk, "outbox", panic).await);
        if let Err(error) = shelf::discard_next(&desk.state, user) {
            tracing::error!(%error, "a letter that cannot be told stays");
        }
    }
}

async fn lane(desk: Arc<Desk>, user: TelegramId, turn: Arc<Semaphore>) {
    let mut pause = PAUSE;
    while !desk.is_stopping() {
        match step(&desk, user, &turn).await {
            Ok(Step::Sent) => pause = PAUSE,
            Ok(Step::Empty) => break,
            Ok(Step::Wait(asked)) => desk.pause(asked).await,
            Err(fault) => {
                tracing::warn!(who = %user, %fault, ?pause, "a letter waits");
                desk.pause(jittered(pause)).await;
                pause = (pause * 2).min(PAUSE_MAX);
            }
        }
        desk.delivered.notify_one();
    }
}

/// What became of one look at the shelf.
enum Step {
    Sent,
    Empty,
    Wait(Duration),
}

async fn step(desk: &Desk, user: TelegramId, turn: &Semaphore) -> Result<Step, Fault> {
    let waiting = match shelf::next(&desk.state, user) {
        Ok(Some(waiting)) => waiting,
        Ok(None) => return Ok(Step::Empty),
        Err(error @ StateError::Record(_)) => {
            tracing::error!(%error, "a letter is lost");
            shelf::discard_next(&desk.state, user)?;
            return Ok(Step::Sent);
        }
        Err(error) => return Err(error.into()),
    };
    let sent = {
        let _turn = tokio::time::timeout(TURN, turn.acquire()).await;
        mail::send(desk, &waiting).await
    };
    after(desk, &waiting, sent)
}

fn after(desk: &Desk, waiting: &Waiting, sent: Result<(), Fault>) -> Result<Step, Fault> {
    match sent {
        Ok(()) => Ok(Step::Sent),
        Err(Fault::Telegram(Refusal::Wait(asked))) => Ok(Step::Wait(asked)),
        Err(Fault::Telegram(Refusal::Blocked(why))) => {
            tracing::warn!(who = %waiting.user, why, "letters are put aside until this admin writes again");
            shelf::put_aside(&desk.state, waiting.user)?;
            Ok(Step::Sent)
        }
        Err(Fault::Telegram(refusal)) if !refusal.is_passing() => {
            tracing::error!(who = %waiting.user, %refusal, "a letter that Telegram never takes is dropped");
            shelf::strike(&desk.state, waiting)?;
            Ok(Step::Sent)
        }
        Err(other) => Err(other),
    }
}

/// Between half of the pause and all of it, so that many bots do not return at once.
fn jittered(pause: Duration) -> Duration {
    let mut byte = [0u8; 1];
    if getrandom::fill(&mut byte).is_err() {
        return pause;
    }
    pause.mul_f64(0.5 + f64::from(byte[0]) / 512.0)
}

/// Tells the agent how far its events were delivered, for ever.
pub(crate) async fn acknowledge(desk: Arc<Desk>) {
    let mut told = Seq(0);
    loop {
        desk.delivered.notified().await;
        let Ok(delivered) = shelf::delivered(&desk.state) else {
            continue;
        };
        if delivered <= told {
            continue;
        }
        let asked = desk.ask(|stub, context| async move {
            stub.events_delivered(context, Behalf::Own, delivered).await
        });
        match asked.await {
            Ok(()) => told = delivered,
            Err(error) => tracing::debug!(%error, "the agent will hear later what was delivered"),
        }
    }
}
