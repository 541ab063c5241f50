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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;
    use potion_proto::admins::{Admin, Language, Role};
    use potion_proto::errors::Report;
    use potion_telegram::{Account, Options, TelegramServer};

    use crate::desk::Places;

    async fn desk(dir: &std::path::Path) -> (TelegramServer, Arc<Desk>) {
        let telegram = TelegramServer::start(Options::default()).await.unwrap();
        let _person = telegram.add(Account::new(7, "Budi")).started();
        let config = format!(
            "telegram.api-url = \"{}\"",
            telegram.url().trim_end_matches('/')
        );
        std::fs::write(dir.join("config.toml"), config).unwrap();
        let places = Places {
            config: dir.join("config.toml"),
            state: dir.to_owned(),
            socket: dir.join("no-agent.sock"),
            token: telegram.token().to_owned(),
            agent_patience: Duration::from_secs(10),
        };
        (telegram, Arc::new(Desk::open(&places).unwrap()))
    }

    fn visit(desk: &Arc<Desk>) -> Visit {
        let admin = Admin {
            id: TelegramId::new(7).unwrap(),
            name: "Budi".to_owned(),
            role: Role::Owner,
            language: Some(Language::Id),
            configured: true,
            totp: true,
            paired: None,
        };
        Visit::new(
            desk,
            admin,
            Origin::Text {
                message: 1,
                sent: 0,
            },
        )
    }

    #[tokio::test]
    async fn a_panic_becomes_a_sentence_in_place_of_the_notice_and_a_report_that_names_the_line() {
        let dir = tempfile::tempdir().unwrap();
        let (telegram, desk) = desk(dir.path()).await;
        crashes::install_hook();
        let person = telegram.person(7);
        around(&visit(&desk), "test", None, async {
            person.expect_text("Sedang diproses").await;
            panic!("oh <no>");
        })
        .await;
        let said = person.expect_text("tersandung").await;
        assert_eq!(said.history[0].text, "⏳ Sedang diproses…");
        assert_eq!(person.chat().from_bot().count(), 1);
        let text: String = desk
            .state
            .with(|c| c.query_row("SELECT report FROM reports", [], |r| r.get(0)))
            .unwrap();
        let report: Report = serde_json::from_str(&text).unwrap();
        assert!(
            report.panic && report.message.starts_with("oh <no> at "),
            "{}",
            report.message
        );
        assert!(report.whole.contains("feedback.rs"), "{}", report.whole);
    }

    #[tokio::test]
    async fn a_notice_that_a_kill_left_behind_is_removed_at_the_next_start() {
        let dir = tempfile::tempdir().unwrap();
        let (telegram, desk) = desk(dir.path()).await;
        let person = telegram.person(7);
        let killed = tokio::spawn({
            let desk = Arc::clone(&desk);
            async move { around(&visit(&desk), "test", None, std::future::pending()).await }
        });
        person.expect_text("Sedang diproses").await;
        let noted = || {
            desk.state
                .with(|c| c.query_row("SELECT count(*) FROM notices", [], |r| r.get::<_, u32>(0)))
        };
        while noted().unwrap() == 0 {
            tokio::task::yield_now().await;
        }
        killed.abort();
        sweep(&desk).await.unwrap();
        assert!(
            person
                .messages()
                .iter()
                .all(|message| message.deleted_ms.is_some())
        );
    }
}
