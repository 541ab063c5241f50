//! The machine as callers see it.

use std::time::Duration;

use potion_agent::host::{self, Readings};
use potion_agent::testing::context;
use potion_proto::Code;
use potion_proto::actions::{Action, Applied, Effect};
use potion_proto::host::{Order, Process, Session};
use potion_proto::incidents::{Gauge, Phase, Subject};
use potion_proto::time::Timestamp;

use crate::{OWNER, VIEWER, code, world};

fn session(user: &str) -> Session {
    Session {
        id: "1".to_owned(),
        user: user.to_owned(),
        service: "sshd".to_owned(),
        from: "10.0.0.2".to_owned(),
        tty: "pts/0".to_owned(),
        since: Timestamp(5),
    }
}

#[tokio::test]
async fn a_viewer_sees_numbers_processes_and_sessions() {
    let world = world().start().await;
    world.fakes.host.log_in(session("sari"));
    world.fakes.host.run(Process {
        pid: 7,
        name: "nginx".to_owned(),
        user: "www-data".to_owned(),
        unit: "nginx.service".to_owned(),
        cpu_percent: 3.0,
        memory: 5,
    });
    let budi = world.telegram(VIEWER).await;
    let status = budi
        .rpc
        .host_status(context(), budi.by)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((status.name.as_str(), status.disks.len()), ("laptop", 2));
    let top = budi
        .rpc
        .host_processes(context(), budi.by, Order::Memory, 5)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(top[0].pid, 7);
    let sessions = budi
        .rpc
        .host_sessions(context(), budi.by)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(sessions, [session("sari")]);
    world.fakes.host.lose(true);
    assert_eq!(
        code(budi.rpc.host_sessions(context(), budi.by).await.unwrap()),
        Code::Unavailable
    );
}

#[tokio::test]
async fn a_reboot_tells_whom_it_throws_out_and_asks_an_owner_for_a_code() {
    let world = world().start().await;
    world.fakes.host.log_in(session("sari"));
    let authenticator = world.enrol(OWNER).await;
    let owner = world.telegram(OWNER).await;
    let plan = owner.plan(Action::HostReboot).await.unwrap();
    assert!(plan.totp && plan.effects.contains(&Effect::Sessions { count: 1 }));
    assert_eq!(
        code(owner.act(Action::HostReboot).await),
        Code::TotpRequired
    );
    world.fakes.host.expect_untouched();
    let applied = owner
        .act_with(Action::HostReboot, authenticator.code())
        .await
        .unwrap();
    assert_eq!(applied, Applied::Done);
    assert_eq!(world.fakes.host.asked(), ["reboot"]);
}

#[tokio::test]
async fn a_login_manager_that_hangs_does_not_forbid_planning_a_reboot() {
    let world = world().start().await;
    world.fakes.host.lose(true);
    let root = world.root().await;
    assert_eq!(root.plan(Action::HostPowerOff).await.unwrap().effects, []);
    assert_eq!(
        code(root.act(Action::HostPowerOff).await),
        Code::Unavailable
    );
}

#[tokio::test]
async fn the_filesystem_of_the_files_root_is_recorded_by_root() {
    let world = world().start().await;
    let root = world.root().await;
    let applied = root.act(Action::FilesRootRecord).await.unwrap();
    let filesystem = "uuid-of-/mnt/dre".to_owned();
    assert_eq!(applied, Applied::FilesRoot { filesystem });
}

#[tokio::test]
async fn memory_that_runs_out_is_one_incident_and_is_resolved_when_it_is_back() {
    let world = world().start().await;
    let root = world.root().await;
    let incidents = async || {
        root.rpc
            .incident_list(context(), root.by, 10)
            .await
            .unwrap()
            .unwrap()
    };
    let full = |percent| Readings {
        memory_percent: percent,
        ..Readings::default()
    };
    let watch = async |percent| {
        world.fakes.host.read(full(percent));
        // The first look comes at once, the next after `thresholds.check-seconds`.
        let _ = tokio::time::timeout(Duration::from_millis(300), host::watch(world.agent.clone()))
            .await;
    };
    watch(95.0).await;
    watch(96.0).await;
    let found = incidents().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].subject, Subject::Threshold(Gauge::Memory));
    assert_eq!(
        (found[0].phase, found[0].reason.as_str()),
        (Phase::Failed, "95 %")
    );
    watch(50.0).await;
    assert_ne!(incidents().await[0].phase, Phase::Failed);
}
