//! `potiond`. Start-up reads top to bottom in [`potion_agent::start`].

use std::process::ExitCode;

fn main() -> ExitCode {
    potion_agent::start::main(std::env::args().skip(1).collect())
}
