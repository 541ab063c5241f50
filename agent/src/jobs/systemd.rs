//! Jobs as systemd's transient units.
//!
//! ExecStart is this program's own file with `job ID` and nothing else: systemd expands `${}` and refuses
//! arguments that are not UTF-8, and neither can be in a number.
//!
//! What dpkg's maintainer scripts need is everything (devices, mounts, users, kernel modules, other
//! units), so the usual fences (ProtectSystem=, PrivateDevices=, SystemCallFilter=, NoNewPrivileges=, which
//! would break AppArmor transitions and set-id programs that scripts call) cannot be set, and the bounding set of
//! `potiond` does not bind a unit that systemd starts. What can be set is: no keyring of others, no
//! real-time scheduling, no core dumps, a low weight beside the services that people are using.
//!
//! dpkg must not be killed half-way: KillMode=mixed sends SIGTERM to the helper alone, which goes on to a
//! safe point, and a shutdown waits [`STOP_TIMEOUT`] for it. Cancelling is a SIGTERM by `KillUnit` and not
//! `StopUnit`, which would start that clock and end in SIGKILL.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use nix::sys::stat::{Mode, SFlag, stat};
use potion_proto::jobs::JobId;
use zbus::{MatchRule, MessageStream, OwnedObjectPath, OwnedVariant, Variant, message};

use super::runner::{Runner, RunnerError, unit};
use crate::bus::{Bus, BusError, MANAGER, PROPERTIES, SYSTEMD, SYSTEMD_PATH};

/// How long a shutdown waits for a job to come to a safe point.
const STOP_TIMEOUT: Duration = Duration::from_secs(30 * 60);
const NO_SUCH_UNIT: &str = "org.freedesktop.systemd1.NoSuchUnit";
const UNIT: &str = "org.freedesktop.systemd1.Unit";

/// Runs jobs through the system bus.
#[derive(Clone, Debug)]
pub struct Systemd {
    bus: Bus,
    program: PathBuf,
}

impl Systemd {
    /// A runner of this program, which must be ours alone to write.
    #[must_use]
    pub fn new(bus: Bus, program: PathBuf) -> Self {
        Self { bus, program }
    }

    async fn call(
        &self,
        method: &str,
        body: &(impl serde::Serialize + zbus::zvariant::DynamicType + Sync),
    ) -> Result<zbus::Message, BusError> {
        let connection = self.bus.connection().await?;
        let manager = (Some(SYSTEMD), SYSTEMD_PATH, Some(MANAGER));
        let sent = connection.call_method(manager.0, manager.1, manager.2, method, body);
        Ok(sent.await?)
    }

    async fn start_unit(&self, job: JobId) -> Result<(), RunnerError> {
        let program = trusted(&self.program)?;
        let properties = properties(job, program);
        let none: [(&str, Vec<(&str, Variant<'_>)>); 0] = [];
        let body = (unit(job), "fail", properties, none.as_slice());
        self.call("StartTransientUnit", &body)
            .await
            .map_err(error)?;
        Ok(())
    }

    async fn signal_helper(&self, job: JobId) -> Result<(), RunnerError> {
        let sigterm = nix::libc::SIGTERM;
        match self.call("KillUnit", &(unit(job), "main", sigterm)).await {
            Err(failed) if is_no_such_unit(&failed) => Ok(()),
            answered => answered.map(drop).map_err(error),
        }
    }

    /// Listens before it looks, so that no end falls in between.
    async fn until_gone(&self, job: JobId) -> Result<(), BusError> {
        let name = unit(job);
        let connection = self.bus.connection().await?;
        let rule = MatchRule::builder()
            .msg_type(message::Type::Signal)
            .sender(SYSTEMD)
            .interface(MANAGER)
            .member("UnitRemoved")
            .arg(0, name.as_str())
            .build()?;
        let mut removed = MessageStream::for_match_rule(rule, &connection, None).await?;
        while self.is_there(&name).await? {
            if removed.next().await.is_none() {
                return Err(BusError::Slow);
            }
        }
        Ok(())
    }

    /// A unit is there while it is loaded; one that ended with `CollectMode=inactive-or-failed` is not, but
    /// for the moment before it is collected.
    async fn is_there(&self, name: &str) -> Result<bool, BusError> {
        let path: OwnedObjectPath = match self.call("GetUnit", &(name,)).await {
            Err(failed) if is_no_such_unit(&failed) => return Ok(false),
            answered => answered?.body().deserialize()?,
        };
        let state: String = self.property(&path, "ActiveState").await?;
        if state != "inactive" && state != "failed" {
            return Ok(true);
        }
        let (queued, _): (u32, OwnedObjectPath) = self.property(&path, "Job").await?;
        Ok(queued != 0)
    }

    async fn property<T>(&self, unit: &OwnedObjectPath, name: &str) -> Result<T, BusError>
    where
        T: TryFrom<OwnedVariant>,
        T::Error: Into<zbus::Error>,
    {
        let connection = self.bus.connection().await?;
        let get = (UNIT, name);
        let answer = connection.call_method(Some(SYSTEMD), unit, Some(PROPERTIES), "Get", &get);
        let value: OwnedVariant = answer.await?.body().deserialize()?;
        Ok(T::try_from(value).map_err(Into::into)?)
    }
}

impl Runner for Systemd {
    fn start(&self, job: JobId) -> BoxFuture<'_, Result<(), RunnerError>> {
        Box::pin(self.start_unit(job))
    }

    fn cancel(&self, job: JobId) -> BoxFuture<'_, Result<(), RunnerError>> {
        Box::pin(self.signal_helper(job))
    }

    fn gone(&self, job: JobId) -> BoxFuture<'_, Result<(), RunnerError>> {
        Box::pin(async move { self.until_gone(job).await.map_err(error) })
    }
}

