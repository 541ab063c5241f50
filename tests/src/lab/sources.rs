//! Where packages come from: the host's own apt configuration, read at run time, pointed at another suite. No mirror is written down.

use std::process::Command;

use super::LabError;
use super::suite::Suite;
use crate::tools;

/// Debian's archive keys, from the package debian-archive-keyring.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// apt options that an image build takes over from the host: proxies, certificates, clock checks.
const OPTIONS: [&str; 4] = [
    "Acquire::http::",
    "Acquire::https::",
    "Acquire::Check-Valid-Until ",
    "Acquire::Check-Date ",
];

/// The `sources.list` lines for `suite`: main, updates and security, from the mirrors that the host uses.
pub(super) fn lines(suite: Suite) -> Result<String, LabError> {
    let host = host_codename()?;
    let mut lines = translated(&host, suite)?;
    if lines.is_empty() {
        // apt names its targets only once it has lists.
        tools::refresh()?;
        lines = translated(&host, suite)?;
    }
    if lines.is_empty() {
        return Err(LabError::NoMirror(host));
    }
    Ok(lines.join("\n") + "\n")
}

fn translated(host: &str, suite: Suite) -> Result<Vec<String>, LabError> {
    let format = "$(RELEASE) $(REPO_URI)";
    let targets = stdout("apt-get", &["indextargets", "--format", format])?;
    let mut lines: Vec<String> = targets
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(release, uri)| line(release.strip_prefix(host)?, uri, suite))
        .collect();
    lines.sort();
    lines.dedup();
    Ok(lines)
}

fn line(pocket: &str, uri: &str, suite: Suite) -> Option<String> {
    let known = ["", "-updates", "-security"].contains(&pocket);
    let release = suite.codename();
    known.then(|| format!("deb [signed-by={KEYRING}] {uri} {release}{pocket} main"))
}

/// The host's proxy, certificate and clock settings, one `Name "value";` each.
pub(super) fn options() -> Result<Vec<String>, LabError> {
    let dump = stdout("apt-config", &["dump"])?;
    Ok(dump
        .lines()
        .filter(|line| OPTIONS.iter().any(|option| line.starts_with(option)))
        .filter(|line| !line.ends_with("\"\";"))
        .map(str::to_owned)
        .collect())
}

fn host_codename() -> Result<String, LabError> {
    let release = std::fs::read_to_string("/etc/os-release")?;
    let found = release
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    Ok(found.unwrap_or_default().trim_matches('"').to_owned())
}

fn stdout(program: &str, arguments: &[&str]) -> Result<String, LabError> {
    let output = Command::new(program).args(arguments).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pocket_moves_to_the_other_suite() {
        let line = line("-security", "http://mirror.invalid/s", Suite::Trixie);
        let line = line.expect("security is a pocket we use");
        assert!(line.ends_with("http://mirror.invalid/s trixie-security main"));
    }

    #[test]
    fn backports_stay_out() {
        assert_eq!(line("-backports", "http://m.invalid", Suite::Trixie), None);
    }
}
