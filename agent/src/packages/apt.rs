//! apt as it is installed: asks its programs and understands their answers.
//!
//! Nothing here takes a lock or writes: simulations run with `Debug::NoLocking`, and the agent's sandbox
//! has no way to write apt's files. The answer is kept until one of the files that it depends on changes.

mod fetch;
mod installed;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::future::BoxFuture;
use potion_proto::names::PackageName;
use potion_proto::packages::{Restarts, Selection, Status, Upgradable};
use potion_proto::time::Timestamp;
use tokio::sync::Mutex;

use super::port::{Forecast, PackageError, Packages, Question};
use super::simulation::{Simulation, Step};
use super::{archives, audit, lists};
use crate::bus::Bus;
use crate::exec::{Limits, Output, Tool};

const APT_GET: &str = "/usr/bin/apt-get";
const APT_CACHE: &str = "/usr/bin/apt-cache";
const APT_MARK: &str = "/usr/bin/apt-mark";
const DPKG: &str = "/usr/bin/dpkg";
const APT_STATE: &str = "/var/lib/apt";
const DPKG_STATE: &str = "/var/lib/dpkg";

/// A laptop's disk under load takes its time over 60,000 packages.
const SLOW: Duration = Duration::from_secs(60);
const STANZAS_MAX_BYTES: usize = 16 << 20;

/// The machine's apt.
#[derive(Debug, Default)]
pub struct Apt {
    bus: Bus,
    /// Held while apt is asked, so that those who ask at once share one answer.
    known: Mutex<Option<(Stamp, Status)>>,
}

/// Times of the files that a status depends on.
type Stamp = Vec<Option<SystemTime>>;

impl Apt {
    /// apt, and the bus to systemd, which fetches changelogs for us.
    #[must_use]
    pub fn new(bus: Bus) -> Self {
        Self {
            bus,
            known: Mutex::default(),
        }
    }

    /// The candidate's from its archive; without a network the installed one's.
    async fn changes(&self, name: PackageName) -> Result<String, PackageError> {
        match fetch::changelog(&self.bus, &name).await {
            Ok(text) => Ok(text),
            Err(error) => {
                tracing::info!(%name, %error, "no changelog from its archive");
                installed::changelog(name).await
            }
        }
    }

    async fn look(&self) -> Result<Status, PackageError> {
        let mut known = self.known.lock().await;
        let stamp = stamp();
        if let Some((of, status)) = &*known
            && *of == stamp
        {
            return Ok(status.clone());
        }
        let status = status().await?;
        *known = Some((stamp, status.clone()));
        Ok(status)
    }
}

impl Packages for Apt {
    fn status(&self) -> BoxFuture<'_, Result<Status, PackageError>> {
        Box::pin(self.look())
    }

    fn foresee(&self, question: Question) -> BoxFuture<'_, Result<Forecast, PackageError>> {
        Box::pin(foresee(question))
    }

    fn changelog(&self, name: PackageName) -> BoxFuture<'_, Result<String, PackageError>> {
        Box::pin(self.changes(name))
    }

    fn restarts(&self) -> BoxFuture<'_, Result<Restarts, PackageError>> {
        Box::pin(installed::restarts())
    }

    fn installed(&self, name: PackageName) -> BoxFuture<'_, Result<(), PackageError>> {
        Box::pin(installed::installed(name))
    }
}

fn stamp() -> Stamp {
    let apt = Path::new(APT_STATE);
    let dpkg = Path::new(DPKG_STATE);
    let places: [PathBuf; 7] = [
        dpkg.join("status"),
        dpkg.join("updates"),
        apt.join("lists"),
        apt.join("lists/partial"),
        apt.join("extended_states"),
        "/etc/apt/preferences.d".into(),
        "/etc/apt/sources.list.d".into(),
    ];
    let time = |place: &PathBuf| std::fs::metadata(place).ok()?.modified().ok();
    places.iter().map(time).collect()
}

async fn status() -> Result<Status, PackageError> {
    let audit = Tool::new(DPKG).arg("--audit");
    let (all, held, auto, audit) = futures::join!(
        simulate(&["--ignore-hold", "dist-upgrade"]),
        names(Tool::new(APT_MARK).arg("showhold")),
        simulate(&["autoremove"]),
        audit.output(),
    );
    let (held, audit) = (held?, audit?);
    let broken = audit::packages(&audit.text()) > 0 || interrupted();
    let (all, auto) = match (all, auto) {
        (Ok(all), Ok(auto)) => (all, auto),
        // Unmet dependencies stop every simulation; that is what a repair is for.
        (Err(PackageError::Refused(_)), _) | (_, Err(PackageError::Refused(_))) if broken => {
            Default::default()
        }
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let sizes = sizes(&all.upgrades).await?;
    let upgradable = upgradable(all.upgrades, &held, &sizes);
    Ok(Status {
        refreshed: lists::refreshed(Path::new(APT_STATE)).map(timestamp),
        download_bytes: total(&upgradable),
        upgradable,
        held,
        removable: sorted(auto.removes),
        broken: broken || !all.configures.is_empty(),
    })
}

/// dpkg keeps what it did since its status was last written whole as numbered files.
fn interrupted() -> bool {
    let entries = std::fs::read_dir(Path::new(DPKG_STATE).join("updates"));
    let mut names = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name());
    names.any(|name| {
        name.to_string_lossy()
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    })
}

