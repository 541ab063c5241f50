//! Our own panics and errors: kept with their traceback, told to the agent, which tells every admin.
//!
//! What cannot be told at once (the agent is gone) waits in the bot's records and is sent when it is back.

mod drill;
mod traceback;

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::panic::PanicHookInfo;

use potion_proto::actions::Behalf;
use potion_proto::client::CallError;
use potion_proto::errors::Report;

use crate::desk::Desk;
use crate::fault::Fault;
use crate::state::StateError;

pub(crate) use drill::{Drill, drill};

pub(crate) const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS reports(id INTEGER PRIMARY KEY AUTOINCREMENT, report TEXT NOT NULL)";

/// Bytes of a whole backtrace; the agent's own bound is 64 KiB for all of a report.
const WHOLE_MAX_BYTES: usize = 48 << 10;
/// Reports that wait; the newest ones.
const WAITING_MAX: u32 = 50;

/// A panic as the hook saw it.
#[derive(Debug)]
struct Panic {
    message: String,
    backtrace: String,
}

thread_local! {
    /// The runtime has one thread, so the last panic of a thread is the one that was just caught on it.
    static LAST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// Keeps message and backtrace of every panic, and writes them to the journal.
pub(crate) fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let backtrace = Backtrace::force_capture().to_string();
        let message = said(info);
        tracing::error!(said = message, backtrace, "panic");
        LAST.with(|last| *last.borrow_mut() = Some(Panic { message, backtrace }));
    }));
}

fn said(info: &PanicHookInfo<'_>) -> String {
    let place = info
        .location()
        .map(|at| format!(" at {}:{}", at.file(), at.line()))
        .unwrap_or_default();
    format!("{}{place}", text_of(info.payload()))
}

fn text_of(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "wordless".to_owned())
}

/// Reports a panic that was caught; the error's id, when the agent took it.
pub(crate) async fn of_panic(
    desk: &Desk,
    doing: &str,
    payload: Box<dyn Any + Send>,
) -> Option<String> {
    let last = LAST.with(|last| last.borrow_mut().take());
    let panic = last.unwrap_or_else(|| Panic {
        message: text_of(&*payload),
        backtrace: String::new(),
    });
    drop(payload);
    let frames = traceback::frames(&panic.backtrace);
    tell(
        desk,
        report(true, doing, panic.message, frames, panic.backtrace),
    )
    .await
}

/// Reports an error that a handler returned; the error's id, when the agent took it.
pub(crate) async fn of_error(desk: &Desk, doing: &str, fault: &Fault) -> Option<String> {
    let backtrace = fault.trace().map_or_else(
        || Backtrace::force_capture().to_string(),
        ToString::to_string,
    );
    let frames = traceback::frames(&backtrace);
    tell(desk, report(false, doing, chain(fault), frames, backtrace)).await
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

fn report(
    panic: bool,
    doing: &str,
    message: String,
    frames: Vec<String>,
    mut whole: String,
) -> Report {
    let mut cut = whole.len().min(WHOLE_MAX_BYTES);
    while !whole.is_char_boundary(cut) {
        cut -= 1;
    }
    whole.truncate(cut);
    Report {
        panic,
        doing: format!("bot {doing}"),
        message,
        frames,
        whole,
    }
}

async fn tell(desk: &Desk, report: Report) -> Option<String> {
    match send(desk, &report).await {
        Ok(id) => Some(id),
        Err(error) => {
            tracing::warn!(%error, "the agent does not take a report; it waits");
            if let Err(error) = keep(desk, &report) {
                tracing::error!(%error, "a report is lost");
            }
            None
        }
    }
}

async fn send(desk: &Desk, report: &Report) -> Result<String, CallError> {
    let asked = desk.ask(|stub, context| {
        let report = report.clone();
        async move { stub.error_report(context, Behalf::Own, report).await }
    });
    asked.await.map(String::from)
}

fn keep(desk: &Desk, report: &Report) -> Result<(), StateError> {
    let text = serde_json::to_string(report)?;
    desk.state.with(|connection| {
        connection.execute("INSERT INTO reports(report) VALUES(?1)", [text])?;
        connection.execute(
            "DELETE FROM reports WHERE id <= (SELECT max(id) FROM reports) - ?1",
            [WAITING_MAX],
        )?;
        Ok(())
    })
}

/// Sends what waits; when the agent is there again.
pub(crate) async fn flush(desk: &Desk) -> Result<(), Fault> {
    let waiting: Vec<(i64, String)> = desk.state.with(|connection| {
        let mut query = connection.prepare("SELECT id, report FROM reports ORDER BY id")?;
        query
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    })?;
    for (id, text) in waiting {
        if let Ok(report) = serde_json::from_str(&text) {
            send(desk, &report).await?;
        }
        desk.state.with(|c| {
            c.execute("DELETE FROM reports WHERE id = ?1", [id])
                .map(drop)
        })?;
    }
    Ok(())
}
