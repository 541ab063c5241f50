//! `cargo ci`, `cargo demo`, `cargo bench-peers`.

use std::process::ExitCode;

fn main() -> ExitCode {
    potion_tests::verbs::run(std::env::args().skip(1))
}
