//! Whether the machine waits for a reboot.

use super::tree::Tree;

const REQUIRED: &str = "run/reboot-required";
const PACKAGES: &str = "run/reboot-required.pkgs";
const NAMES_MAX: usize = 50;

/// For which packages a reboot is pending; None when none is. `running` is the kernel's release.
pub(super) fn reboot(tree: &Tree, running: &str) -> Option<Vec<String>> {
    let kernel = newer_kernel(&tree.names("boot"), running);
    if kernel.is_none() && tree.maybe(REQUIRED).is_none() {
        return None;
    }
    let mut names = tree
        .maybe(PACKAGES)
        .map(|text| packages(&text))
        .unwrap_or_default();
    names.extend(kernel.map(|release| format!("linux-image-{release}")));
    names.sort_unstable();
    names.dedup();
    Some(names)
}

fn packages(text: &str) -> Vec<String> {
    let fits = |name: &&str| potion_proto::names::PackageName::new(*name).is_ok();
    text.lines()
        .map(str::trim)
        .filter(fits)
        .take(NAMES_MAX)
        .map(ToOwned::to_owned)
        .collect()
}

/// An installed kernel that is newer than the running one, which is installed too (in a container it is not, and there
/// a reboot changes nothing).
fn newer_kernel(boot: &[String], running: &str) -> Option<String> {
    let releases = boot.iter().filter_map(|name| name.strip_prefix("vmlinuz-"));
    let releases = releases.collect::<Vec<_>>();
    if !releases.contains(&running) {
        return None;
    }
    let newest = releases
        .into_iter()
        .max_by_key(|release| numbers(release))?;
    (numbers(newest) > numbers(running)).then(|| newest.to_owned())
}

/// The numbers in a release, which is how kernels of one kind follow each other.
fn numbers(release: &str) -> Vec<u64> {
    let words = release.split(|letter: char| !letter.is_ascii_digit());
    words.filter_map(|word| word.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    fn boot(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| format!("vmlinuz-{name}")).collect()
    }

    #[test]
    fn a_newer_kernel_waits_for_its_reboot() {
        let installed = boot(&["6.1.0-9-amd64", "6.1.0-40-amd64"]);
        assert_eq!(
            newer_kernel(&installed, "6.1.0-9-amd64").as_deref(),
            Some("6.1.0-40-amd64")
        );
        assert_eq!(newer_kernel(&installed, "6.1.0-40-amd64"), None);
        assert_eq!(newer_kernel(&installed, "5.10.0-hosts-own"), None);
    }

    #[test]
    fn packages_that_ask_for_it_are_named_once() {
        let folder = tempfile::tempdir().unwrap();
        let tree = Tree::at(folder.path().to_owned());
        assert_eq!(reboot(&tree, "6.1"), None);
        std::fs::create_dir(folder.path().join("run")).unwrap();
        std::fs::write(
            folder.path().join(REQUIRED),
            "*** System restart required ***\n",
        )
        .unwrap();
        assert_eq!(reboot(&tree, "6.1"), Some(vec![]));
        std::fs::write(
            folder.path().join(PACKAGES),
            "libc6\nlibc6\n--evil name\ndbus\n",
        )
        .unwrap();
        assert_eq!(reboot(&tree, "6.1").unwrap(), ["dbus", "libc6"]);
    }
}
