//! New lines as they come: one live message for each admin, for a bounded time.
//!
//! Who follows what is written down with the message, so that a bot that starts anew takes it up again, and a
//! press on Stop or a newer message ends it: the task looks before every edit whether it is still the one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use potion_proto::actions::Behalf;
use potion_proto::client::{CallError, Client};
use potion_proto::failure::Code;
use potion_proto::journal::{Line, Page, Place};
use potion_proto::names::TelegramId;
use potion_proto::wire;

use super::{Go, View, page, read};
use crate::clock::now_seconds;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::go;
use crate::post::{self, Post};
use crate::reply::Reply;
use crate::screen::{Button, Screen};
use crate::state::StateError;
use crate::visit::{Origin, Visit};
use crate::words::Words;

pub(crate) const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS follows(
    user INTEGER PRIMARY KEY, message INTEGER NOT NULL, view TEXT NOT NULL, until INTEGER NOT NULL)";

/// How long one wait for new lines lasts.
const WAIT: Duration = Duration::from_secs(25);
/// The pause after a wait that failed: the agent may be restarting.
const PAUSE: Duration = Duration::from_secs(2);

/// One live message; `until` in Unix seconds.
#[derive(Clone, Debug)]
struct Follow {
    user: TelegramId,
    message: i32,
    view: View,
    until: i64,
}

/// Makes the pressed message a live one.
pub(super) async fn begin(visit: &Visit, view: View) -> Result<Reply, Fault> {
    let found = read(visit, &view, Place::Newest).await?;
    let config = visit.config().journal();
    let Origin::Press {
        message,
        aside: false,
    } = visit.origin
    else {
        return Ok(Reply::Screen(page::screen(
            &visit.words,
            &view,
            &Place::Newest,
            &found,
            config,
        )));
    };
    let until = now_seconds() + i64::try_from(config.follow().as_secs()).unwrap_or(i64::MAX);
    let follow = Follow {
        user: visit.id(),
        message,
        view,
        until,
    };
    write_down(&visit.desk, &follow)?;
    let screen = live_screen(&visit.desk, &visit.words, &follow, &found.lines);
    tokio::spawn(run(Arc::clone(&visit.desk), follow, Some(found)));
    Ok(Reply::Screen(screen))
}

/// Ends this admin's live message.
pub(super) fn stop(visit: &Visit) -> Result<(), StateError> {
    let user = visit.id().get();
    visit.desk.state.with(|c| {
        c.execute("DELETE FROM follows WHERE user = ?1", [user])
            .map(drop)
    })
}

/// Takes up what the bot's last life followed.
pub(crate) fn resume(desk: &Arc<Desk>) -> Result<(), StateError> {
    let rows: Vec<(i64, i32, String, i64)> = desk.state.with(|connection| {
        let mut query = connection.prepare("SELECT user, message, view, until FROM follows")?;
        query
            .query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?
            .collect()
    })?;
    for (user, message, view, until) in rows {
        if let (Ok(user), Ok(view)) = (TelegramId::new(user), serde_json::from_str(&view)) {
            tokio::spawn(run(
                Arc::clone(desk),
                Follow {
                    user,
                    message,
                    view,
                    until,
                },
                None,
            ));
        }
    }
    Ok(())
}

fn write_down(desk: &Desk, follow: &Follow) -> Result<(), StateError> {
    let row = (
        follow.user.get(),
        follow.message,
        serde_json::to_string(&follow.view)?,
        follow.until,
    );
    desk.state.with(|c| {
        c.execute("INSERT OR REPLACE INTO follows VALUES(?1, ?2, ?3, ?4)", row)
            .map(drop)
    })
}

fn strike_out(desk: &Desk, follow: &Follow) -> Result<(), StateError> {
    let row = (follow.user.get(), follow.message, follow.until);
    let sql = "DELETE FROM follows WHERE user = ?1 AND message = ?2 AND until = ?3";
    desk.state.with(|c| c.execute(sql, row).map(drop))
}

/// What the records say of this live message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It is the one.
    Live,
    /// Stop was pressed, or the same message is followed anew.
    Over,
    /// A newer message took its place.
    Replaced,
}

fn standing(desk: &Desk, follow: &Follow) -> Result<Standing, StateError> {
    let row: Option<(i32, i64)> = desk.state.with(|connection| {
        let mut query = connection.prepare("SELECT message, until FROM follows WHERE user = ?1")?;
        query
            .query_map([follow.user.get()], |row| Ok((row.get(0)?, row.get(1)?)))?
            .next()
            .transpose()
    })?;
    Ok(match row {
        Some((message, until)) if message == follow.message && until == follow.until => {
            Standing::Live
        }
        Some((message, _)) if message != follow.message => Standing::Replaced,
        Some(_) | None => Standing::Over,
    })
}

