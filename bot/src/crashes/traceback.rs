//! A backtrace of the standard library, reduced to our own frames.
//!
//! `std::backtrace::Backtrace` prints a frame as `  12: function` and, with line tables at hand, a line
//! `             at file:line:column` beneath it. Only the function stands there without them.

/// Frames that are worth a person's time.
const FRAMES_MAX: usize = 8;
/// Frames of these only carry the panic to us.
const CARRIERS: [&str; 3] = [
    "potion_bot::crashes",
    "potion_bot::fault",
    "potion_bot::feedback",
];

/// Our frames, innermost first, as `function at file:line`.
pub(super) fn frames(backtrace: &str) -> Vec<String> {
    let mut frames: Vec<String> = Vec::new();
    let mut lines = backtrace.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(function) = function(line) else {
            continue;
        };
        let place = lines.peek().and_then(|next| place(next));
        if function.starts_with("potion_")
            && !CARRIERS.iter().any(|carrier| function.starts_with(carrier))
        {
            let frame = place.map_or(function.clone(), |place| format!("{function} at {place}"));
            if frames.last() != Some(&frame) {
                frames.push(frame);
            }
        }
    }
    frames.truncate(FRAMES_MAX);
    frames
}

/// `  12: <potion_bot::a::b as C>::d::{{closure}}::h0123456789abcdef` → `potion_bot::a::b`.
fn function(line: &str) -> Option<String> {
    let (number, name) = line.trim_start().split_once(": ")?;
    number.parse::<u32>().ok()?;
    let name = name.trim_start_matches('<').replace("::{{closure}}", "");
    let name = name.split(" as ").next().unwrap_or_default();
    let hash = name.rfind("::h").filter(|at| name.len() - at == 19);
    Some(name[..hash.unwrap_or(name.len())].to_owned())
}

/// `  at ./bot/src/units.rs:12:5` → `bot/src/units.rs:12`.
fn place(line: &str) -> Option<String> {
    let at = line.trim_start().strip_prefix("at ")?;
    let (place, _column) = at.rsplit_once(':')?;
    Some(place.trim_start_matches("./").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_frames_stay_and_read_as_function_and_line() {
        let backtrace = "   0: std::backtrace::Backtrace::force_capture\n             at /rustc/x/backtrace.rs:331:18\n   1: potion_bot::crashes::install_hook::{{closure}}\n             at ./bot/src/crashes.rs:40:25\n   2: potion_bot::units::list::{{closure}}::h0123456789abcdef\n             at ./bot/src/units.rs:12:5\n   3: tokio::runtime::task\n   4: potion_bot::run::main\n";
        assert_eq!(
            frames(backtrace),
            [
                "potion_bot::units::list at bot/src/units.rs:12",
                "potion_bot::run::main"
            ]
        );
        assert!(frames("disabled backtrace").is_empty());
    }
}
