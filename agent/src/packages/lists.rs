//! Refreshing the lists: which repositories failed, and when they were last fetched.

use std::path::Path;
use std::time::SystemTime;

use super::progress::clean;

/// The repositories that failed, as their source lines name them (`http://host/debian stable`), each
/// once. apt says `Err:N URL SUITE FILE` for each file it gave up on; `Ign` is only a try.
#[must_use]
pub(super) fn failed(output: &str) -> Vec<String> {
    let mut failed = Vec::new();
    for line in output.lines().filter(|line| line.starts_with("Err:")) {
        let mut words = line.split_whitespace().skip(1);
        let (Some(url), suite) = (words.next(), words.next().unwrap_or_default()) else {
            continue;
        };
        let name = clean(&format!("{url} {suite}"));
        if !failed.contains(&name) {
            failed.push(name);
        }
    }
    failed
}

/// When apt last wrote its lists. The files in the folder carry the servers' times, so the folders
/// themselves tell, and the stamp that `apt.systemd.daily` leaves. None while there is no list.
#[must_use]
pub(super) fn refreshed(state: &Path) -> Option<SystemTime> {
    let lists = state.join("lists");
    let any = std::fs::read_dir(&lists).ok()?.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.ends_with("Packages") || name.contains("Packages.") || name.ends_with("Release")
    });
    if !any {
        return None;
    }
    let places = [
        lists.clone(),
        lists.join("partial"),
        state.join("periodic/update-success-stamp"),
    ];
    let times = places.iter().filter_map(|place| {
        let metadata = std::fs::metadata(place).ok()?;
        metadata.modified().ok()
    });
    times.max()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_two_repositories_that_failed_are_named_once_each() {
        let output = include_str!("captured/update-partial-any");
        let expected = ["file:/srv/missing ./", "http://127.0.0.1:9/debian stable"];
        assert_eq!(failed(output), expected);
    }

    #[test]
    fn lists_that_were_never_fetched_have_no_time() {
        let state = tempfile::tempdir().unwrap();
        assert_eq!(refreshed(state.path()), None);
        let lists = state.path().join("lists");
        std::fs::create_dir_all(lists.join("partial")).unwrap();
        std::fs::write(lists.join("lock"), "").unwrap();
        assert_eq!(refreshed(state.path()), None);
        std::fs::write(lists.join("x_dists_stable_InRelease"), "").unwrap();
        assert!(refreshed(state.path()).is_some());
    }

    proptest! {
        #[test]
        fn no_output_makes_it_panic(output in "(Err:\\PC{0,40}\n){0,4}") {
            prop_assert!(failed(&output).len() <= 4);
        }
    }
}
