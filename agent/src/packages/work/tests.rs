#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use std::fs;
use std::path::Path;

use potion_proto::jobs::{JobId, Phase};
use potion_proto::names::PackageName;
use potion_proto::packages::Selection;

use super::*;
use crate::jobs::Folder;

/// A folder with stand-ins for apt's programs, and a job's desk.
struct World {
    root: tempfile::TempDir,
    programs: Programs,
    desk: Desk,
    spec: Spec,
}

impl World {
    fn new(work: Work) -> Self {
        let root = tempfile::tempdir().unwrap();
        let stand_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/packages/work/stand-in");
        let program = |name: &str| {
            let path = root.path().join(name);
            std::os::unix::fs::symlink(&stand_in, &path).unwrap();
            path
        };
        let lock = root.path().join("lock");
        fs::write(&lock, "").unwrap();
        let programs = Programs {
            apt_get: program("apt-get"),
            apt_mark: program("apt-mark"),
            dpkg: program("dpkg"),
            dpkg_query: program("dpkg-query"),
            dpkg_locks: vec![lock.clone()],
            lists_locks: vec![lock],
        };
        let spec = Spec {
            id: JobId(1),
            work,
            output_max_bytes: 1 << 20,
            lock_wait_seconds: 1,
        };
        let folder = Folder::of(root.path(), spec.id);
        folder.create(&spec).unwrap();
        let desk = Desk::open(folder, &spec).unwrap();
        Self {
            root,
            programs,
            desk,
            spec,
        }
    }

    /// What this program does: a piece of shell with its arguments in `$*`.
    fn says(self, program: &str, body: &str) -> Self {
        let path = self.root.path().join(format!("{program}.body"));
        fs::write(path, body).unwrap();
        self
    }

    /// A captured output, to be printed by a body.
    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.root.path().join(name), text).unwrap();
        self
    }

    async fn run(&mut self) -> Outcome {
        run(&self.spec, &mut self.desk, &self.programs).await
    }

    /// The arguments of apt-get where it was to do something.
    fn acts(&self) -> Vec<String> {
        let calls = self.calls();
        let calls = calls
            .lines()
            .filter_map(|line| line.strip_prefix("apt-get "));
        calls
            .filter(|line| !line.starts_with("-s "))
            .map(str::to_owned)
            .collect()
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.root.path().join("calls")).unwrap_or_default()
    }
}

fn value<'a>(outcome: &'a Outcome, key: &str) -> Option<&'a str> {
    let mut facts = outcome.ending.facts.iter();
    facts
        .find(|(have, _)| have == key)
        .map(|(_, value)| value.as_str())
}

fn name(word: &str) -> PackageName {
    PackageName::new(word).unwrap()
}

const UPGRADE: &str = r#"
case "$*" in
    "-s "*) cat "$here/simulation" ;;
    *" -d "*) echo downloading; echo "dlstatus:1:50.0000:Retrieving file 1 of 2" > $status ;;
    *) cat "$here/output"; cat "$here/status" > $status; exit $(cat "$here/exit") ;;
esac
"#;

/// The upgrade whose output was captured: gamma's postinst fails, alpha's conffile is kept.
fn captured(work: Work) -> World {
    World::new(work)
        .file("simulation", include_str!("../captured/s-upgrade"))
        .file("output", include_str!("../captured/upgrade"))
        .file("status", include_str!("../captured/upgrade-status"))
        .file("exit", "100")
        .says("apt-get", UPGRADE)
        .says(
            "dpkg-query",
            "printf 'ii \talpha\t1.1\nii \tbeta\t1.0+deb1\niF \tgamma\t1.1\n'",
        )
}

#[tokio::test]
async fn an_upgrade_that_fails_half_way_tells_what_was_done_and_why_the_rest_was_not() {
    let mut world = captured(Work::Upgrade(Selection::All));
    let outcome = world.run().await;
    assert_eq!(outcome.phase, Phase::Failed);
    assert_eq!(outcome.ending.status, Some(100));
    assert!(
        outcome
            .ending
            .reason
            .starts_with("gamma: installed gamma package post-installation")
    );
    assert_eq!(value(&outcome, "upgraded"), Some("2"));
    assert_eq!(
        value(&outcome, "packages"),
        Some("alpha 1.0 → 1.1, beta 1.0 → 1.0+deb1")
    );
    assert_eq!(value(&outcome, "not-upgraded"), Some("gamma"));
    assert_eq!(value(&outcome, "conffiles-kept"), Some("/etc/alpha/a.conf"));
    assert_eq!(value(&outcome, "kept-back"), Some("eta, zeta"));
    assert!(
        world
            .desk
            .tail()
            .iter()
            .any(|line| line.contains("failing as told"))
    );
}

