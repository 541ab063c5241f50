//! `potionctl`, the local twin of the bot.

use std::process::ExitCode;

fn main() -> ExitCode {
    potionctl::run()
}
