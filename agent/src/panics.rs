//! Panics: a hook keeps the last one's message and backtrace until whoever caught it records it.

use std::backtrace::Backtrace;
use std::panic::PanicHookInfo;
use std::sync::{Mutex, PoisonError};

use potion_proto::errors::Report;

/// Frames of ours that a report names.
const FRAMES_MAX: usize = 12;
/// Bytes of a whole backtrace that are kept.
const WHOLE_MAX_BYTES: usize = 64 * 1024;

struct Told {
    message: String,
    whole: String,
}

static LAST: Mutex<Option<Told>> = Mutex::new(None);

/// Installs the hook; once, at start-up.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        let told = tell(info);
        tracing::error!(message = told.message, backtrace = told.whole, "panic");
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
    }));
}

fn tell(info: &PanicHookInfo<'_>) -> Told {
    let mut whole = Backtrace::force_capture().to_string();
    let end = whole.floor_char_boundary(WHOLE_MAX_BYTES);
    whole.truncate(end);
    let payload = info.payload_as_str().unwrap_or("a panic without a message");
    let place = info
        .location()
        .map(|at| format!(" ({}:{})", at.file(), at.line()));
    Told {
        message: format!("{payload}{}", place.unwrap_or_default()),
        whole,
    }
}

/// The last panic as a report of what was being done.
#[must_use]
pub fn take(doing: &str) -> Report {
    let told = LAST.lock().unwrap_or_else(PoisonError::into_inner).take();
    let told = told.unwrap_or(Told {
        message: "a panic".to_owned(),
        whole: String::new(),
    });
    Report {
        panic: true,
        doing: doing.to_owned(),
        frames: frames(&told.whole),
        message: told.message,
        whole: told.whole,
    }
}

/// `function at file:line` for the frames of our crates, innermost first. std prints a frame as
/// `  12: path::to::function` and, where it knows, `             at file:line:column` on the next line.
fn frames(whole: &str) -> Vec<String> {
    let lines: Vec<&str> = whole.lines().map(str::trim).collect();
    let ours = lines.windows(2).filter_map(|pair| {
        let (_, function) = pair[0].split_once(": ")?;
        let place = pair[1].strip_prefix("at ")?;
        let hook = function.contains("potion_agent::panics");
        (function.contains("potion") && !hook).then(|| format!("{function} at {}", short(place)))
    });
    ours.take(FRAMES_MAX).collect()
}

/// `file:line` from `/long/path/file:line:column`, from the crate's folder on.
fn short(place: &str) -> &str {
    let place = place
        .rsplit_once(':')
        .map_or(place, |(file_and_line, _)| file_and_line);
    let crates = ["agent/src/", "proto/src/", "config/src/"];
    let start = crates
        .iter()
        .find_map(|folder| place.find(folder))
        .unwrap_or(0);
    &place[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_ours_are_named_with_file_and_line_and_others_left_out() {
        let whole = "   0: std::panicking::begin_panic\n             at /rustc/library/std/src/panicking.rs:1:2\n   \
            3: potion_agent::units::list\n             at ./agent/src/units.rs:12:5\n   4: main";
        assert_eq!(
            frames(whole),
            ["potion_agent::units::list at agent/src/units.rs:12"]
        );
    }
}
