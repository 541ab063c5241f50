//! A backtrace of the standard library, reduced to our own frames.
//!
//! `std::backtrace::Backtrace` prints a frame as `  12: function` and, with line tables at hand, a line
//! `             at file:line:column` beneath it. With line tables alone an inlined or async function has no
//! path (`{async_fn#0}`): then the file tells whose it is, and in which module. Without any there is only the
//! function.

/// Frames that are worth a person's time.
const FRAMES_MAX: usize = 8;
/// Our crates' folders, as the compiler wrote them down, and their modules.
const FOLDERS: [(&str, &str); 3] = [
    ("bot/src/", "potion_bot"),
    ("proto/src/", "potion_proto"),
    ("config/src/", "potion_config"),
];
/// What std prints of the bot's folder when that is the working directory: in tests.
const HERE: &str = "./src/";
/// Files whose frames only carry the panic to us.
const CARRIERS: [&str; 3] = [
    "bot/src/crashes.rs",
    "bot/src/fault.rs",
    "bot/src/feedback.rs",
];

/// Our frames, innermost first, as `function at file:line`.
pub(super) fn frames(backtrace: &str) -> Vec<String> {
    let mut frames: Vec<String> = Vec::new();
    let mut lines = backtrace.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(function) = function(line) else {
            continue;
        };
        let frame = match lines.peek().and_then(|next| place(next)) {
            Some(place) => with_place(&function, &place),
            None => function.starts_with("potion_").then_some(function),
        };
        frames.extend(frame.filter(|frame| frames.last() != Some(frame)));
    }
    frames.truncate(FRAMES_MAX);
    frames
}

/// A frame with its place, if it is ours and says anything.
fn with_place(function: &str, place: &str) -> Option<String> {
    let place = short(place)?;
    let (file, _line) = place.rsplit_once(':')?;
    if CARRIERS.contains(&file) {
        return None;
    }
    if function.starts_with("potion_") {
        return Some(format!("{function} at {place}"));
    }
    Some(format!("{}::{function} at {place}", module(file)))
}

/// `  12: <potion_bot::a::b as C>::d::{{closure}}::h0123456789abcdef` → `potion_bot::a::b`;
/// `  13: {async_fn#0}<potion_bot::x>` → `{async_fn#0}`.
fn function(line: &str) -> Option<String> {
    let (number, name) = line.trim_start().split_once(": ")?;
    number.parse::<u32>().ok()?;
    let name = name.trim_start_matches('<').replace("::{{closure}}", "");
    let name = name.split(" as ").next().unwrap_or_default();
    let name = name.split('<').next().unwrap_or_default();
    let hash = name.rfind("::h").filter(|at| name.len() - at == 19);
    Some(name[..hash.unwrap_or(name.len())].to_owned())
}

/// `  at ./bot/src/units.rs:12:5` → `./bot/src/units.rs:12`.
fn place(line: &str) -> Option<String> {
    let at = line.trim_start().strip_prefix("at ")?;
    let (place, _column) = at.rsplit_once(':')?;
    Some(place.to_owned())
}

/// A place of ours from its crate's folder on.
fn short(place: &str) -> Option<String> {
    if place.contains("/registry/") || place.contains("/rustc/") {
        return None;
    }
    if let Some(rest) = place.strip_prefix(HERE) {
        return Some(format!("bot/src/{rest}"));
    }
    let start = FOLDERS.iter().find_map(|(folder, _)| place.find(folder));
    start.map(|start| place[start..].to_owned())
}

/// `bot/src/outbox/lanes.rs` → `potion_bot::outbox::lanes`.
fn module(file: &str) -> String {
    let named = FOLDERS.iter().find_map(|(folder, name)| {
        let path = file.strip_prefix(folder)?.strip_suffix(".rs")?;
        Some(format!("{name}::{}", path.replace('/', "::")))
    });
    named.unwrap_or_else(|| file.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_frames_stay_and_read_as_function_and_line() {
        let backtrace = "   0: std::backtrace::Backtrace::force_capture
             at /rustc/x/backtrace.rs:331:18
   1: potion_bot::crashes::install_hook::{{closure}}
             at ./bot/src/crashes.rs:40:25
   2: potion_bot::units::list::{{closure}}::h0123456789abcdef
             at ./bot/src/units.rs:12:5
   3: {async_fn#0}<potion_bot::x>
             at ./bot/src/outbox/lanes.rs:7:9
   4: {async_fn#0}
             at crates/registry/src/tokio/src/runtime.rs:7:9
   5: potion_bot::run::main
";
        assert_eq!(
            frames(backtrace),
            [
                "potion_bot::units::list at bot/src/units.rs:12",
                "potion_bot::outbox::lanes::{async_fn#0} at bot/src/outbox/lanes.rs:7",
                "potion_bot::run::main"
            ]
        );
        assert!(frames("disabled backtrace").is_empty());
    }

    #[test]
    fn a_backtrace_of_this_very_test_is_read() {
        let backtrace = std::backtrace::Backtrace::force_capture().to_string();
        let frames = frames(&backtrace);
        assert!(
            frames[0].contains("crashes/traceback.rs:"),
            "{frames:?} of {backtrace}"
        );
    }
}
