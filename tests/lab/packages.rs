//! apt's jobs on real systems: the installed agent, real apt, a real repository.

use std::process::Child;
use std::time::Duration;

use potion_proto::events::{Event, News};
use potion_proto::jobs::{Job, Phase};
use potion_proto::packages::{Restarts, Status};
use potion_tests::lab::{Fixture, Machine, Output, Repository, Suite};
use potion_tests::package::{deb, deb_of_version};
use serde::de::DeserializeOwned;

const WITHIN: Duration = Duration::from_secs(60);

fn installed(suite: Suite) -> Machine {
    let machine = Machine::boot(suite).unwrap();
    let _ = machine.install(&deb().unwrap()).ok();
    machine
}

/// `potionctl` with `--json` and without questions.
fn ctl(machine: &Machine, words: &[&str]) -> Output {
    let all = ["potionctl", "--json", "--yes"];
    machine.run(all.iter().chain(words).copied())
}

#[track_caller]
fn read<T: DeserializeOwned>(output: &Output) -> T {
    let text = output.text();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {output}"))
}

fn status(machine: &Machine) -> Status {
    read(&ctl(machine, &["package", "status"]))
}

/// The newest job, as the agent has it.
fn newest(machine: &Machine) -> Job {
    let jobs: Vec<Job> = read(&ctl(machine, &["job", "list"]));
    jobs.into_iter().next().expect("there is a job")
}

/// The newest job once it is over.
fn over(machine: &Machine) -> Job {
    machine.wait_until("the job is over", WITHIN, |machine| {
        Some(newest(machine)).filter(|job| job.phase.is_over())
    })
}

fn fact<'a>(job: &'a Job, key: &str) -> Option<&'a str> {
    let mut facts = job.ending.facts.iter();
    let found = facts.find(|(have, _)| have == key);
    found.map(|(_, value)| value.as_str())
}

fn version(machine: &Machine, package: &str) -> String {
    machine
        .run(["dpkg-query", "-W", "-f", "${Version}", package])
        .ok()
}

fn install(machine: &Machine, packages: &[&str]) {
    let install = ["apt-get", "-y", "-q", "install"];
    let _ = machine.run(install.iter().chain(packages).copied()).ok();
}

/// How often the end of this job was told.
fn tellings(machine: &Machine, job: &Job) -> usize {
    let text = ctl(machine, &["events"]).ok();
    let events = serde_json::Deserializer::from_str(&text).into_iter::<Event>();
    let ends = events.filter(|event| match &event.as_ref().unwrap().news {
        News::JobEnded(ended) => ended.id == job.id,
        _ => false,
    });
    ends.count()
}

/// alpha (with a configuration file), beta (security) and zeta (held) at 1.0, and 1.1 of each in
/// the repositories.
fn outdated(machine: &Machine) {
    let (lab, security) = (Repository::new(machine), Repository::security(machine));
    lab.publish(&Fixture::new("alpha", "1.0").conffile("/etc/alpha.conf", "one\n"))
        .publish(&Fixture::new("zeta", "1.0"))
        .publish(&Fixture::new("omega", "1.0"));
    security.publish(&Fixture::new("beta", "1.0"));
    lab.refresh();
    install(machine, &["alpha", "beta", "zeta"]);
    machine.write("/etc/alpha.conf", "mine\n");
    let newer = Fixture::new("alpha", "1.1").conffile("/etc/alpha.conf", "two\n");
    lab.publish(&newer.depends("omega"))
        .publish(&Fixture::new("zeta", "1.1"));
    security.publish(&Fixture::new("beta", "1.1"));
}

