//! One boot of a machine: systemd-nspawn as a child, in the machine's own cgroups, told by `sd_notify` when systemd is up.

use std::fs::{self, File};
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::LabError;

/// A boot takes 1.5 s on an idle machine; this is for a busy one.
const BOOT_SECONDS: u64 = 120;

/// How long one wait for a message lasts before the child is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// nspawn's exit code when the machine asked for a reboot (systemd-nspawn(1), `--keep-unit`).
const REBOOT: i32 = 133;

/// Enters each cgroup (`$1`… up to `--`), then becomes the rest of the words.
const ENTER: &str = r#"until [ "$1" = -- ]; do echo $$ > "$1/cgroup.procs" || exit 125; shift; done; shift; exec "$@""#;

/// A booted nspawn.
pub(super) struct Boot {
    nspawn: Child,
    /// The machine's PID 1, as the host numbers it.
    pub(super) leader: i32,
}

impl Boot {
    /// Starts the machine of `directory` (which has a `root`) and returns when its systemd says that it is up.
    pub(super) fn start(
        directory: &Path,
        cgroups: &[PathBuf],
        binds: &[String],
    ) -> Result<Self, LabError> {
        let socket = directory.join("notify");
        let _ = fs::remove_file(&socket);
        let notify = UnixDatagram::bind(&socket)?;
        notify.set_read_timeout(Some(LOOK))?;
        let mut nspawn = command(directory, cgroups, binds)?
            .env("NOTIFY_SOCKET", &socket)
            .spawn()?;
        match ready(&notify, &mut nspawn) {
            Ok(leader) => Ok(Boot { nspawn, leader }),
            Err(reason) => Err(LabError::Boot(reason, console(directory))),
        }
    }

    /// Waits until the machine is down, and says whether it wants to come up again.
    pub(super) fn ended(&mut self, within: Duration) -> Result<bool, LabError> {
        let until = Instant::now() + within;
        while Instant::now() < until {
            if let Some(status) = self.nspawn.try_wait()? {
                return Ok(status.code() == Some(REBOOT));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(LabError::StillUp(within))
    }
}

impl Drop for Boot {
    fn drop(&mut self) {
        // The reaper ends what is left; this only avoids a zombie.
        let _ = self.nspawn.kill();
        let _ = self.nspawn.wait();
    }
}

fn command(directory: &Path, cgroups: &[PathBuf], binds: &[String]) -> io::Result<Command> {
    let log = File::create(directory.join("console.log"))?;
    let mut command = Command::new("sh");
    command.args(["-c", ENTER, "enter"]).args(cgroups);
    command.args(["--", "systemd-nspawn", "--quiet", "--boot"]);
    command.arg("--directory").arg(directory.join("root"));
    command.args(["--register=no", "--keep-unit", "--private-network"]);
    command.args(["--notify-ready=yes", "--link-journal=no"]);
    command.args([
        "--resolv-conf=off",
        "--timezone=off",
        "--hostname=potion-lab",
    ]);
    let name = directory.file_name().unwrap_or_default().to_string_lossy();
    command.arg(format!("--machine={name}"));
    command.args(binds.iter().map(|bind| format!("--bind={bind}")));
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    Ok(command)
}

/// Reads nspawn's messages until one says ready; the leader's number came with the first.
fn ready(notify: &UnixDatagram, nspawn: &mut Child) -> Result<i32, String> {
    let until = Instant::now() + Duration::from_secs(BOOT_SECONDS);
    let mut leader = None;
    while Instant::now() < until {
        if let Some(status) = nspawn.try_wait().map_err(|error| error.to_string())? {
            return Err(gone(status));
        }
        let message = receive(notify).map_err(|error| error.to_string())?;
        leader = field(&message, "X_NSPAWN_LEADER_PID=").or(leader);
        if let Some(leader) = leader.filter(|_| field(&message, "READY=") == Some(1)) {
            return Ok(leader);
        }
    }
    Err(format!("it was not up after {BOOT_SECONDS} s"))
}

fn gone(status: ExitStatus) -> String {
    format!("systemd-nspawn ended with {status}")
}

/// One datagram; empty when none came in time.
fn receive(notify: &UnixDatagram) -> io::Result<String> {
    let mut buffer = [0; 4096];
    match notify.recv(&mut buffer) {
        Ok(length) => Ok(String::from_utf8_lossy(&buffer[..length]).into_owned()),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(String::new()),
        Err(error) => Err(error),
    }
}

fn field(message: &str, name: &str) -> Option<i32> {
    let value = message.lines().find_map(|line| line.strip_prefix(name))?;
    value.parse().ok()
}

/// The end of what the console said, for a message.
fn console(directory: &Path) -> String {
    const SHOWN_LINES: usize = 30;
    let log = fs::read(directory.join("console.log")).unwrap_or_default();
    let log = String::from_utf8_lossy(&log).into_owned();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_gives_leader_and_readiness() {
        let message = "STATUS=Container running.\nX_NSPAWN_LEADER_PID=42";
        assert_eq!(field(message, "X_NSPAWN_LEADER_PID="), Some(42));
        assert_eq!(field(message, "READY="), None);
    }
}
