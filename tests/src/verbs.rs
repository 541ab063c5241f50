//! The aliases of `.cargo/config.toml`, one verb each.

use std::process::ExitCode;

const USAGE: &str = "usage: cargo ci | cargo demo | cargo bench-peers";

/// Runs the verb that stands first; exit code 2 for an unknown one.
pub fn run(mut words: impl Iterator<Item = String>) -> ExitCode {
    match words.next().as_deref() {
        Some("ci") => crate::ci::run(),
        Some("demo") => crate::demo::run(),
        Some("bench-peers") => crate::bench::run(),
        Some("inside") => crate::bench::run_inside(&words.collect::<Vec<_>>()),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