fn upgrades_what_is_outdated(suite: Suite) {
    let machine = installed(suite);
    outdated(&machine);
    assert_eq!(
        read::<Job>(&ctl(&machine, &["package", "hold", "zeta"])).phase,
        Phase::Done
    );
    let refresh: Job = read(&ctl(&machine, &["package", "refresh"]));
    assert_eq!(refresh.phase, Phase::Done, "{refresh:?}");
    let before = status(&machine);
    let rows: Vec<_> = before
        .upgradable
        .iter()
        .map(|row| {
            (
                row.name.as_str(),
                row.candidate.as_str(),
                row.security,
                row.held,
            )
        })
        .collect();
    let expected = [
        ("beta", "1.1", true, false),
        ("alpha", "1.1", false, false),
        ("zeta", "1.1", false, true),
    ];
    assert_eq!(rows, expected);
    assert!(before.refreshed.is_some() && !before.broken && before.download_bytes > 0);
    let job: Job = read(&ctl(&machine, &["package", "upgrade"]));
    assert_eq!(job.phase, Phase::Done, "{job:?}");
    assert_eq!(fact(&job, "upgraded"), Some("2"));
    assert_eq!(
        fact(&job, "packages"),
        Some("alpha 1.0 → 1.1, beta 1.0 → 1.1")
    );
    assert_eq!(fact(&job, "installed"), Some("omega"));
    assert_eq!(fact(&job, "conffiles-kept"), Some("/etc/alpha.conf"));
    assert_eq!(fact(&job, "kept-back"), Some("zeta"));
    assert_eq!(machine.read_text("/etc/alpha.conf"), "mine\n");
    assert_eq!(
        (version(&machine, "alpha"), version(&machine, "zeta")),
        ("1.1".into(), "1.0".into())
    );
    assert_eq!(tellings(&machine, &job), 1);
    let output = ctl(&machine, &["job", "output", &job.id.to_string()]).ok();
    assert!(
        output.contains("Unpacking alpha (1.1) over (1.0)"),
        "{output}"
    );
    let unhold: Job = read(&ctl(&machine, &["package", "unhold", "zeta"]));
    assert_eq!(unhold.phase, Phase::Done);
    assert!(status(&machine).held.is_empty());
}

#[test]
fn apt_upgrades_what_is_outdated_on_debian_12() {
    upgrades_what_is_outdated(Suite::Bookworm);
}

#[test]
fn apt_upgrades_what_is_outdated_on_debian_13() {
    upgrades_what_is_outdated(Suite::Trixie);
}

#[test]
fn a_security_upgrade_takes_only_what_comes_from_a_security_archive() {
    let machine = installed(Suite::Bookworm);
    outdated(&machine);
    let _ = machine.run(["apt-get", "-qq", "update"]).ok();
    let job: Job = read(&ctl(&machine, &["package", "upgrade", "--security"]));
    assert_eq!(fact(&job, "packages"), Some("beta 1.0 → 1.1"), "{job:?}");
    assert_eq!(version(&machine, "alpha"), "1.0");
}

#[test]
fn a_package_that_came_as_a_dependency_stays_automatic_when_it_is_chosen() {
    let machine = installed(Suite::Bookworm);
    let lab = Repository::new(&machine);
    lab.publish(&Fixture::new("omega", "1.0"))
        .publish(&Fixture::new("alpha", "1.0").depends("omega"))
        .refresh();
    install(&machine, &["alpha"]);
    lab.publish(&Fixture::new("omega", "1.1")).refresh();
    let job: Job = read(&ctl(&machine, &["package", "upgrade", "omega"]));
    assert_eq!(job.phase, Phase::Done, "{job:?}");
    assert_eq!(machine.run(["apt-mark", "showauto", "omega"]).ok(), "omega");
    let _ = machine.run(["apt-get", "-y", "remove", "alpha"]).ok();
    assert_eq!(status(&machine).removable[0].as_str(), "omega");
    let job: Job = read(&ctl(&machine, &["package", "autoremove"]));
    assert_eq!(
        (job.phase, fact(&job, "packages")),
        (Phase::Done, Some("omega")),
        "{job:?}"
    );
    assert!(!machine.run(["dpkg", "-s", "omega"]).success());
}

