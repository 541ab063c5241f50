//! How the last run ended: a running daemon leaves a mark, an orderly stop takes it away. A mark of this
//! very boot that is still there at the start means that the daemon was killed (SIGKILL, watchdog, OOM).
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

/// Leaves the mark. True when the last run of this boot left its own.
pub(super) fn begin(state: &Path) -> bool {
    try_begin(state).unwrap_or_else(|error| {
        tracing::warn!(%error, "no running mark: a kill of this run cannot be told");
        false
    })
}

fn try_begin(state: &Path) -> io::Result<bool> {
    let boot = fs::read_to_string(BOOT_ID)?;
    let killed = fs::read_to_string(mark(state)).is_ok_and(|left| left == boot);
    fs::write(mark(state), boot)?;
    Ok(killed)
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
        assert!(!begin(folder.path()));
        assert!(begin(folder.path()));
        stopped(folder.path());
        assert!(!begin(folder.path()));
        fs::write(mark(folder.path()), "another boot\n").unwrap();
        assert!(!begin(folder.path()));
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
