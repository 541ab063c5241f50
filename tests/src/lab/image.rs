//! Base images: a Debian tree with the services that the tests want, built once by mmdebstrap and shared read-only by every machine.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::suite::Suite;
use super::{LabError, sources};
use crate::tools;

/// What every image holds beyond a minimal Debian. `python3-systemd` lets fail2ban read the journal, `apt-utils` builds
/// the tests' own repositories, `libcap2-bin` shows capabilities.
const PACKAGES: &[&str] = &[
    "apt-utils",
    "curl",
    "dbus",
    "fail2ban",
    "iproute2",
    "libcap2-bin",
    "libpam-systemd",
    "needrestart",
    "nftables",
    "nginx-light",
    "openssh-server",
    "procps",
    "python3-systemd",
    "systemd",
    "systemd-sysv",
    "tzdata",
    "util-linux",
];

/// Raised whenever the steps in `prepare` change, so that old images are not taken for new ones.
const RECIPE: u32 = 2;

const DEFAULT_CACHE: &str = "/var/cache/potion-lab";

/// A finished image.
pub(super) struct Image {
    /// Its root directory; never written to.
    pub(super) root: PathBuf,
}

impl Image {
    /// The image of `suite` with `extra` packages, built now if the cache has none. Parallel callers wait for one build.
    pub(super) fn cached(suite: Suite, extra: &[String]) -> Result<Self, LabError> {
        let cache = cache().join("images");
        fs::create_dir_all(&cache)?;
        let name = format!("{}-{:016x}", suite.codename(), key(suite, extra));
        let lock = File::create(cache.join(format!("{name}.lock")))?;
        lock.lock()?;
        let root = cache.join(&name);
        if !root.exists() {
            build(suite, extra, &cache.join(format!(".{name}.part")), &root)?;
        }
        Ok(Image { root })
    }
}

fn cache() -> PathBuf {
    std::env::var_os("POTION_LAB_CACHE").map_or_else(|| DEFAULT_CACHE.into(), PathBuf::from)
}

fn key(suite: Suite, extra: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (RECIPE, PACKAGES, suite, extra).hash(&mut hasher);
    hasher.finish()
}

/// Builds beside the final name and renames, so that an interrupted build leaves nothing that looks finished.
fn build(suite: Suite, extra: &[String], part: &Path, root: &Path) -> Result<(), LabError> {
    tools::need(&["mmdebstrap"])?;
    if part.exists() {
        fs::remove_dir_all(part)?;
    }
    debootstrap(suite, extra, part)?;
    prepare(part)?;
    fs::rename(part, root)?;
    Ok(())
}

fn debootstrap(suite: Suite, extra: &[String], part: &Path) -> Result<(), LabError> {
    let list = part.with_extension("list");
    fs::write(&list, sources::lines(suite)?)?;
    let packages: Vec<&str> = PACKAGES
        .iter()
        .copied()
        .chain(extra.iter().map(String::as_str))
        .collect();
    let output = Command::new("mmdebstrap")
        .args(["--variant=apt"])
        .arg(format!("--include={}", packages.join(",")))
        .args(options()?)
        .args([suite.codename().as_ref(), part.as_os_str()])
        .arg(&list)
        .stdin(Stdio::null())
        .output()?;
    fs::remove_file(&list)?;
    if output.status.success() {
        return Ok(());
    }
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(LabError::Image(suite, log))
}

fn options() -> Result<Vec<String>, LabError> {
    let options = sources::options()?;
    Ok(options
        .iter()
        .map(|option| format!("--aptopt={option}"))
        .collect())
}

/// Makes the tree a machine: no package source but what a test adds, and fail2ban reading the journal, for there is no syslog.
fn prepare(root: &Path) -> Result<(), LabError> {
    // mmdebstrap names the list after its input.
    for list in fs::read_dir(root.join("etc/apt/sources.list.d"))? {
        fs::remove_file(list?.path())?;
    }
    let options = root.join("etc/apt/apt.conf.d/99mmdebstrap");
    if options.exists() {
        fs::remove_file(options)?;
    }
    let jail = "[DEFAULT]\nbackend = systemd\nallowipv6 = auto\n";
    fs::write(root.join("etc/fail2ban/jail.d/zz-lab.local"), jail)?;
    fs::write(root.join("etc/hostname"), "potion-lab\n")?;
    fs::write(root.join("etc/hosts"), "127.0.0.1 localhost potion-lab\n")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_tells_suites_and_packages_apart() {
        let monit = ["monit".to_owned()];
        assert_ne!(key(Suite::Bookworm, &[]), key(Suite::Trixie, &[]));
        assert_ne!(key(Suite::Trixie, &[]), key(Suite::Trixie, &monit));
    }
}