#[test]
fn a_failing_postinst_fails_the_job_with_its_lines_and_a_repair_mends_it() {
    let machine = installed(Suite::Bookworm);
    let lab = Repository::new(&machine);
    lab.publish(&Fixture::new("alpha", "1.0")).refresh();
    install(&machine, &["alpha"]);
    let postinst = "[ -e /run/mended ] || { echo 'alpha: as told' >&2; exit 1; }";
    lab.publish(&Fixture::new("alpha", "1.1").postinst(postinst))
        .refresh();
    let job: Job = read(&ctl(&machine, &["package", "upgrade"]));
    assert_eq!(job.phase, Phase::Failed);
    assert_eq!(job.ending.status, Some(100));
    assert!(job.ending.reason.starts_with("alpha: "), "{job:?}");
    assert!(
        job.ending.tail.iter().any(|line| line == "alpha: as told"),
        "{job:?}"
    );
    assert_eq!(fact(&job, "not-upgraded"), Some("alpha"));
    assert!(status(&machine).broken);
    let still: Job = read(&ctl(&machine, &["package", "repair"]));
    assert_eq!(still.phase, Phase::Failed, "{still:?}");
    machine.write("/run/mended", "");
    let repaired: Job = read(&ctl(&machine, &["package", "repair"]));
    assert_eq!(
        (repaired.phase, fact(&repaired, "repaired")),
        (Phase::Done, Some("1")),
        "{repaired:?}"
    );
    assert!(!status(&machine).broken);
}

#[test]
fn a_repository_that_fails_is_named_and_the_others_are_refreshed() {
    let machine = installed(Suite::Bookworm);
    let lab = Repository::new(&machine);
    lab.publish(&Fixture::new("alpha", "1.0"));
    let broken = "deb [trusted=yes] file:/srv/missing ./\ndeb http://user:hunter2@127.0.0.1:9/debian stable main\n";
    machine.write("/etc/apt/sources.list.d/broken.list", broken);
    let job: Job = read(&ctl(&machine, &["package", "refresh"]));
    assert_eq!(job.phase, Phase::Failed, "{job:?}");
    let failed = fact(&job, "repositories-failed").unwrap();
    assert!(failed.contains("file:/srv/missing ./"), "{failed}");
    assert!(
        failed.contains("http://127.0.0.1:9/debian stable"),
        "{failed}"
    );
    assert!(!format!("{job:?}").contains("hunter2"));
    let known = machine.run(["apt-cache", "policy", "alpha"]).ok();
    assert!(known.contains("Candidate: 1.0"), "{known}");
}

/// Holds dpkg's lock in the machine until it is killed.
fn hold_lock(machine: &Machine) -> Child {
    let perl = "use Fcntl; open F, '+<', '/var/lib/dpkg/lock-frontend' or die; \
        my $lock = pack('s s x4 q q i x4', F_WRLCK, 0, 0, 0, 0); fcntl F, F_SETLK, $lock or die; \
        open G, '>', '/run/held'; sleep 1000";
    let child = machine.command(["perl", "-e", perl]).spawn().unwrap();
    machine.wait_until("the lock is held", WITHIN, |machine| {
        machine
            .run(["test", "-e", "/run/held"])
            .success()
            .then_some(())
    });
    child
}

/// Starts an upgrade and leaves its client waiting.
fn begin(machine: &Machine) -> Child {
    let words = ["potionctl", "--json", "--yes", "package", "upgrade"];
    let mut command = machine.command(words);
    command.stdout(std::process::Stdio::null());
    command.spawn().unwrap()
}

#[test]
fn a_held_lock_names_its_holder_and_the_job_can_be_cancelled_meanwhile() {
    let machine = installed(Suite::Bookworm);
    let lab = Repository::new(&machine);
    lab.publish(&Fixture::new("alpha", "1.0")).refresh();
    install(&machine, &["alpha"]);
    lab.publish(&Fixture::new("alpha", "1.1")).refresh();
    let mut holder = hold_lock(&machine);
    let mut client = begin(&machine);
    let waiting = machine.wait_until("it waits for the lock", WITHIN, |machine| {
        let jobs: Vec<Job> = read(&ctl(machine, &["job", "list"]));
        jobs.into_iter()
            .next()
            .filter(|job| job.progress.step == "waiting-for-lock")
    });
    assert!(
        waiting.progress.item.starts_with("perl (process "),
        "{waiting:?}"
    );
    assert!(waiting.cancellable);
    let _ = ctl(&machine, &["job", "cancel", &waiting.id.to_string()]).ok();
    assert_eq!(over(&machine).phase, Phase::Cancelled);
    assert_eq!(version(&machine, "alpha"), "1.0");
    machine.write(
        "/etc/potion/config.toml",
        "[packages]\nlock-wait-seconds = 1\n",
    );
    let _ = machine
        .run(["systemctl", "restart", "potiond.service"])
        .ok();
    let job: Job = read(&ctl(&machine, &["package", "upgrade"]));
    assert_eq!(job.phase, Phase::Failed);
    assert!(job.ending.reason.starts_with("perl (process "), "{job:?}");
    let _ = (client.wait(), holder.kill(), holder.wait());
}