#[tokio::test]
async fn an_upgrade_removes_nothing_asks_nothing_and_keeps_configuration_files() {
    let mut world = captured(Work::Upgrade(Selection::All)).file("exit", "0");
    let outcome = world.run().await;
    assert_eq!(outcome.phase, Phase::Done);
    let real = world.acts();
    assert_eq!(real.len(), 2, "{real:?}");
    for call in real {
        for word in [
            "-y",
            "--no-remove",
            "--force-confold",
            "--force-confdef",
            "--with-new-pkgs upgrade",
        ] {
            assert!(call.contains(word), "{word} in {call}");
        }
    }
}

#[tokio::test]
async fn apt_that_ends_well_and_did_not_upgrade_is_not_believed() {
    let mut world = captured(Work::Upgrade(Selection::All))
        .file("exit", "0")
        .says("dpkg-query", "printf 'ii \talpha\t1.0\n'");
    let outcome = world.run().await;
    assert_eq!(value(&outcome, "upgraded"), Some("0"));
    assert_eq!(value(&outcome, "not-upgraded"), Some("alpha, beta, gamma"));
}

#[tokio::test]
async fn a_security_upgrade_names_the_packages_of_security_archives_alone() {
    let mut world = captured(Work::Upgrade(Selection::Security)).file("exit", "0");
    world.run().await;
    let acts = world.acts();
    assert_eq!(acts.len(), 2);
    for act in acts {
        assert!(act.ends_with(" --only-upgrade install -- beta"), "{act}");
    }
}

#[tokio::test]
async fn chosen_packages_that_were_automatic_stay_so() {
    let mut world = captured(Work::Upgrade(Selection::Chosen(vec![
        name("alpha"),
        name("beta"),
    ])))
    .file("exit", "0")
    .says("apt-mark", "[ \"$1\" != showauto ] || echo beta");
    world.run().await;
    let calls = world.calls();
    assert!(
        calls.contains("--only-upgrade install -- alpha beta\n"),
        "{calls}"
    );
    assert!(calls.contains("apt-mark auto -- beta\n"), "{calls}");
}

#[tokio::test]
async fn the_version_of_potion_server_itself_is_a_fact() {
    let mut world = captured(Work::Upgrade(Selection::All))
        .file(
            "simulation",
            "Inst potion-server [0.1.0] (0.2.0 Potion:stable [amd64])\n",
        )
        .file("exit", "0")
        .says("dpkg-query", "printf 'ii \tpotion-server\t0.2.0\n'");
    let outcome = world.run().await;
    assert_eq!(value(&outcome, "version"), Some("0.2.0"));
}

#[tokio::test]
async fn packages_of_multi_arch_same_are_recognised() {
    let mut world = captured(Work::Upgrade(Selection::All))
        .file("simulation", "Inst libx [1] (2 D:s [amd64])\n")
        .file("exit", "0")
        .says("dpkg-query", "printf 'ii \tlibx:amd64\t2\n'");
    let outcome = world.run().await;
    assert_eq!(value(&outcome, "upgraded"), Some("1"));
}

#[tokio::test]
async fn a_simulation_that_apt_refuses_ends_the_job_with_apts_words() {
    let body = "echo 'E: dpkg was interrupted, you must run dpkg --configure -a' >&2; exit 100";
    let mut world = captured(Work::Upgrade(Selection::All)).says("apt-get", body);
    let outcome = world.run().await;
    assert_eq!(outcome.phase, Phase::Failed);
    assert!(outcome.ending.reason.starts_with("dpkg was interrupted"));
}

#[tokio::test]
async fn a_repository_that_failed_is_named_and_no_success_even_with_exit_status_0() {
    let mut world = World::new(Work::Refresh)
        .file("output", include_str!("../captured/update-partial-any"))
        .says("apt-get", "cat \"$here/output\"");
    let outcome = world.run().await;
    assert_eq!(outcome.phase, Phase::Failed);
    let expected = "file:/srv/missing ./, http://127.0.0.1:9/debian stable";
    assert_eq!(value(&outcome, "repositories-failed"), Some(expected));
    assert!(world.calls().contains("APT::Update::Error-Mode=any update"));
}

