//! The programs that potionctl runs: fixed paths, fixed words, for a person at a terminal.

use std::process::{Command, Output};

use crate::trouble::Trouble;

/// Runs it to its end. The path is absolute and the words are ours, never a caller's.
pub(crate) fn run(path: &'static str, words: &[&str]) -> Result<Output, Trouble> {
    #[expect(
        clippy::disallowed_methods,
        reason = "exec::Tool is the agent's; this is a person's own shell"
    )]
    let mut command = Command::new(path);
    Ok(command.args(words).output()?)
}