async fn run(desk: Arc<Desk>, follow: Follow, seen: Option<Page>) {
    if let Err(fault) = run_to_the_end(&desk, &follow, seen).await {
        tracing::warn!(who = %follow.user, %fault, "a log is not followed any more");
    }
    if let Err(error) = strike_out(&desk, &follow) {
        tracing::error!(%error, "a live log was not struck out");
    }
}

async fn run_to_the_end(desk: &Desk, follow: &Follow, seen: Option<Page>) -> Result<(), Fault> {
    let agent = desk.connection();
    let (mut lines, mut place) = match seen {
        Some(page) => (page.lines, page.last.map_or(Place::Newest, Place::After)),
        None => (Vec::new(), Place::Newest),
    };
    // The message was made a moment ago; edits must lie apart.
    tokio::time::sleep(desk.loaded().config.feedback().edit()).await;
    while now_seconds() < follow.until {
        let begun = Instant::now();
        let page = match wait(&agent, follow, place.clone()).await {
            Ok(page) => page,
            Err(error) if is_final(&error) => return Err(error.into()),
            Err(_) => {
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        match standing(desk, follow)? {
            Standing::Live => {}
            Standing::Over => return Ok(()),
            Standing::Replaced => break,
        }
        place = page.last.map_or(place, Place::After);
        if !page.lines.is_empty() {
            append(
                &mut lines,
                page.lines,
                desk.loaded().config.journal().page_lines(),
            );
            edit(
                desk,
                follow,
                &live_screen(desk, &words_of(desk, follow.user), follow, &lines),
            )
            .await?;
            tokio::time::sleep(
                desk.loaded()
                    .config
                    .feedback()
                    .edit()
                    .saturating_sub(begun.elapsed()),
            )
            .await;
        }
    }
    edit(
        desk,
        follow,
        &ended_screen(desk, &words_of(desk, follow.user), follow, &lines),
    )
    .await
}

async fn wait(agent: &Client, follow: &Follow, place: Place) -> Result<Page, CallError> {
    let left = u64::try_from(follow.until - now_seconds()).unwrap_or(0);
    let wait = WAIT.min(Duration::from_secs(left));
    let wait_ms = u32::try_from(wait.as_millis()).unwrap_or(u32::MAX);
    let by = Behalf::Telegram(follow.user);
    let asked = agent.call(wait + wire::DEADLINE_SLACK, |stub, context| {
        let (filter, place) = (follow.view.filter(), place.clone());
        async move {
            stub.journal_follow(context, by, filter, place, wait_ms)
                .await
        }
    });
    asked.await
}

fn is_final(error: &CallError) -> bool {
    matches!(
        error.code(),
        Some(Code::Denied | Code::Invalid | Code::NotFound)
    )
}

/// The newest `most` lines stay.
fn append(lines: &mut Vec<Line>, new: Vec<Line>, most: usize) {
    lines.extend(new);
    lines.drain(..lines.len().saturating_sub(most));
}

/// An edit that Telegram does not take just now is left out: the next one shows the same and more.
async fn edit(desk: &Desk, follow: &Follow, screen: &Screen) -> Result<(), Fault> {
    let post = Post {
        desk,
        to: follow.user,
        patient: true,
    };
    match post.show(screen, post::Place::Edit(follow.message)).await {
        Err(Fault::Telegram(refusal)) if refusal.is_passing() => Ok(()),
        shown => shown.map(drop),
    }
}

fn live_screen(desk: &Desk, words: &Words, follow: &Follow, lines: &[Line]) -> Screen {
    let loaded = desk.loaded();
    let values = page::values(
        words,
        &follow.view,
        lines,
        loaded.config.journal(),
        follow.until,
    );
    let stop = go::Go::Journal(Go::Stop(follow.view.clone()));
    Screen::new(words.html("logs-follow", values))
        .row([Button::to(words.label("button-stop-following"), stop)])
}

fn ended_screen(desk: &Desk, words: &Words, follow: &Follow, lines: &[Line]) -> Screen {
    let loaded = desk.loaded();
    let values = page::values(words, &follow.view, lines, loaded.config.journal(), 0);
    let again = Button::to(
        words.label("button-follow-again"),
        go::Go::Journal(Go::Follow(follow.view.clone())),
    );
    let back = go::Go::Journal(Go::Page(follow.view.clone(), Place::Newest));
    Screen::new(words.html("logs-follow", values))
        .row([again])
        .back(words, back)
}

fn words_of(desk: &Desk, user: TelegramId) -> Words {
    desk.words_of(desk.admins.find(user).and_then(|admin| admin.language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::line;

    #[test]
    fn only_the_newest_lines_stay() {
        let mut lines = vec![line("1"), line("2")];
        append(&mut lines, vec![line("3")], 2);
        let left: Vec<&str> = lines.iter().map(|line| line.message.as_str()).collect();
        assert_eq!(left, ["2", "3"]);
    }
}
