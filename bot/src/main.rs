//! `potion-bot`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    potion_bot::run::main(std::env::args().skip(1))
}
