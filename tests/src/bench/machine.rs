//! The machine that everything is measured in: the release package, and the peers beside it.

use std::path::PathBuf;

use super::BenchError;
use crate::lab::{Machine, Suite};
use crate::package;
use crate::stack::{Stack, StackError, install, serve_telegram};

/// This program's copy inside the machine.
pub(crate) const INSIDE: &str = "/usr/local/bin/potion-bench";

const CONFIG: &str = "\n[policy]\nrate-per-minute = 1000\n";
const JOURNALD: &str = "[Journal]\nRateLimitBurst=0\nRateLimitIntervalSec=0\nSystemMaxUse=2G\n";

/// Boots it with monit, ours, and this program for what must be timed inside.
pub(crate) fn boot() -> Result<Stack, BenchError> {
    let (deb, _) = package::release().map_err(StackError::from)?;
    let machine = Machine::of(Suite::Bookworm)
        .packages(&["monit"])
        .disk("/mnt/dre", 64)
        .boot()
        .map_err(StackError::from)?;
    machine.write("/etc/systemd/journald.conf.d/bench.conf", JOURNALD);
    let _ = machine
        .run(["systemctl", "restart", "systemd-journald.service"])
        .ok();
    let telegram = serve_telegram(&machine)?;
    install(&machine, &deb, CONFIG);
    machine.write(INSIDE, std::fs::read(std::env::current_exe()?)?);
    let _ = machine.run(["chmod", "755", INSIDE]).ok();
    Ok(Stack { telegram, machine })
}

/// The machine's file as the host sees it.
pub(crate) fn host_path(stack: &Stack, path: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{}/root{path}", stack.machine.leader()))
}