/// An upgrade that stands still in alpha's postinst until `/run/gate` is there.
fn stand_still(machine: &Machine) -> Child {
    let lab = Repository::new(machine);
    lab.publish(&Fixture::new("alpha", "1.0")).refresh();
    install(machine, &["alpha"]);
    lab.publish(&Fixture::new("alpha", "1.1").held_until("/run/gate"))
        .refresh();
    let client = begin(machine);
    machine.wait_until("the upgrade is in mid-air", WITHIN, |machine| {
        machine
            .run(["test", "-e", "/run/gate.waiting"])
            .success()
            .then_some(())
    });
    client
}

fn job_unit_is_gone(machine: &Machine) -> Option<()> {
    let units = machine.run([
        "systemctl",
        "list-units",
        "--all",
        "--no-legend",
        "potion-job-*",
    ]);
    units.ok().is_empty().then_some(())
}

#[test]
fn a_potiond_killed_in_mid_upgrade_and_started_after_its_end_reports_the_true_result() {
    let machine = installed(Suite::Bookworm);
    let mut client = stand_still(&machine);
    machine.write(
        "/run/systemd/system/potiond.service.d/no.conf",
        "[Service]\nRestart=no\n",
    );
    let _ = machine.run(["systemctl", "daemon-reload"]).ok();
    let _ = machine.run(["systemctl", "stop", "potiond.socket", "potiond-fd.socket"]);
    let _ = machine.run(["systemctl", "kill", "-s", "KILL", "potiond.service"]);
    machine.wait_until("potiond is dead", WITHIN, |machine| {
        (machine.property("potiond.service", "MainPID") == "0").then_some(())
    });
    machine.write("/run/gate", "");
    machine.wait_until("the job has ended", WITHIN, job_unit_is_gone);
    let _ = machine
        .run([
            "systemctl",
            "start",
            "potiond.socket",
            "potiond-fd.socket",
            "potiond.service",
        ])
        .ok();
    let job = over(&machine);
    assert_eq!(
        (job.phase, fact(&job, "upgraded")),
        (Phase::Done, Some("1")),
        "{job:?}"
    );
    assert_eq!(version(&machine, "alpha"), "1.1");
    assert_eq!(tellings(&machine, &job), 1);
    let _ = machine
        .run(["systemctl", "restart", "potiond.service"])
        .ok();
    assert_eq!(tellings(&machine, &job), 1);
    let _ = client.wait();
}

#[test]
fn a_potiond_killed_in_mid_upgrade_follows_the_job_when_it_is_back() {
    let machine = installed(Suite::Trixie);
    let mut client = stand_still(&machine);
    let before = machine.main_pid("potiond.service");
    machine.kill_pid(before);
    machine.wait_until("potiond is back", WITHIN, |machine| {
        let pid = machine.property("potiond.service", "MainPID");
        (pid != "0" && pid != before.to_string()).then_some(())
    });
    let job = newest(&machine);
    assert_eq!(
        (job.phase, job.progress.step.as_str()),
        (Phase::Running, "installing"),
        "{job:?}"
    );
    assert!(!job.cancellable);
    let refused = ctl(&machine, &["job", "cancel", &job.id.to_string()]);
    assert!(!refused.success(), "{refused}");
    machine.write("/run/gate", "");
    assert_eq!(over(&machine).phase, Phase::Done);
    let _ = client.wait();
}

