//! The work of apt's jobs, in the helper.
//!
//! An upgrade is two runs of apt: a download, which may be broken off, and then the installation,
//! which may not. `--no-remove` stands in both, so nothing is removed that a plan did not name.
//! Configuration files that the admin changed are kept (`--force-confold`). Restarts of services are left
//! to people (`NEEDRESTART_MODE=l`).

mod autoremove;
mod hold;
mod refresh;
mod repair;
mod upgrade;

use std::path::PathBuf;
use std::time::Duration;

use potion_proto::jobs::Ending;

use super::lock;
use super::progress::{self, Report, clean};
use crate::exec::Tool;
use crate::jobs::spec::{Outcome, Spec, Work};
use crate::jobs::{Desk, Halt, Ran};

/// Names that one fact lists.
const NAMES_MAX: usize = 40;
/// What the lock's holder is asked anew after.
const LOCK_LOOK: Duration = Duration::from_secs(5);

/// Facts of a result.
type Facts = Vec<(String, String)>;

/// apt's programs and locks.
#[derive(Clone, Debug)]
pub struct Programs {
    /// apt-get(8).
    pub apt_get: PathBuf,
    /// apt-mark(8).
    pub apt_mark: PathBuf,
    /// dpkg(1).
    pub dpkg: PathBuf,
    /// dpkg-query(1).
    pub dpkg_query: PathBuf,
    /// What an installation waits for.
    pub dpkg_locks: Vec<PathBuf>,
    /// What a refresh waits for.
    pub lists_locks: Vec<PathBuf>,
}

impl Programs {
    /// Those of Debian.
    #[must_use]
    pub fn installed() -> Self {
        Self {
            apt_get: "/usr/bin/apt-get".into(),
            apt_mark: "/usr/bin/apt-mark".into(),
            dpkg: "/usr/bin/dpkg".into(),
            dpkg_query: "/usr/bin/dpkg-query".into(),
            dpkg_locks: [lock::FRONTEND, lock::DPKG, lock::ARCHIVES]
                .map(PathBuf::from)
                .into(),
            lists_locks: vec![lock::LISTS.into()],
        }
    }

    /// apt-get as this work runs it: no questions, no restarts, no time limit.
    fn apt_get(&self, spec: &Spec) -> Tool {
        Tool::new(&self.apt_get)
            .endless()
            .env("DEBIAN_FRONTEND", "noninteractive")
            .env("NEEDRESTART_MODE", "l")
            .env("APT_LISTCHANGES_FRONTEND", "none")
            .arg("-y")
            .arg("-q")
            .args(["-o", "Dpkg::Options::=--force-confdef"])
            .args(["-o", "Dpkg::Options::=--force-confold"])
            .arg("-o")
            .arg(format!("DPkg::Lock::Timeout={}", spec.lock_wait_seconds))
            .status_fd("APT::Status-Fd")
    }

    /// apt-get that only tells what it would do; its output is C-locale text as scripts read it.
    fn simulate(&self) -> Tool {
        Tool::new(&self.apt_get)
            .timeout(Duration::from_secs(120))
            .args(["-s", "-o", "Debug::NoLocking=1"])
    }
}

/// Why the work did not end well.
#[derive(Debug)]
enum Trouble {
    Halt(Halt),
    Failed(Ending),
}

impl<E: Into<Halt>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Halt(error.into())
    }
}

fn failed(reason: impl Into<String>) -> Trouble {
    Trouble::Failed(Ending {
        reason: reason.into(),
        ..Ending::default()
    })
}