fn properties(job: JobId, program: &str) -> Vec<(&'static str, Variant<'static>)> {
    let argv = vec![program.to_owned(), "job".to_owned(), job.to_string()];
    let exec = vec![(program.to_owned(), argv, false)];
    let timeout = u64::try_from(STOP_TIMEOUT.as_micros()).unwrap_or(u64::MAX);
    vec![
        (
            "Description",
            Variant::from(format!("Job {job} of Potion Server")),
        ),
        ("Type", "exec".into()),
        ("ExecStart", exec.into()),
        ("CollectMode", "inactive-or-failed".into()),
        ("KillMode", "mixed".into()),
        ("TimeoutStopUSec", timeout.into()),
        ("StandardInput", "null".into()),
        ("StandardOutput", "journal".into()),
        ("StandardError", "journal".into()),
        ("SyslogIdentifier", "potion-job".into()),
        ("UMask", 0o022_u32.into()),
        ("KeyringMode", "private".into()),
        ("RestrictRealtime", true.into()),
        ("LimitCORE", 0_u64.into()),
        ("CPUWeight", 50_u64.into()),
        ("IOWeight", 50_u64.into()),
        // A script that runs out of memory fails its package; the helper must live to say so.
        ("OOMPolicy", "continue".into()),
        ("OOMScoreAdjust", (-500_i32).into()),
    ]
}

/// The path, when only root can have written the file: systemd runs it as root with all rights.
fn trusted(program: &Path) -> Result<&str, RunnerError> {
    let refuse = |why| RunnerError::Program(program.display().to_string(), why);
    let path = program.to_str().ok_or_else(|| refuse("not a UTF-8 path"))?;
    if !program.is_absolute() {
        return Err(refuse("not an absolute path"));
    }
    let found = stat(program).map_err(|_| refuse("not there"))?;
    let others = (Mode::S_IWGRP | Mode::S_IWOTH).bits();
    if SFlag::from_bits_truncate(found.st_mode & SFlag::S_IFMT.bits()) != SFlag::S_IFREG {
        return Err(refuse("not a file"));
    }
    if found.st_uid != 0 || found.st_mode & others != 0 {
        return Err(refuse("others than root may write it"));
    }
    Ok(path)
}

/// The file this process was started from. After an upgrade the kernel calls it deleted, and the new
/// one stands at the same path.
///
/// # Errors
/// When /proc does not tell.
pub fn own_program() -> std::io::Result<PathBuf> {
    let path = std::fs::read_link("/proc/self/exe")?;
    let text = path.to_string_lossy();
    Ok(match text.strip_suffix(" (deleted)") {
        Some(stripped) => PathBuf::from(stripped),
        None => path,
    })
}

fn is_no_such_unit(error: &BusError) -> bool {
    error
        .refusal()
        .is_some_and(|(name, _)| name == NO_SUCH_UNIT)
}

fn error(error: BusError) -> RunnerError {
    match (error.refusal(), error) {
        (Some((name, words)), _) => RunnerError::Refused(format!("{name}: {words}")),
        (None, error @ BusError::Call(_)) => RunnerError::Lost(error.to_string()),
        (None, error) => RunnerError::Unavailable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    #[test]
    fn only_a_file_that_root_alone_may_write_is_run() {
        assert!(trusted(Path::new("/bin/sh")).is_ok());
        assert!(trusted(Path::new("sh")).is_err());
        assert!(trusted(Path::new("/tmp")).is_err());
        assert!(trusted(Path::new("/no/such")).is_err());
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("potiond");
        std::fs::write(&file, "").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o775);
        std::fs::set_permissions(&file, mode).unwrap();
        assert!(trusted(&file).is_err());
    }

    #[test]
    fn our_own_program_is_found() {
        assert!(own_program().unwrap().is_absolute());
    }
}