#[test]
fn a_job_whose_unit_was_killed_is_interrupted_and_never_done() {
    let machine = installed(Suite::Bookworm);
    let mut client = stand_still(&machine);
    let unit = format!("potion-job-{}.service", newest(&machine).id);
    let _ = machine.run(["systemctl", "kill", "-s", "KILL", &unit]).ok();
    let job = over(&machine);
    assert_eq!(job.phase, Phase::Interrupted);
    assert!(status(&machine).broken);
    machine.write("/run/gate", "");
    let repaired: Job = read(&ctl(&machine, &["package", "repair"]));
    assert_eq!(repaired.phase, Phase::Done, "{repaired:?}");
    assert!(!status(&machine).broken);
    let _ = client.wait();
}

#[test]
fn a_second_job_is_refused_and_hears_who_started_the_first() {
    let machine = installed(Suite::Bookworm);
    let mut client = stand_still(&machine);
    let refused = ctl(&machine, &["package", "refresh"]);
    assert!(!refused.success());
    assert!(
        refused.error_text().contains("started by uid:0"),
        "{refused}"
    );
    machine.write("/run/gate", "");
    assert_eq!(over(&machine).phase, Phase::Done);
    let _ = client.wait();
}

fn upgrades_itself(suite: Suite) {
    let machine = installed(suite);
    let newer = deb_of_version("9.9.9").unwrap();
    machine.write("/root/newer.deb", std::fs::read(newer).unwrap());
    Repository::new(&machine)
        .publish_file("/root/newer.deb")
        .refresh();
    let before = machine.main_pid("potiond.service");
    let mut client = begin(&machine);
    machine.wait_until("the new package is there", WITHIN, |machine| {
        (version(machine, "potion-server") == "9.9.9").then_some(())
    });
    let job = machine.wait_until("the new potiond tells the end", WITHIN, |machine| {
        let listed = ctl(machine, &["job", "list"]);
        let jobs: Vec<Job> = serde_json::from_str(&listed.text()).ok()?;
        jobs.into_iter().next().filter(|job| job.phase.is_over())
    });
    assert_eq!(
        (job.phase, fact(&job, "version")),
        (Phase::Done, Some("9.9.9")),
        "{job:?}"
    );
    assert_ne!(machine.main_pid("potiond.service"), before);
    assert_eq!(tellings(&machine, &job), 1);
    let _ = client.wait();
}

#[test]
fn potion_server_upgrades_itself_and_the_new_agent_tells_the_truth_on_debian_12() {
    upgrades_itself(Suite::Bookworm);
}

#[test]
fn potion_server_upgrades_itself_and_the_new_agent_tells_the_truth_on_debian_13() {
    upgrades_itself(Suite::Trixie);
}

#[test]
fn a_download_can_be_broken_off_and_leaves_everything_as_it_was() {
    let machine = installed(Suite::Bookworm);
    let lab = Repository::new(&machine);
    lab.publish(&Fixture::new("alpha", "1.0")).refresh();
    install(&machine, &["alpha"]);
    let slow = "server { listen 8099; root /srv/lab; location ~ deb$ { limit_rate 50; } }\n";
    machine.write("/etc/nginx/conf.d/slow.conf", slow);
    let _ = machine.run(["systemctl", "restart", "nginx.service"]).ok();
    let source = "deb [trusted=yes] http://127.0.0.1:8099 ./\n";
    machine.write("/etc/apt/sources.list.d/lab.list", source);
    lab.publish(&Fixture::new("alpha", "1.1")).refresh();
    let mut client = begin(&machine);
    let job = machine.wait_until("it downloads", WITHIN, |machine| {
        let jobs: Vec<Job> = read(&ctl(machine, &["job", "list"]));
        let job = jobs.into_iter().next()?;
        let begun = job.progress.step == "downloading" && !job.progress.item.is_empty();
        begun.then_some(job)
    });
    assert!(job.cancellable, "{job:?}");
    let _ = ctl(&machine, &["job", "cancel", &job.id.to_string()]).ok();
    assert_eq!(over(&machine).phase, Phase::Cancelled);
    assert_eq!(version(&machine, "alpha"), "1.0");
    assert!(!status(&machine).broken);
    let _ = client.wait();
}