/// Does the work and says how it ended.
pub async fn run(spec: &Spec, desk: &mut Desk, programs: &Programs) -> Outcome {
    let done = match &spec.work {
        Work::Refresh => refresh::run(spec, desk, programs).await,
        Work::Upgrade(selection) => upgrade::run(spec, desk, programs, selection).await,
        Work::Autoremove(names) => autoremove::run(spec, desk, programs, names).await,
        Work::Repair => repair::run(spec, desk, programs).await,
        Work::Hold(name) => hold::run(spec, desk, programs, "hold", name).await,
        Work::Unhold(name) => hold::run(spec, desk, programs, "unhold", name).await,
    };
    match done {
        Ok(facts) => Outcome::done(facts),
        Err(Trouble::Halt(Halt::Stopped)) => Outcome::cancelled(),
        Err(Trouble::Halt(halt)) => Outcome::failed(halt.to_string()),
        Err(Trouble::Failed(ending)) => {
            let reason = ending.reason.clone();
            Outcome {
                ending,
                ..Outcome::failed(reason)
            }
        }
    }
}

/// Waits until nobody holds one of these locks, and says who does meanwhile.
async fn wait_for_locks(spec: &Spec, desk: &mut Desk, locks: &[PathBuf]) -> Result<(), Trouble> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(spec.lock_wait_seconds);
    while let Some((path, holder)) = lock::first_held(locks) {
        let now = tokio::time::Instant::now();
        if now >= deadline {
            return Err(failed(format!(
                "{holder} uses apt; try again when it is done"
            )));
        }
        desk.step("waiting-for-lock", &holder, true);
        desk.say(&format!(
            "waiting for {holder}, which holds {}",
            path.display()
        ));
        let look = LOCK_LOOK.min(deadline - now);
        // On a timeout the holder is looked up anew: it may be another one.
        let _ = desk
            .wait(tokio::time::timeout(look, lock::released(path)))
            .await?;
    }
    Ok(())
}

/// Runs apt; its reports move the progress from `from` to `to` percent, its errors are collected.
async fn run_apt(
    desk: &mut Desk,
    tool: &Tool,
    (from, to): (u8, u8),
) -> Result<(Ran, Vec<(String, String)>), Trouble> {
    let mut errors = Vec::new();
    let ran = desk
        .run(tool, |desk, line| match progress::parse(line) {
            Some(Report::Download(percent, text)) => desk.at(scale(percent, from, to), &text),
            Some(Report::Package(package, percent, _)) => {
                let item = if package == "dpkg-exec" { "" } else { &package };
                desk.at(scale(percent, from, to), item);
            }
            Some(Report::Error(package, text)) => errors.push((package, text)),
            Some(Report::Conffile(_)) | None => {}
        })
        .await?;
    Ok((ran, errors))
}

fn scale(percent: f32, from: u8, to: u8) -> Option<u8> {
    let at = f32::from(from) + percent.clamp(0.0, 100.0) / 100.0 * f32::from(to - from);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 100 fits"
    )]
    Some(at.round() as u8)
}

/// What went wrong, in the words of dpkg or else of apt's last error line.
fn reason(ran: &Ran, errors: &[(String, String)]) -> String {
    if let Some((package, text)) = errors.first() {
        return clean(&format!("{package}: {text}"));
    }
    let mut lines = ran.text.lines().rev();
    let last = lines.find_map(|line| {
        line.strip_prefix("E: ")
            .or(line.strip_prefix("dpkg: error: "))
    });
    match last {
        Some(line) => clean(line),
        None => format!("apt ended with {:?}", ran.ended),
    }
}

fn trouble(ran: &Ran, errors: &[(String, String)], facts: Facts) -> Trouble {
    Trouble::Failed(Ending {
        status: ran.ended.status(),
        reason: reason(ran, errors),
        facts,
        tail: Vec::new(),
    })
}

fn fact(key: &str, value: impl Into<String>) -> (String, String) {
    (key.to_owned(), value.into())
}

/// `a, b, c`, shortened after [`NAMES_MAX`].
fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let mut shown: Vec<&str> = names.iter().take(NAMES_MAX).map(AsRef::as_ref).collect();
    if names.len() > NAMES_MAX {
        shown.push("…");
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests;
