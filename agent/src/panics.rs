//! Panics: a hook writes each down at once ([`crashes`]), and keeps it for whoever catches it. What
//! nobody catches within a second is recorded by [`errors::tend`](crate::errors::tend), what ends the
//! process by the next start.

mod frames;

use std::backtrace::Backtrace;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use potion_proto::errors::Report;
use tokio::sync::Notify;

use crate::errors::crashes;
use crate::redactor::redact;

/// Bytes of a whole backtrace that are kept.
const WHOLE_MAX_BYTES: usize = 64 * 1024;
/// Panics that wait to be recorded; more are in the journal alone.
const WAITING_MAX: usize = 32;

/// A panic that was told by the hook.
pub(crate) struct Caught {
    /// What is known of it.
    pub(crate) report: Report,
    /// Its crash file, to be removed once it is recorded.
    pub(crate) file: Option<PathBuf>,
}

struct Told {
    caught: Caught,
    at: Instant,
}

static WAITING: Mutex<Vec<Told>> = Mutex::new(Vec::new());
static HAPPENED: Notify = Notify::const_new();
static FOLDER: OnceLock<PathBuf> = OnceLock::new();

fn waiting() -> MutexGuard<'static, Vec<Told>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where crash files go from now on; once, before the runtime starts.
pub fn keep_in(state: &Path) {
    FOLDER.get_or_init(|| state.to_owned());
}

/// Installs the hook; once, at start-up.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        let report = tell(info);
        tracing::error!(message = report.message, backtrace = report.whole, "panic");
        let file = FOLDER
            .get()
            .and_then(|folder| crashes::write(folder, &report));
        let mut waiting = waiting();
        if waiting.len() < WAITING_MAX {
            let caught = Caught { report, file };
            let at = Instant::now();
            waiting.push(Told { caught, at });
        }
        HAPPENED.notify_one();
    }));
}

fn tell(info: &PanicHookInfo<'_>) -> Report {
    let whole = Backtrace::force_capture().to_string();
    let payload = info.payload_as_str().unwrap_or("a panic without a message");
    let place = info
        .location()
        .map(|at| format!(" ({}:{})", frames::short(at.file()), at.line()));
    let whole_end = whole.floor_char_boundary(WHOLE_MAX_BYTES);
    Report {
        panic: true,
        doing: format!(
            "potiond, thread {}",
            std::thread::current().name().unwrap_or("?")
        ),
        message: redact(&format!("{payload}{}", place.unwrap_or_default())).into_owned(),
        frames: frames::ours(&whole),
        whole: redact(&whole[..whole_end]).into_owned(),
    }
}

/// The last panic, as one that happened while doing this.
#[must_use]
pub(crate) fn take(doing: &str) -> Caught {
    let told = waiting().pop().map(|told| told.caught);
    let mut caught = told.unwrap_or_else(|| Caught {
        report: Report {
            panic: true,
            doing: String::new(),
            message: "a panic".to_owned(),
            frames: Vec::new(),
            whole: String::new(),
        },
        file: None,
    });
    doing.clone_into(&mut caught.report.doing);
    caught
}

/// Returns after the next panic; at once when one happened since the last call.
pub(crate) async fn happened() {
    HAPPENED.notified().await;
}

/// The first panic that waits for longer than this: whoever caught it would have taken it.
pub(crate) fn unclaimed(age: Duration) -> Option<Caught> {
    let mut waiting = waiting();
    let at = waiting.iter().position(|told| told.at.elapsed() >= age)?;
    Some(waiting.remove(at).caught)
}

#[cfg(test)]
mod tests;
