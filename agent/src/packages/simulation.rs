//! What `apt-get -s` says it would do: the `Inst`, `Remv` and `Conf` lines that apt prints for scripts
//! (apt-get(8), `--simulate`). `apt list --upgradable` warns that its own format is not stable; this is.

use potion_proto::names::PackageName;

/// A package that would be installed or upgraded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name, with its architecture when that is a foreign one.
    pub name: PackageName,
    /// The version it has; None when it is new.
    pub installed: Option<String>,
    /// The version it would get.
    pub candidate: String,
    /// One of the archives that offer this version is for security.
    pub security: bool,
}

/// All that would happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulation {
    /// Packages that get a newer version.
    pub upgrades: Vec<Step>,
    /// Packages that come along.
    pub installs: Vec<Step>,
    /// Packages that go.
    pub removes: Vec<PackageName>,
    /// Packages that are there and would be configured: half-configured ones.
    pub configures: Vec<PackageName>,
}

impl Simulation {
    /// Reads apt's output; lines that are something else are passed over.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut simulation = Self::default();
        for line in text.lines() {
            match line.split_once(' ') {
                Some(("Inst", rest)) => simulation.install(rest),
                Some(("Remv" | "Purg", rest)) => simulation.removes.extend(name(rest)),
                Some(("Conf", rest)) => simulation.configures.extend(name(rest)),
                _ => {}
            }
        }
        simulation.keep_half_configured();
        simulation
    }

    /// Bytes and versions aside: nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.upgrades.is_empty() && self.installs.is_empty() && self.removes.is_empty()
    }

    fn install(&mut self, rest: &str) {
        match step(rest) {
            Some(step) if step.installed.is_some() => self.upgrades.push(step),
            Some(step) => self.installs.push(step),
            None => {}
        }
    }

    /// Each installed package is configured too; those that only are were left half-way.
    fn keep_half_configured(&mut self) {
        let new = self.upgrades.iter().chain(&self.installs);
        let new: std::collections::HashSet<_> = new.map(|step| &step.name).collect();
        self.configures.retain(|name| !new.contains(name));
    }
}

fn name(rest: &str) -> Option<PackageName> {
    PackageName::new(rest.split_whitespace().next()?).ok()
}

/// `alpha [1.0] (1.1 Debian:12.12/oldstable, Debian-Security:12/oldstable-security [amd64])`, then
/// perhaps a list of what it breaks meanwhile.
fn step(rest: &str) -> Option<Step> {
    let name = name(rest)?;
    let (before, after) = rest.split_once(" (")?;
    let installed = before
        .split_once(" [")
        .and_then(|(_, version)| version.split(']').next())
        .map(str::to_owned);
    let inside = after.split("])").next()?;
    let (candidate, origins) = inside.split_once(' ')?;
    Some(Step {
        name,
        installed,
        candidate: candidate.to_owned(),
        security: origins.split(", ").any(is_security),
    })
}

/// `Label:Version/Archive` or `Label:Archive`, perhaps with the architecture behind it.
fn is_security(origin: &str) -> bool {
    let origin = origin.split(" [").next().unwrap_or(origin);
    let (label, archive) = origin.split_once(':').unwrap_or((origin, ""));
    let archive = archive.rsplit('/').next().unwrap_or(archive);
    label == "Debian-Security" || archive.ends_with("-security")
}

/// The names under `The following packages have been kept back:`.
#[must_use]
pub fn kept_back(output: &str) -> Vec<String> {
    let mut lines = output.lines();
    let heading = lines.find(|line| line.starts_with("The following packages have been kept back"));
    if heading.is_none() {
        return Vec::new();
    }
    let names = lines.take_while(|line| line.starts_with(' '));
    let names = names.flat_map(str::split_whitespace);
    names
        .filter(|name| PackageName::new(*name).is_ok())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use proptest::prelude::*;

    use super::*;

    fn names(steps: &[Step]) -> Vec<&str> {
        steps.iter().map(|step| step.name.as_str()).collect()
    }

    #[test]
    fn a_dist_upgrade_with_a_new_dependency_a_removal_and_a_held_package_is_read() {
        let read = Simulation::parse(include_str!("captured/s-dist-ignorehold"));
        let upgraded = ["delta", "alpha", "beta", "eta", "gamma", "zeta"];
        assert_eq!(names(&read.upgrades), upgraded);
        assert_eq!(names(&read.installs), ["newdep"]);
        assert_eq!(read.removes, [PackageName::new("epsilon").unwrap()]);
        assert!(read.configures.is_empty());
        let beta = &read.upgrades[2];
        assert_eq!(
            (beta.installed.as_deref(), beta.candidate.as_str()),
            (Some("1.0"), "1.0+deb1")
        );
        let secure = read.upgrades.iter().filter(|step| step.security);
        assert_eq!(names(&secure.cloned().collect::<Vec<_>>()), ["beta"]);
    }

    #[test]
    fn a_half_configured_package_shows_as_one() {
        let read = Simulation::parse(include_str!("captured/s-dist-broken"));
        assert_eq!(read.configures, [PackageName::new("gamma").unwrap()]);
    }

    #[test]
    fn archives_of_debian_and_ubuntu_are_told_apart() {
        for origin in [
            "Debian-Security:12/oldstable-security",
            "Debian-Security:stable-security",
            "Ubuntu:24.04/noble-security [amd64]",
            "UbuntuESM:24.04/noble-infra-security",
        ] {
            assert!(is_security(origin), "{origin}");
        }
        for origin in ["Debian:12.12/oldstable", "Ubuntu:24.04/noble-updates", "x"] {
            assert!(!is_security(origin), "{origin}");
        }
    }

    #[test]
    fn several_archives_foreign_architectures_and_pending_breakage_are_read() {
        let read = Simulation::parse(
            "Inst libc6:i386 [2.36-9] (2.36-9+deb12u13 Debian:12.12/oldstable, Debian-Security:12/oldstable-security [i386]) [libc6:amd64 on libc6:i386] []\n",
        );
        let step = &read.upgrades[0];
        assert_eq!(step.name.as_str(), "libc6:i386");
        assert!(step.security);
        assert_eq!(step.candidate, "2.36-9+deb12u13");
    }

    #[test]
    fn packages_that_were_kept_back_are_named() {
        assert_eq!(kept_back(include_str!("captured/upgrade")), ["eta", "zeta"]);
        assert!(kept_back("nothing").is_empty());
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in "(Inst|Remv|Conf|Purg)? ?\\PC{0,80}") {
            let _ = Simulation::parse(&line);
        }

        #[test]
        fn brackets_in_any_order_make_no_panic(line in "Inst [a-z]{0,3}[ \\[\\]():/,a0.]{0,40}") {
            let _ = Simulation::parse(&line);
        }
    }
}
