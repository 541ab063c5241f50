//! Host programs that the tests call, installed from Debian when they are missing, so that a fresh machine needs nothing by hand.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

/// Why a host program cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// The table below does not know the program.
    #[error("no Debian package is known for `{0}`: add it to PACKAGES in tests/src/tools.rs")]
    Unknown(String),
    /// Only root may install packages.
    #[error("these packages are missing: {0}. Run as root, or: sudo apt-get install {0}")]
    NotRoot(String),
    /// apt-get ended badly; its own words follow.
    #[error("apt-get {step} failed:\n{output}")]
    Apt {
        /// What apt-get was asked to do.
        step: String,
        /// Its standard error.
        output: String,
    },
    /// The lock file or apt-get itself could not be opened.
    #[error("cannot prepare the host's tools")]
    Io(#[from] std::io::Error),
}

/// Program → the Debian package that holds it.
const PACKAGES: &[(&str, &str)] = &[
    ("chromedriver", "chromium-driver"),
    ("chromium", "chromium"),
    ("curl", "curl"),
    ("dpkg-deb", "dpkg"),
    ("dpkg-shlibdeps", "dpkg-dev"),
    ("lintian", "lintian"),
    ("llvm-cov-22", "llvm-22"),
    ("llvm-profdata-22", "llvm-22"),
    ("mkfs.ext4", "e2fsprogs"),
    ("mmdebstrap", "mmdebstrap"),
    ("nsenter", "util-linux"),
    ("objcopy", "binutils"),
    ("python3", "python3"),
    ("readelf", "binutils"),
    ("systemd-nspawn", "systemd-container"),
];

const SEARCH: [&str; 6] = [
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
];

/// One apt-get at a time among the test processes of this machine.
const LOCK: &str = "/run/lock/potion-tools.lock";

/// Makes sure that every one of `programs` is installed; needs root and apt only when one is missing.
pub fn need(programs: &[&str]) -> Result<(), ToolError> {
    if missing(programs)?.is_empty() {
        return Ok(());
    }
    let lock = File::create(LOCK)?;
    lock.lock()?;
    let packages = missing(programs)?;
    if packages.is_empty() {
        return Ok(());
    }
    if !nix::unistd::Uid::effective().is_root() {
        return Err(ToolError::NotRoot(packages.join(" ")));
    }
    refresh()?;
    let install = ["install", "-qq", "--yes", "--no-install-recommends"];
    apt_get(&[&install[..], &packages[..]].concat())
}

/// Fetches the host's package lists.
pub fn refresh() -> Result<(), ToolError> {
    apt_get(&["update", "-qq"])
}

fn missing(programs: &[&str]) -> Result<Vec<&'static str>, ToolError> {
    let mut packages = Vec::new();
    for program in programs.iter().filter(|program| !installed(program)) {
        let package = package_of(program)?;
        if !packages.contains(&package) {
            packages.push(package);
        }
    }
    Ok(packages)
}

fn installed(program: &str) -> bool {
    SEARCH
        .iter()
        .any(|folder| Path::new(folder).join(program).exists())
}

fn package_of(program: &str) -> Result<&'static str, ToolError> {
    PACKAGES
        .iter()
        .find(|(name, _)| *name == program)
        .map(|(_, package)| *package)
        .ok_or_else(|| ToolError::Unknown(program.to_owned()))
}

fn apt_get(arguments: &[&str]) -> Result<(), ToolError> {
    let output = Command::new("apt-get")
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(ToolError::Apt {
        step: arguments.join(" "),
        output: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_needs_no_root() {
        assert!(need(&["nsenter", "dpkg-deb"]).is_ok());
    }

    #[test]
    fn an_unknown_program_names_the_table() {
        let error = need(&["no-such-program"]).expect_err("it is unknown");
        assert!(error.to_string().contains("tests/src/tools.rs"));
    }
}
