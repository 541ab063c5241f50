//! Signs of life, in one place for every handler: the chat action at once, a “working on it” message once it
//! takes long, and its removal or replacement at the end, on success, failure and panic alike.
//!
//! A notice that a kill left behind is removed at the next start.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use potion_proto::names::TelegramId;
use teloxide::types::InlineKeyboardMarkup;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::crashes;
use crate::desk::Desk;
use crate::fault::{self, Fault};
use crate::go::Go;
use crate::post::{Place, Post};
use crate::reply::Reply;
use crate::screen::{Button, Screen};
use crate::state::StateError;
use crate::telegram::Manner;
use crate::visit::{Origin, Visit};
use crate::words::with;

pub(crate) const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS notices(user INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY(user, message))";

/// Telegram shows a chat action for five seconds.
const ACTION_EVERY: Duration = Duration::from_millis(4_500);

/// Runs a handler and shows its answer. `doing` names it in reports; `here` is where it can be tried again.
pub(crate) async fn around(
    visit: &Visit,
    doing: &str,
    here: Option<Go>,
    handler: impl Future<Output = Result<Reply, Fault>>,
) {
    let notice = Notice::start(visit);
    let reply = match AssertUnwindSafe(handler).catch_unwind().await {
        Ok(Ok(reply)) => reply,
        Ok(Err(fault)) => of_fault(visit, doing, here, fault).await,
        Err(panic) => of_panic(visit, doing, panic).await,
    };
    let shown = notice.end().await;
    let delivery = AssertUnwindSafe(deliver(visit, reply, shown)).catch_unwind();
    match delivery.await {
        Ok(Ok(())) => {}
        Ok(Err(fault)) => undelivered(visit, doing, &fault).await,
        Err(panic) => drop(of_panic(visit, doing, panic).await),
    }
}

async fn of_fault(visit: &Visit, doing: &str, here: Option<Go>, fault: Fault) -> Reply {
    tracing::warn!(doing, who = %visit.id(), %fault, "not answered as asked");
    let error = if fault.is_defect() {
        crashes::of_error(&visit.desk, doing, &fault).await
    } else {
        None
    };
    let screen = Screen::new(fault::sentence(&visit.words, &fault, error.as_deref()));
    let again = here.map(|go| Button::to(visit.words.label("button-try-again"), go));
    let menu = Button::to(visit.words.label("button-menu"), Go::Menu);
    Reply::Screen(screen.row(again.into_iter().chain([menu])))
}

async fn of_panic(visit: &Visit, doing: &str, panic: Box<dyn Any + Send>) -> Reply {
    let error = crashes::of_panic(&visit.desk, doing, panic).await;
    let menu = Button::to(visit.words.label("button-menu"), Go::Menu);
    Reply::New(Screen::new(visit.words.html("failure-bot", with([("id", error)]))).row([menu]))
}

async fn undelivered(visit: &Visit, doing: &str, fault: &Fault) {
    tracing::error!(doing, who = %visit.id(), %fault, "the answer was not delivered");
    if fault.is_defect() {
        drop(crashes::of_error(&visit.desk, doing, fault).await);
    }
}

async fn deliver(visit: &Visit, reply: Reply, notice: Option<i32>) -> Result<(), Fault> {
    let post = Post {
        desk: &visit.desk,
        to: visit.id(),
        patient: true,
    };
    let place = place(visit, &reply, notice);
    let shown = match reply {
        Reply::Screen(screen) | Reply::New(screen) => Some(post.show(&screen, place).await?),
        Reply::File(file) => Some(
            post.file(file, InlineKeyboardMarkup::default(), Manner::default())
                .await?,
        ),
        Reply::Job(job) => Some(crate::jobs::show(visit, job, place).await?),
        Reply::Quiet => None,
    };
    match notice {
        Some(message) if shown != Some(message) => remove(&visit.desk, visit.id(), message).await,
        Some(message) => Ok(forget(&visit.desk, visit.id(), message)?),
        None => Ok(()),
    }
}

/// A pressed screen changes in place; otherwise the notice, if there is one, becomes the answer.
fn place(visit: &Visit, reply: &Reply, notice: Option<i32>) -> Place {
    let new = || notice.map_or(Place::New(Manner::default()), Place::Edit);
    match (visit.origin, reply) {
        (
            Origin::Press {
                message,
                aside: false,
            },
            Reply::Screen(_) | Reply::Job(_),
        ) => Place::Edit(message),
        _ => new(),
    }
}

/// Shows that work goes on until it ends.
#[derive(Debug)]
struct Notice {
    end: oneshot::Sender<()>,
    task: JoinHandle<Option<i32>>,
}

impl Notice {
    fn start(visit: &Visit) -> Self {
        let (end, ended) = oneshot::channel();
        let work = show_signs(
            Arc::clone(&visit.desk),
            visit.id(),
            visit.words.say("feedback-working"),
            ended,
        );
        Self {
            end,
            task: tokio::spawn(work),
        }
    }

    /// Ends the signs; the message, if one was sent. A send that is under way is waited for: its message
    /// would else stay for ever.
    async fn end(self) -> Option<i32> {
        drop(self.end);
        self.task.await.ok().flatten()
    }
}

async fn show_signs(
    desk: Arc<Desk>,
    to: TelegramId,
    text: String,
    mut ended: oneshot::Receiver<()>,
) -> Option<i32> {
    let acting = tokio::spawn(act(Arc::clone(&desk), to));
    let delay = desk.loaded().config.feedback().delay();
    let late = tokio::time::timeout(delay, &mut ended).await.is_err();
    let mut shown = None;
    if late {
        shown = desk
            .telegram
            .send(
                to,
                &text,
                InlineKeyboardMarkup::default(),
                Manner {
                    silent: true,
                    ..Manner::default()
                },
            )
            .await
            .ok();
        if let Some(message) = shown {
            note(&desk, to, message);
        }
        drop(ended.await);
    }
    acting.abort();
    shown
}

async fn act(desk: Arc<Desk>, to: TelegramId) {
    loop {
        if let Err(refusal) = desk.telegram.typing(to).await {
            tracing::debug!(%refusal, "no chat action");
        }
        tokio::time::sleep(ACTION_EVERY).await;
    }
}

fn note(desk: &Desk, to: TelegramId, message: i32) {
    let written = desk.state.with(|c| {
        c.execute(
            "INSERT OR IGNORE INTO notices VALUES(?1, ?2)",
            (to.get(), message),
        )
        .map(drop)
    });
    if let Err(error) = written {
        tracing::error!(%error, "a notice was not written down");
    }
}

fn forget(desk: &Desk, to: TelegramId, message: i32) -> Result<(), StateError> {
    desk.state.with(|c| {
        c.execute(
            "DELETE FROM notices WHERE user = ?1 AND message = ?2",
            (to.get(), message),
        )
        .map(drop)
    })
}

async fn remove(desk: &Desk, to: TelegramId, message: i32) -> Result<(), Fault> {
    desk.telegram.delete(to, message).await?;
    Ok(forget(desk, to, message)?)
}

/// Removes what a kill left behind; at start-up.
pub(crate) async fn sweep(desk: &Desk) -> Result<(), Fault> {
    let left: Vec<(i64, i32)> = desk.state.with(|connection| {
        let mut query = connection.prepare("SELECT user, message FROM notices")?;
        query
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    })?;
    for (user, message) in left {
        if let Ok(user) = TelegramId::new(user) {
            remove(desk, user, message).await?;
        }
    }
    Ok(())
}
