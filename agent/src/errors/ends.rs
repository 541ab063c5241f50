//! How the last run ended: a running daemon leaves a mark, an orderly stop takes it away. A mark that
//! another process of this very boot left means that the daemon was killed (SIGKILL, watchdog, OOM).
//!
//! After another boot it means nothing about the daemon: the machine went down, and the boot tells that.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use potion_proto::incidents::Program;
use potion_proto::journal::Line;
use potion_proto::names::UnitName;

use crate::agent::Agent;
use crate::incidents;

const MARK: &str = "running";
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";
/// What systemd writes of a main process that ended: `code=killed, status=9/KILL`.
const EXITED: &str = "Main process exited, ";

fn mark(state: &Path) -> PathBuf {
    state.join(MARK)
}

/// Leaves the mark of this process. True when another one of this boot left its own.
pub(super) fn begin(state: &Path, process: u32) -> bool {
    try_begin(state, process).unwrap_or_else(|error| {
        tracing::warn!(%error, "no running mark: a kill of this run cannot be told");
        false
    })
}

fn try_begin(state: &Path, process: u32) -> io::Result<bool> {
    let boot = fs::read_to_string(BOOT_ID)?;
    let ours = format!("{boot}{process}");
    let left = fs::read_to_string(mark(state)).unwrap_or_default();
    fs::write(mark(state), &ours)?;
    Ok(left.starts_with(&boot) && left != ours)
}

/// Takes the mark away: the stop is an orderly one. Call it last.
pub fn stopped(state: &Path) {
    if let Err(error) = fs::remove_file(mark(state)) {
        tracing::warn!(%error, "the running mark cannot be removed");
    }
}

/// Tells that the last run was killed, with its last words.
pub(super) async fn tell_killed(agent: &Arc<Agent>) {
    let unit = UnitName::new("potiond.service").expect("a unit name");
    incidents::killed(agent, Program::Agent, &unit, reason).await;
}

/// systemd's word for the end, out of the lines; `killed` when it is not there.
fn reason(lines: &[Line]) -> String {
    let ends = lines.iter().rev().filter(|line| line.source == "systemd");
    let word = ends
        .filter_map(|line| line.message.split_once(EXITED))
        .map(|(_, end)| end.to_owned())
        .next();
    word.unwrap_or_else(|| "killed".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use potion_proto::time::Timestamp;

    use super::*;

    #[test]
    fn only_a_mark_of_this_boot_that_was_not_taken_away_means_a_kill() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!begin(folder.path(), 1));
        assert!(begin(folder.path(), 2));
        assert!(!begin(folder.path(), 2), "the same run looks again");
        stopped(folder.path());
        assert!(!begin(folder.path(), 3));
        fs::write(mark(folder.path()), "another boot\n3").unwrap();
        assert!(!begin(folder.path(), 4));
    }

    #[test]
    fn systemd_s_word_for_the_end_is_the_reason() {
        let line = |source: &str, message: &str| Line {
            at: Timestamp(0),
            priority: None,
            unit: "potiond.service".to_owned(),
            source: source.to_owned(),
            pid: Some(1),
            message: message.to_owned(),
            cut: false,
        };
        let killed = "potiond.service: Main process exited, code=killed, status=9/KILL";
        let lines = [
            line("systemd", killed),
            line("potiond", "Main process exited, lies"),
        ];
        assert_eq!(reason(&lines), "code=killed, status=9/KILL");
        assert_eq!(reason(&lines[1..]), "killed");
    }
}