fn upgradable(steps: Vec<Step>, held: &[PackageName], sizes: &[u64]) -> Vec<Upgradable> {
    let row = |(step, bytes): (Step, &u64)| Upgradable {
        held: held.contains(&step.name),
        installed: step.installed.unwrap_or_default(),
        candidate: step.candidate,
        security: step.security,
        download_bytes: *bytes,
        name: step.name,
    };
    let mut rows: Vec<_> = steps.into_iter().zip(sizes).map(row).collect();
    rows.sort_by(|a, b| (!a.security, &a.name).cmp(&(!b.security, &b.name)));
    rows
}

fn total(upgradable: &[Upgradable]) -> u64 {
    let taken = upgradable.iter().filter(|row| !row.held);
    taken.map(|row| row.download_bytes).sum()
}

async fn foresee(question: Question) -> Result<Forecast, PackageError> {
    let steps = match &question {
        Question::Autoremove => simulate(&["autoremove"]).await?,
        Question::Upgrade(Selection::All) => simulate(&["--with-new-pkgs", "upgrade"]).await?,
        Question::Upgrade(Selection::Chosen(names)) => only(names).await?,
        Question::Upgrade(Selection::Security) => {
            let all = simulate(&["dist-upgrade"]).await?;
            let secure = all.upgrades.into_iter().filter(|step| step.security);
            only(&secure.map(|step| step.name).collect::<Vec<_>>()).await?
        }
    };
    let coming: Vec<Step> = steps
        .upgrades
        .iter()
        .chain(&steps.installs)
        .cloned()
        .collect();
    let download_bytes = sizes(&coming).await?.iter().sum();
    Ok(Forecast {
        steps,
        download_bytes,
    })
}

async fn only(names: &[PackageName]) -> Result<Simulation, PackageError> {
    if names.is_empty() {
        return Ok(Simulation::default());
    }
    let mut words = vec!["--only-upgrade", "install", "--"];
    words.extend(names.iter().map(PackageName::as_str));
    simulate(&words).await
}

async fn simulate(words: &[&str]) -> Result<Simulation, PackageError> {
    let tool = Tool::new(APT_GET)
        .timeout(SLOW)
        .args(["-s", "-o", "Debug::NoLocking=1"])
        .args(words);
    let said = tool.output().await?;
    Ok(Simulation::parse(&good(&said)?.text()))
}

fn good(said: &Output) -> Result<&Output, PackageError> {
    if said.ended.is_ok() {
        return Ok(said);
    }
    let complaint = said.complaint();
    let line = complaint
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("E: "));
    let words = line.unwrap_or(complaint.as_str());
    Err(PackageError::Refused(super::progress::clean(words)))
}

/// Bytes of each step's archive; 0 where apt does not know.
async fn sizes(steps: &[Step]) -> Result<Vec<u64>, PackageError> {
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let limits = Limits {
        stdout_max_bytes: STANZAS_MAX_BYTES,
        timeout: Some(SLOW),
        ..Limits::default()
    };
    let exact = |step: &Step| format!("{}={}", step.name, step.candidate);
    let show = Tool::new(APT_CACHE).limits(limits).arg("show").arg("--");
    let said = show.args(steps.iter().map(exact)).output().await?;
    let sizes = archives::sizes(&said.text());
    let size = |step: &Step| {
        let name = bare(&step.name).to_owned();
        sizes.get(&(name, step.candidate.clone())).copied()
    };
    Ok(steps.iter().map(|step| size(step).unwrap_or(0)).collect())
}

/// The name without an architecture.
fn bare(name: &PackageName) -> &str {
    let name = name.as_str();
    name.split_once(':').map_or(name, |(name, _)| name)
}

async fn names(tool: Tool) -> Result<Vec<PackageName>, PackageError> {
    let said = tool.timeout(SLOW).output().await?;
    let lines = good(&said)?.text().into_owned();
    Ok(sorted(lines.lines().flat_map(PackageName::new).collect()))
}

fn sorted(mut names: Vec<PackageName>) -> Vec<PackageName> {
    names.sort();
    names
}

fn timestamp(time: SystemTime) -> Timestamp {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