#[tokio::test]
async fn a_refresh_without_failures_is_done() {
    let mut world =
        World::new(Work::Refresh).says("apt-get", "echo 'Hit:1 http://x stable InRelease'");
    assert_eq!(world.run().await.phase, Phase::Done);
}

#[tokio::test]
async fn autoremove_stops_at_a_package_that_was_not_planned() {
    let body = "case \"$*\" in '-s '*) printf 'Remv epsilon [1.0]\nRemv surprise [1.0]\n' ;; esac";
    let mut world = World::new(Work::Autoremove(vec![name("epsilon")])).says("apt-get", body);
    let outcome = world.run().await;
    assert_eq!(outcome.phase, Phase::Failed);
    assert!(outcome.ending.reason.contains("surprise"));
    assert_eq!(world.calls().lines().count(), 1);
}

#[tokio::test]
async fn autoremove_removes_what_was_planned() {
    let body = "case \"$*\" in '-s '*) printf 'Remv epsilon [1.0]\n' ;; esac";
    let mut world = World::new(Work::Autoremove(vec![name("epsilon")])).says("apt-get", body);
    let outcome = world.run().await;
    assert_eq!(outcome.phase, Phase::Done);
    assert_eq!(
        (value(&outcome, "removed"), value(&outcome, "packages")),
        (Some("1"), Some("epsilon"))
    );
}

#[tokio::test]
async fn a_repair_is_done_when_dpkg_calls_nothing_broken_any_more() {
    let audit = "case \"$*\" in --audit) [ -e \"$here/mended\" ] || echo ' gamma   x' ;; *) touch \"$here/mended\" ;; esac";
    let mut world = World::new(Work::Repair).says("dpkg", audit);
    let outcome = world.run().await;
    assert_eq!(outcome.phase, Phase::Done);
    assert_eq!(value(&outcome, "repaired"), Some("1"));
    assert!(world.calls().contains("--no-remove -f install"));
}

#[tokio::test]
async fn a_repair_that_leaves_something_broken_has_failed() {
    let mut world = World::new(Work::Repair).says("dpkg", "echo ' gamma   x'");
    let outcome = world.run().await;
    assert_eq!(outcome.phase, Phase::Failed);
}

#[tokio::test]
async fn holds_are_set_and_taken_by_apt_mark() {
    for (work, call) in [
        (Work::Hold(name("alpha")), "apt-mark hold -- alpha\n"),
        (Work::Unhold(name("alpha")), "apt-mark unhold -- alpha\n"),
    ] {
        let mut world = World::new(work);
        assert_eq!(world.run().await.phase, Phase::Done);
        assert_eq!(world.calls(), call);
    }
}

async fn held(world: &World, seconds: &str) -> crate::exec::Running {
    lock::hold(&world.root.path().join("lock"), seconds).await
}

#[tokio::test]
async fn a_lock_that_is_not_released_in_time_ends_the_job_and_names_the_holder() {
    let mut world = World::new(Work::Hold(name("alpha")));
    let holder = held(&world, "1000").await;
    let outcome = world.run().await;
    assert_eq!(outcome.phase, Phase::Failed);
    assert!(
        outcome.ending.reason.starts_with("perl (process "),
        "{}",
        outcome.ending.reason
    );
    assert_eq!(world.calls(), "");
    holder.terminate();
}

#[tokio::test]
async fn a_lock_that_is_released_lets_the_job_go_on() {
    let mut world = World::new(Work::Hold(name("alpha")));
    world.spec.lock_wait_seconds = 60;
    let _holder = held(&world, "0.2").await;
    assert_eq!(world.run().await.phase, Phase::Done);
    assert!(world.desk.tail()[0].starts_with("waiting for perl"));
}

#[test]
fn long_lists_are_shortened_and_percentages_scaled() {
    let names: Vec<String> = (0..50).map(|number| format!("p{number}")).collect();
    assert!(listed(&names).ends_with("p39, …"));
    assert_eq!(
        (
            scale(0.0, 50, 100),
            scale(50.0, 50, 100),
            scale(100.0, 50, 100)
        ),
        (Some(50), Some(75), Some(100))
    );
}