#[test]
fn changes_and_services_on_replaced_code_are_told() {
    let machine = installed(Suite::Bookworm);
    let lab = Repository::new(&machine);
    lab.publish(&Fixture::new("alpha", "1.0")).refresh();
    install(&machine, &["alpha"]);
    let changelog = ctl(&machine, &["package", "changelog", "alpha"]).ok();
    assert!(changelog.contains("What changed in 1.0."), "{changelog}");
    let missing = ctl(&machine, &["package", "changelog", "nosuch"]);
    assert!(
        missing.error_text().contains("nosuch is not installed"),
        "{missing}"
    );
    let before: Restarts = read(&ctl(&machine, &["package", "restarts"]));
    assert!(!before.unknown && !before.kernel.is_empty());
    let nginx = |restarts: &Restarts| {
        restarts
            .units
            .iter()
            .any(|unit| unit.as_str() == "nginx.service")
    };
    assert!(!nginx(&before), "{before:?}");
    let replace = "for f in /usr/lib/*/libz.so.1.*; do cp -a $f $f.new && mv $f.new $f; done";
    let _ = machine.shell(replace).ok();
    let after: Restarts = read(&ctl(&machine, &["package", "restarts"]));
    assert!(nginx(&after), "{after:?}");
}

fn fetches_a_changelog(suite: Suite) {
    let machine = installed(suite);
    let security = Repository::security(&machine);
    security.publish(&Fixture::new("beta", "1.0")).refresh();
    install(&machine, &["beta"]);
    security.publish(&Fixture::new("beta", "1.1")).refresh();
    let server = "server { listen 8098; location / { add_header X-Path $uri; return 200 'beta (1.1) stable; urgency=high\n\n  * The hole is closed.\n'; } }\n";
    machine.write("/etc/nginx/conf.d/changelogs.conf", server);
    let _ = machine.run(["systemctl", "restart", "nginx.service"]).ok();
    let uri = "Acquire::Changelogs::URI::Override::Origin::Debian \"http://127.0.0.1:8098/@CHANGEPATH@_changelog\";\n";
    machine.write("/etc/apt/apt.conf.d/99changelogs", uri);
    let changelog = ctl(&machine, &["package", "changelog", "beta"]).ok();
    assert!(changelog.contains("The hole is closed."), "{changelog}");
    let left = machine.run([
        "systemctl",
        "list-units",
        "--all",
        "--no-legend",
        "potion-changelog-*",
    ]);
    assert_eq!(left.ok(), "");
}

#[test]
fn the_changes_that_an_upgrade_would_bring_are_fetched_on_debian_12() {
    fetches_a_changelog(Suite::Bookworm);
}

#[test]
fn the_changes_that_an_upgrade_would_bring_are_fetched_on_debian_13() {
    fetches_a_changelog(Suite::Trixie);
}

#[test]
fn a_job_that_fills_the_disk_tells_its_end_and_the_next_is_refused() {
    let machine = installed(Suite::Bookworm);
    let lab = Repository::new(&machine);
    lab.publish(&Fixture::new("alpha", "1.0")).refresh();
    install(&machine, &["alpha"]);
    let small = "systemctl stop potiond.socket potiond-fd.socket potiond.service && \
        mount -t tmpfs -o size=96m,mode=0700 tmpfs /var/lib/potion && \
        systemctl start potiond.socket potiond-fd.socket potiond.service";
    let _ = machine.shell(small).ok();
    let fill = "dd if=/dev/zero of=/var/lib/potion/fill bs=64k || true; sync";
    lab.publish(&Fixture::new("alpha", "1.1").postinst(fill))
        .refresh();
    let job: Job = read(&ctl(&machine, &["package", "upgrade"]));
    assert_eq!(
        (job.phase, fact(&job, "upgraded")),
        (Phase::Done, Some("1")),
        "{job:?}"
    );
    assert_eq!(tellings(&machine, &job), 1);
    let refused = ctl(&machine, &["package", "refresh"]);
    assert!(
        refused.error_text().contains("free some space"),
        "{refused}"
    );
    let _ = machine.run(["rm", "/var/lib/potion/fill"]).ok();
    let again: Job = read(&ctl(&machine, &["package", "refresh"]));
    assert_eq!(again.phase, Phase::Done);
}
