//! A job's live message: it follows the job to its true end, over restarts of the bot and of the agent.
//!
//! The watch is written down with the message, so a bot that starts anew takes it up again.

mod output;
mod screens;

use std::sync::Arc;
use std::time::{Duration, Instant};

use potion_proto::actions::Behalf;
use potion_proto::admins::Role;
use potion_proto::client::CallError;
use potion_proto::failure::Code;
use potion_proto::jobs::{Job, JobId};
use potion_proto::names::TelegramId;
use potion_proto::wire;

use crate::desk::Desk;
use crate::fault::Fault;
use crate::post::{Place, Post};
use crate::screen::Screen;
use crate::state::StateError;
use crate::visit::Visit;

pub(crate) use output::open as output;
pub(crate) use screens::screen;

pub(crate) const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS watches(
    job INTEGER NOT NULL, user INTEGER NOT NULL, message INTEGER NOT NULL, over INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(job, user))";

/// How long one wait for a change lasts.
const WAIT: Duration = Duration::from_secs(30);
/// The pause after a wait that failed: the agent may be restarting, a job of ours may be what restarts it.
const PAUSE: Duration = Duration::from_secs(2);

/// Jobs whose message is remembered after their end.
const REMEMBERED: i64 = 200;

/// Who watches which job where.
#[derive(Clone, Copy, Debug)]
struct Watch {
    job: JobId,
    user: TelegramId,
    message: i32,
}

/// Shows a job and keeps the message up to date until it is over.
pub(crate) async fn show(visit: &Visit, job: JobId, place: Place) -> Result<i32, Fault> {
    let found = visit
        .ask(|stub, context, by| async move { stub.job_show(context, by, job).await })
        .await?;
    let post = Post {
        desk: &visit.desk,
        to: visit.id(),
        patient: true,
    };
    let message = post
        .show(&screen(&visit.words, &found, visit.admin.role), place)
        .await?;
    if !found.phase.is_over() {
        let watch = Watch {
            job,
            user: visit.id(),
            message,
        };
        write_down(&visit.desk, watch)?;
        tokio::spawn(follow(Arc::clone(&visit.desk), watch, Some(found)));
    }
    Ok(message)
}

/// Takes up the watches of the bot's last life.
pub(crate) fn resume(desk: &Arc<Desk>) -> Result<(), StateError> {
    let rows: Vec<(u64, i64, i32)> = desk.state.with(|connection| {
        let mut query =
            connection.prepare("SELECT job, user, message FROM watches WHERE over = 0")?;
        query
            .query_map([], |row| {
                Ok((
                    row.get::<_, i64>(0)?.cast_unsigned(),
                    row.get(1)?,
                    row.get(2)?,
                ))
            })?
            .collect()
    })?;
    for (job, user, message) in rows {
        if let Ok(user) = TelegramId::new(user) {
            let watch = Watch {
                job: JobId(job),
                user,
                message,
            };
            tokio::spawn(follow(Arc::clone(desk), watch, None));
        }
    }
    Ok(())
}

/// The message on which somebody watches a job.
pub(crate) fn watched(
    desk: &Desk,
    job: JobId,
    user: TelegramId,
) -> Result<Option<i32>, StateError> {
    desk.state.with(|connection| {
        let mut query =
            connection.prepare("SELECT message FROM watches WHERE job = ?1 AND user = ?2")?;
        query
            .query_map((job.0.cast_signed(), user.get()), |row| row.get(0))?
            .next()
            .transpose()
    })
}

fn write_down(desk: &Desk, watch: Watch) -> Result<(), StateError> {
    let row = (watch.job.0.cast_signed(), watch.user.get(), watch.message);
    desk.state.with(|c| {
        c.execute(
            "INSERT OR REPLACE INTO watches(job, user, message) VALUES(?1, ?2, ?3)",
            row,
        )
        .map(drop)
    })
}

fn strike_out(desk: &Desk, watch: Watch) -> Result<(), StateError> {
    let row = (watch.job.0.cast_signed(), watch.user.get(), watch.message);
    desk.state.with(|c| {
        c.execute(
            "UPDATE watches SET over = 1 WHERE job = ?1 AND user = ?2 AND message = ?3",
            row,
        )?;
        c.execute(
            "DELETE FROM watches WHERE over = 1 AND job < ?1 - ?2",
            (row.0, REMEMBERED),
        )
        .map(drop)
    })
}

async fn follow(desk: Arc<Desk>, watch: Watch, seen: Option<Job>) {
    if let Err(fault) = follow_to_the_end(&desk, watch, seen).await {
        tracing::error!(job = %watch.job, who = %watch.user, %fault, "a job's message is not followed any more");
    }
    if let Err(error) = strike_out(&desk, watch) {
        tracing::error!(%error, "a watch was not struck out");
    }
}

async fn follow_to_the_end(desk: &Desk, watch: Watch, seen: Option<Job>) -> Result<(), Fault> {
    let agent = desk.connection();
    let mut seen = seen;
    loop {
        let revision = seen.as_ref().map_or(u64::MAX, |job| job.revision);
        let by = Behalf::Telegram(watch.user);
        let wait_ms = u32::try_from(WAIT.as_millis()).unwrap_or(u32::MAX);
        let asked = agent.call(WAIT + wire::DEADLINE_SLACK, |stub, context| async move {
            stub.job_wait(context, by, watch.job, revision, wait_ms)
                .await
        });
        let job = match asked.await {
            Ok(job) => job,
            Err(CallError::Failure(failure))
                if matches!(failure.code, Code::NotFound | Code::Denied) =>
            {
                return Err(failure.into());
            }
            Err(_) => {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        if !is_watched_here(desk, watch)? {
            return Ok(());
        }
        if job.revision != revision {
            update(desk, watch, &job).await?;
        }
        if job.phase.is_over() {
            return Ok(());
        }
        seen = Some(job);
    }
}

/// Another message of the same job takes over.
fn is_watched_here(desk: &Desk, watch: Watch) -> Result<bool, StateError> {
    Ok(watched(desk, watch.job, watch.user)? == Some(watch.message))
}

/// Edits the message, and waits as long as two edits must lie apart.
async fn update(desk: &Desk, watch: Watch, job: &Job) -> Result<(), Fault> {
    let begun = Instant::now();
    let post = Post {
        desk,
        to: watch.user,
        patient: true,
    };
    let shown = post
        .show(
            &screen_for(desk, watch.user, job),
            Place::Edit(watch.message),
        )
        .await;
    match shown {
        Err(Fault::Telegram(refusal)) if refusal.is_passing() && !job.phase.is_over() => {
            tracing::debug!(%refusal, "one step of a job is not shown");
        }
        other => drop(other?),
    }
    if !job.phase.is_over() {
        let pause = desk.loaded().config.feedback().edit();
        tokio::time::sleep(pause.saturating_sub(begun.elapsed())).await;
    }
    Ok(())
}

fn screen_for(desk: &Desk, user: TelegramId, job: &Job) -> Screen {
    let admin = desk.admins.find(user);
    let words = desk.words_of(admin.as_ref().and_then(|admin| admin.language));
    screen(&words, job, admin.map_or(Role::Viewer, |admin| admin.role))
}
