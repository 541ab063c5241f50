#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use potion_proto::Code;
use potion_proto::actions::{Action, Applied, Effect, Risk};
use potion_proto::admins::Role;
use potion_proto::names::PackageName;
use potion_proto::packages::{Restarts, Selection, Status};

use super::simulation::Simulation;
use super::*;
use crate::jobs::Folder;
use crate::jobs::spec::Work;
use crate::testing::{Running, World, context};

async fn world() -> Running {
    World::new().admin(7, Role::Owner).start().await
}

fn name(word: &str) -> PackageName {
    PackageName::new(word).unwrap()
}

fn forecast(text: &str) -> Forecast {
    Forecast {
        steps: Simulation::parse(text),
        download_bytes: 4096,
    }
}

#[tokio::test]
async fn a_plan_of_an_upgrade_counts_what_it_brings_and_says_when_we_are_among_them() {
    let world = world().await;
    let text = "Inst nginx [1.0] (1.1 Debian-Security:12/stable-security [amd64])\n\
        Inst potion-server [0.1.0] (0.2.0 Potion:stable [amd64])\n";
    world.fakes.packages.set_forecast(forecast(text));
    let owner = world.telegram(7).await;
    world.enrol(7).await;
    let plan = owner
        .plan(Action::PackagesUpgrade(Selection::All))
        .await
        .unwrap();
    assert_eq!((plan.risk, plan.totp), (Risk::Dangerous, true));
    let upgrades = Effect::Upgrades {
        names: vec![name("nginx"), name("potion-server")],
        count: 2,
        security: 1,
        download_bytes: 4096,
    };
    assert_eq!(plan.effects, [upgrades, Effect::UpgradesPotion]);
}

#[tokio::test]
async fn a_choice_that_would_remove_something_is_refused_and_names_it() {
    let world = world().await;
    let text = "Inst eta [1] (2 D:s [all])\nRemv epsilon [1.0]\n";
    world.fakes.packages.set_forecast(forecast(text));
    let root = world.root().await;
    let action = Action::PackagesUpgrade(Selection::Chosen(vec![name("eta")]));
    let refused = root.plan(action).await.unwrap_err();
    assert_eq!(
        (refused.code, refused.subject.as_str()),
        (Code::Invalid, "epsilon")
    );
}

#[tokio::test]
async fn choices_are_checked_one_by_one() {
    let world = world().await;
    let root = world.root().await;
    world.fakes.packages.set_missing(name("nosuch"));
    world.fakes.packages.set_status(Status {
        held: vec![name("held")],
        ..nothing()
    });
    let chosen = |names: Vec<PackageName>| Action::PackagesUpgrade(Selection::Chosen(names));
    for (names, code) in [
        (vec![], Code::Invalid),
        (vec![name("many"); 501], Code::Invalid),
        (vec![name("nosuch")], Code::NotFound),
        (vec![name("fine"), name("held")], Code::Invalid),
    ] {
        assert_eq!(root.plan(chosen(names)).await.unwrap_err().code, code);
    }
    assert!(root.plan(chosen(vec![name("fine")])).await.is_ok());
}

#[tokio::test]
async fn autoremove_names_what_goes_and_its_job_gets_the_very_list() {
    let world = world().await;
    world
        .fakes
        .packages
        .set_forecast(forecast("Remv epsilon [1.0]\n"));
    let root = world.root().await;
    let plan = root.plan(Action::PackagesAutoremove).await.unwrap();
    let names = vec![name("epsilon")];
    let removes = Effect::Removes {
        names: names.clone(),
        count: 1,
    };
    assert_eq!(plan.effects, [removes]);
    let Applied::Job(id) = root.act(Action::PackagesAutoremove).await.unwrap() else {
        panic!("a removal is a job");
    };
    let spec = Folder::of(&world.agent.paths.jobs(), id).spec().unwrap();
    assert_eq!(spec.work, Work::Autoremove(names));
}

#[tokio::test]
async fn each_action_starts_its_own_work() {
    let pairs = [
        (Action::PackagesRefresh, Work::Refresh),
        (Action::PackagesRepair, Work::Repair),
        (
            Action::PackageHold(name("nginx")),
            Work::Hold(name("nginx")),
        ),
        (
            Action::PackageUnhold(name("nginx")),
            Work::Unhold(name("nginx")),
        ),
        (
            Action::PackagesUpgrade(Selection::Security),
            Work::Upgrade(Selection::Security),
        ),
    ];
    for (action, work) in pairs {
        let world = world().await;
        let root = world.root().await;
        let Applied::Job(id) = root.act(action).await.unwrap() else {
            panic!("all of apt's work is a job");
        };
        let spec = Folder::of(&world.agent.paths.jobs(), id).spec().unwrap();
        assert_eq!(spec.work, work);
    }
}

#[tokio::test]
async fn a_hold_of_what_is_not_installed_is_refused() {
    let world = world().await;
    world.fakes.packages.set_missing(name("nosuch"));
    let root = world.root().await;
    let refused = root
        .plan(Action::PackageHold(name("nosuch")))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code, refused.subject.as_str()),
        (Code::NotFound, "nosuch")
    );
}

#[tokio::test]
async fn a_changelog_is_shortened_and_holds_no_secret() {
    let world = World::new()
        .config("[packages]\nchangelog-lines = 5")
        .admin(7, Role::Viewer)
        .start()
        .await;
    let text = "nginx (1.1) stable\n\n  * fetch http://user:hunter2@host/x\n4\n5\n6\n7\n";
    world.fakes.packages.set_changelog(text);
    let viewer = world.telegram(7).await;
    let call = viewer
        .rpc
        .package_changelog(context(), viewer.by, name("nginx"));
    let text = call.await.unwrap().unwrap();
    assert_eq!(text.lines().count(), 5);
    assert!(!text.contains("hunter2"));
}

#[tokio::test]
async fn restarts_and_status_are_passed_on() {
    let world = world().await;
    let restarts = Restarts {
        kernel: "6.1".to_owned(),
        ..Restarts::default()
    };
    world.fakes.packages.set_restarts(restarts.clone());
    let owner = world.telegram(7).await;
    let told = owner
        .rpc
        .package_restarts(context(), owner.by)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(told, restarts);
    let status = owner
        .rpc
        .package_status(context(), owner.by)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(status, nothing());
}
