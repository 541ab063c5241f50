//! Jobs as real transient units: how they start, what a cancel sends, and how their end is heard.

use std::path::PathBuf;
use std::time::Duration;

use potion_agent::bus::Bus;
use potion_agent::jobs::{Runner, RunnerError, Systemd, unit};
use potion_proto::jobs::JobId;
use potion_tests::lab::{Machine, Suite};

const WITHIN: Duration = Duration::from_secs(10);

/// A machine, and the agent's adapter looking into it. `env job ID` runs the machine's own `job`.
struct World {
    machine: Machine,
    runner: Systemd,
}

impl World {
    fn boot(suite: Suite, job: &str) -> Self {
        let machine = Machine::boot(suite).unwrap();
        machine.write("/usr/bin/job", format!("#!/bin/sh\n{job}\n"));
        let _ = machine.run(["chmod", "755", "/usr/bin/job"]).ok();
        let socket = format!(
            "unix:path=/proc/{}/root/run/dbus/system_bus_socket",
            machine.leader()
        );
        let runner = Systemd::new(Bus::at(&socket), PathBuf::from("/usr/bin/env"));
        Self { machine, runner }
    }

    fn wait_for(&self, path: &str) {
        self.machine.wait_until(path, WITHIN, |machine| {
            machine.run(["test", "-e", path]).success().then_some(())
        });
    }

    async fn gone(&self, id: JobId) {
        let gone = self.runner.gone(id);
        tokio::time::timeout(WITHIN, gone).await.unwrap().unwrap();
    }
}

fn for_ever(suite: Suite) -> World {
    World::boot(suite, "touch /run/job-$1; sleep 1000 & wait")
}

async fn its_end_is_heard_and_leaves_no_failed_unit(suite: Suite) {
    let world = for_ever(suite);
    let id = JobId(7);
    world.runner.start(id).await.unwrap();
    world.wait_for("/run/job-7");
    let gone = tokio::time::timeout(Duration::from_millis(300), world.runner.gone(id)).await;
    assert!(gone.is_err(), "it still runs");
    world.machine.kill_pid(world.machine.main_pid(&unit(id)));
    world.gone(id).await;
    assert_eq!(world.machine.property(&unit(id), "LoadState"), "not-found");
    world.runner.start(id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_job_is_heard_on_debian_12() {
    its_end_is_heard_and_leaves_no_failed_unit(Suite::Bookworm).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_job_is_heard_on_debian_13() {
    its_end_is_heard_and_leaves_no_failed_unit(Suite::Trixie).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_never_was_is_gone_and_one_that_runs_cannot_start_twice() {
    let world = for_ever(Suite::Bookworm);
    world.gone(JobId(1)).await;
    world.runner.cancel(JobId(1)).await.unwrap();
    world.runner.start(JobId(2)).await.unwrap();
    let again = world.runner.start(JobId(2)).await;
    assert!(matches!(again, Err(RunnerError::Refused(_))), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_reaches_the_helper_and_not_what_it_runs() {
    let script = "sh -c 'trap \"touch /run/child-hit\" TERM; touch /run/ready; while :; do sleep 0.1; done' &\n\
        trap 'touch /run/helper-hit' TERM; wait; touch /run/goes-on; sleep 1000";
    let world = World::boot(Suite::Bookworm, script);
    world.runner.start(JobId(3)).await.unwrap();
    world.wait_for("/run/ready");
    world.runner.cancel(JobId(3)).await.unwrap();
    world.wait_for("/run/goes-on");
    assert!(
        world
            .machine
            .run(["test", "-e", "/run/helper-hit"])
            .success()
    );
    assert!(
        !world
            .machine
            .run(["test", "-e", "/run/child-hit"])
            .success()
    );
    assert_eq!(
        world.machine.property(&unit(JobId(3)), "ActiveState"),
        "active"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_has_the_sandbox_that_dpkg_can_live_with() {
    let world = for_ever(Suite::Bookworm);
    world.runner.start(JobId(4)).await.unwrap();
    world.wait_for("/run/job-4");
    let has = |property: &str| world.machine.property(&unit(JobId(4)), property);
    assert_eq!(has("KillMode"), "mixed");
    assert_eq!(has("CollectMode"), "inactive-or-failed");
    assert_eq!(has("TimeoutStopUSec"), "30min");
    assert_eq!(has("OOMPolicy"), "continue");
    assert_eq!(has("RestrictRealtime"), "yes");
    assert_eq!(has("Environment"), "");
    assert!(
        has("ExecStart").contains("argv[]=/usr/bin/env job 4 ;"),
        "{}",
        has("ExecStart")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_heard_of_again_after_the_bus_was_lost() {
    let world = for_ever(Suite::Bookworm);
    world.runner.start(JobId(5)).await.unwrap();
    world.wait_for("/run/job-5");
    let gone = world.runner.gone(JobId(5));
    let restart = async {
        let _ = world
            .machine
            .run(["systemctl", "kill", "-s", "KILL", "dbus.service"]);
    };
    let (lost, ()) = tokio::join!(tokio::time::timeout(WITHIN, gone), restart);
    let lost = lost.unwrap();
    assert!(
        matches!(
            lost,
            Err(RunnerError::Unavailable(_) | RunnerError::Lost(_))
        ),
        "{lost:?}"
    );
    world.machine.wait_until("dbus is back", WITHIN, |machine| {
        machine.run(["busctl", "status"]).success().then_some(())
    });
    world
        .machine
        .kill_pid(world.machine.main_pid(&unit(JobId(5))));
    world.gone(JobId(5)).await;
}
