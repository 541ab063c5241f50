//! How the boot before this one ended, by its journal's last lines.
//!
//! On the way down systemd stops `shutdown.target`'s rivals and journald says that it is asked to leave the disk or to
//! stop; a power cut or a crash leaves a journal that ends in mid-sentence.

use std::path::Path;

use potion_proto::host::BootReason;

use super::port::HostError;
use crate::exec::Tool;

const JOURNALCTL: &str = "/usr/bin/journalctl";
/// How far back the way down is looked for.
const LINES: &str = "--lines=300";
/// SD_MESSAGE_JOURNAL_STOP, by `sd-messages(3)`.
const JOURNAL_STOP: &str = "MESSAGE_ID=d93fb3c9c24d451a97cea615ce59c00b";
/// SD_MESSAGE_SHUTDOWN: logind says that the machine goes down.
const SHUTDOWN: &str = "MESSAGE_ID=98268866d1d54a499c4e98921d93bc40";
/// Targets that are reached on the way down alone.
const TARGETS: [&str; 5] = [
    "shutdown.target",
    "reboot.target",
    "poweroff.target",
    "umount.target",
    "final.target",
];

/// How it ended; `folder` is another machine's journal.
pub(super) async fn last(folder: Option<&Path>) -> Result<BootReason, HostError> {
    let mut tool =
        Tool::new(JOURNALCTL).args(["--quiet", "--no-pager", "--boot=-1", "--reverse", LINES]);
    tool = tool.args(["--output=export", "--output-fields=MESSAGE_ID,UNIT,_PID"]);
    if let Some(folder) = folder {
        tool = tool.arg(format!("--directory={}", folder.display()));
    }
    let output = tool.output().await?;
    // No earlier boot is an error in 252 and an empty answer in 257.
    if !output.ended.is_ok() || output.stdout.is_empty() {
        return Ok(BootReason::Unknown);
    }
    Ok(reason(&output.text()))
}

fn reason(export: &str) -> BootReason {
    if export.split("\n\n").any(goes_down) {
        BootReason::Clean
    } else {
        BootReason::Unclean
    }
}

fn goes_down(entry: &str) -> bool {
    let target = |line: &str| {
        line.strip_prefix("UNIT=")
            .is_some_and(|unit| TARGETS.contains(&unit))
    };
    let of_systemd = entry.lines().any(|line| line == "_PID=1");
    entry
        .lines()
        .any(|line| line == JOURNAL_STOP || line == SHUTDOWN || (of_systemd && target(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_down_is_told_from_a_power_cut() {
        let down = "__CURSOR=s=1\n_PID=1\nUNIT=shutdown.target\n\n__CURSOR=s=2\n_PID=9\n\n";
        assert_eq!(reason(down), BootReason::Clean);
        assert_eq!(
            reason(&format!("__CURSOR=s=1\n{JOURNAL_STOP}\n\n")),
            BootReason::Clean
        );
        assert_eq!(
            reason("__CURSOR=s=1\n_PID=1\nUNIT=nginx.service\n\n"),
            BootReason::Unclean
        );
        let liar = "__CURSOR=s=1\n_PID=77\nUNIT=shutdown.target\n\n";
        assert_eq!(reason(liar), BootReason::Unclean);
    }
}
