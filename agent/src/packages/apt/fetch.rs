//! The changelog of a version that is not installed yet, from its archive's server.
//!
//! The agent has no network, and what parses the internet gets a user of its own: apt-get runs as a transient
//! unit with a user that exists only meanwhile, without a right or a place to write. What it says comes
//! through a pipe; if either side dies nothing is lost but the answer. A package name holds nothing that
//! systemd expands in arguments.

use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd::pipe2;
use potion_proto::names::PackageName;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::time::timeout;
use zbus::{Fd, Variant};

use super::APT_GET;
use crate::bus::{Bus, BusError, MANAGER, SYSTEMD, SYSTEMD_PATH};

const MAX_BYTES: u64 = 256 << 10;
const TIMEOUT: Duration = Duration::from_secs(12);
const MEMORY_MAX_BYTES: u64 = 256 << 20;
const TASKS_MAX: u64 = 32;

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// systemd did not start apt-get.
    #[error(transparent)]
    Bus(#[from] BusError),
    /// The pipe failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The server took too long.
    #[error("no answer within {} s", TIMEOUT.as_secs())]
    Slow,
    /// apt-get said nothing: no network, or no such changelog.
    #[error("apt-get fetched nothing")]
    Nothing,
}

/// The first 256 KiB of the changelog of this package's candidate.
pub(super) async fn changelog(bus: &Bus, name: &PackageName) -> Result<String, FetchError> {
    let (read, write) = pipe2(OFlag::O_CLOEXEC).map_err(io::Error::from)?;
    fcntl(&read, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).map_err(io::Error::from)?;
    let reader = Receiver::from_owned_fd(read)?;
    start(bus, name, Fd::from(write)).await?;
    let mut bytes = Vec::new();
    let mut reader = reader.take(MAX_BYTES);
    let reading = timeout(TIMEOUT, reader.read_to_end(&mut bytes));
    reading.await.map_err(|_| FetchError::Slow)??;
    let text = String::from_utf8_lossy(&bytes);
    if text.trim().is_empty() {
        return Err(FetchError::Nothing);
    }
    Ok(text.into_owned())
}

async fn start(bus: &Bus, name: &PackageName, output: Fd<'_>) -> Result<(), BusError> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let number = since.unwrap_or_default().as_nanos();
    let unit = format!("potion-changelog-{number}.service");
    let none: [(&str, Vec<(&str, Variant<'_>)>); 0] = [];
    let body = (unit, "fail", properties(name, output), none.as_slice());
    let connection = bus.connection().await?;
    let manager = (Some(SYSTEMD), SYSTEMD_PATH, Some(MANAGER));
    let call = connection.call_method(manager.0, manager.1, manager.2, "StartTransientUnit", &body);
    call.await?;
    Ok(())
}

fn properties<'a>(name: &PackageName, output: Fd<'a>) -> Vec<(&'static str, Variant<'a>)> {
    let argv = [APT_GET, "-qq", "changelog", "--", name.as_str()];
    let argv: Vec<String> = argv.map(str::to_owned).into();
    let exec = vec![(APT_GET.to_owned(), argv, false)];
    let families = ["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"];
    let timeout = u64::try_from(TIMEOUT.as_micros()).unwrap_or(u64::MAX);
    vec![
        (
            "Description",
            Variant::from("A changelog for Potion Server"),
        ),
        ("Type", "exec".into()),
        ("ExecStart", exec.into()),
        ("CollectMode", "inactive-or-failed".into()),
        ("RuntimeMaxUSec", timeout.into()),
        ("StandardInput", "null".into()),
        ("StandardOutputFileDescriptor", Variant::Fd(output)),
        ("StandardError", "null".into()),
        (
            "Environment",
            vec!["LC_ALL=C.UTF-8", "PAGER=/bin/cat"].into(),
        ),
        ("DynamicUser", true.into()),
        ("NoNewPrivileges", true.into()),
        ("CapabilityBoundingSet", 0_u64.into()),
        ("ProtectSystem", "strict".into()),
        ("ProtectHome", "yes".into()),
        ("PrivateDevices", true.into()),
        ("ProtectProc", "invisible".into()),
        ("ProtectKernelTunables", true.into()),
        ("ProtectKernelModules", true.into()),
        ("ProtectKernelLogs", true.into()),
        ("ProtectControlGroups", true.into()),
        ("ProtectClock", true.into()),
        ("ProtectHostname", true.into()),
        ("LockPersonality", true.into()),
        ("MemoryDenyWriteExecute", true.into()),
        ("RestrictRealtime", true.into()),
        ("RestrictSUIDSGID", true.into()),
        ("RestrictNamespaces", 0_u64.into()),
        ("SystemCallArchitectures", vec!["native"].into()),
        ("SystemCallFilter", (true, vec!["@system-service"]).into()),
        ("RestrictAddressFamilies", (true, families.to_vec()).into()),
        ("MemoryMax", MEMORY_MAX_BYTES.into()),
        ("TasksMax", TASKS_MAX.into()),
    ]
}
