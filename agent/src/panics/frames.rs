//! The frames of ours in a backtrace as std prints it: `  12: path::to::function`, and where it knows
//! `             at file:line:column` on the next line.

use std::borrow::Cow;

/// Frames of ours that a report names.
const FRAMES_MAX: usize = 12;
/// The hook itself is in every backtrace.
const HOOK: &str = "src/panics.rs:";
const CRATES: [&str; 3] = ["agent/src/", "proto/src/", "config/src/"];

/// `function at file:line` for the frames of our crates, innermost first.
pub(super) fn ours(whole: &str) -> Vec<String> {
    let ours = frames(whole).filter(|(function, place)| is_ours(function, place));
    let told = ours.map(|(function, place)| {
        let place = short(file_and_line(place));
        format!("{} at {place}", named(function, place))
    });
    told.take(FRAMES_MAX).collect()
}

/// Function and place of each frame that has both.
fn frames(whole: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines: Vec<&str> = whole.lines().map(str::trim).collect();
    let pairs: Vec<_> = lines
        .windows(2)
        .filter_map(|pair| {
            let (number, function) = pair[0].split_once(": ")?;
            let numbered = number.bytes().all(|b| b.is_ascii_digit());
            numbered.then_some((function, pair[1].strip_prefix("at ")?))
        })
        .collect();
    pairs.into_iter()
}

/// A name may come without its path; the file tells whose it is. Others' generic functions name ours.
fn is_ours(function: &str, place: &str) -> bool {
    let ours = function.trim_start_matches('<').starts_with("potion_")
        || CRATES.iter().any(|folder| place.contains(folder)) && !place.contains("/registry/");
    ours && !place.contains(HOOK)
}

/// A name without its path (`{async_fn#0}`) gets that of the file: `agent/src/errors/drill.rs` is
/// `potion_agent::errors::drill`.
fn named<'a>(function: &'a str, place: &str) -> Cow<'a, str> {
    let module = place
        .rsplit_once(".rs")
        .and_then(|(path, _)| path.split_once("/src/"));
    match module {
        Some((krate, path)) if !function.contains("::") => {
            let path = path.replace('/', "::");
            Cow::Owned(format!("potion_{krate}::{path}::{function}"))
        }
        _ => Cow::Borrowed(function),
    }
}

fn file_and_line(place: &str) -> &str {
    place.rsplit_once(':').map_or(place, |(kept, _column)| kept)
}

/// A path from its crate's folder on.
pub(super) fn short(place: &str) -> &str {
    let starts = CRATES.iter().filter_map(|folder| place.find(folder));
    &place[starts.min().unwrap_or(0)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_ours_are_named_with_file_and_line_and_others_left_out() {
        let whole = "   0: std::panicking::begin_panic\n             at /rustc/library/std/src/panicking.rs:1:2
   2: {async_block#0}\n             at ./agent/src/units.rs:12:5
   3: potion_agent::units::list::{{closure}}\n             at ./agent/src/units.rs:10:1
   4: with_mut<tokio::Stage<potion_agent::tasks::keep_up>>\n             at ./root/.cargo/registry/src/crates/tokio/a.rs:1:2
   5: <potion_agent::clock::SystemClock as potion_agent::clock::Clock>::now\n             at ./agent/src/clock.rs:7:1
   6: main";
        assert_eq!(
            ours(whole),
            [
                "potion_agent::units::{async_block#0} at agent/src/units.rs:12",
                "potion_agent::units::list::{{closure}} at agent/src/units.rs:10",
                "<potion_agent::clock::SystemClock as potion_agent::clock::Clock>::now at agent/src/clock.rs:7"
            ]
        );
    }

    #[test]
    fn a_backtrace_of_this_very_test_is_read() {
        let whole = std::backtrace::Backtrace::force_capture().to_string();
        let found = frames(&whole).any(|(function, _)| function.contains("this_very_test"));
        assert!(found, "{whole}");
    }
}
