#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use potion_proto::actions::{Action, Applied};
use potion_proto::admins::Role;
use potion_proto::events::{Event, News, Seq};
use potion_proto::jobs::{Job, JobId, Phase, Progress};
use potion_proto::packages::Selection;
use potion_proto::{Code, Failure};

use super::folder::Folder;
use super::output::Writer;
use super::spec::{Outcome, Snapshot, Work};
use crate::testing::{Person, Running, World, context};

async fn world() -> Running {
    World::new().admin(7, Role::Owner).start().await
}

fn folder(world: &Running, id: JobId) -> Folder {
    Folder::of(&world.agent.paths.jobs(), id)
}

async fn refresh(person: &Person) -> JobId {
    match person.act(Action::PackagesRefresh).await.unwrap() {
        Applied::Job(id) => id,
        other => panic!("no job: {other:?}"),
    }
}

async fn show(person: &Person, id: JobId) -> Job {
    person
        .rpc
        .job_show(context(), person.by, id)
        .await
        .unwrap()
        .unwrap()
}

/// Waits, as a client does, until the job is over.
async fn ended(person: &Person, id: JobId) -> Job {
    let mut seen = 0;
    loop {
        let wait = person.rpc.job_wait(context(), person.by, id, seen, 30_000);
        let job = wait.await.unwrap().unwrap();
        if job.phase.is_over() {
            return job;
        }
        seen = job.revision;
    }
}

async fn ends_told(world: &Running) -> Vec<Job> {
    let bot = world.bot().await;
    let page = bot
        .rpc
        .events_after(context(), bot.by, Seq(0), 100, 10_000)
        .await;
    let told = |event: Event| match event.news {
        News::JobEnded(job) => Some(*job),
        _ => None,
    };
    page.unwrap()
        .unwrap()
        .events
        .into_iter()
        .filter_map(told)
        .collect()
}

#[tokio::test]
async fn a_job_that_is_started_has_its_spec_its_unit_and_its_record() {
    let world = world().await;
    let root = world.root().await;
    let action = Action::PackagesUpgrade(Selection::All);
    let Applied::Job(id) = root.act(action.clone()).await.unwrap() else {
        panic!("an upgrade is a job");
    };
    assert_eq!(world.fakes.runner.running(), [id]);
    assert_eq!(
        folder(&world, id).spec().unwrap().work,
        Work::Upgrade(Selection::All)
    );
    let job = show(&root, id).await;
    assert_eq!((job.phase, job.by.as_str()), (Phase::Running, "uid:0"));
    assert_eq!(job.action, action);
    assert!(!job.cancellable);
}

#[tokio::test]
async fn the_result_file_is_the_truth_and_its_end_is_told_once() {
    let world = world().await;
    let root = world.root().await;
    let id = refresh(&root).await;
    let facts = vec![("upgraded".to_owned(), "3".to_owned())];
    folder(&world, id)
        .write_result(&Outcome::done(facts.clone()))
        .unwrap();
    let job = ended(&root, id).await;
    assert_eq!((job.phase, &job.ending.facts), (Phase::Done, &facts));
    world.fakes.runner.end(id);
    let told = ends_told(&world).await;
    assert_eq!(told.iter().map(|job| job.id).collect::<Vec<_>>(), [id]);
}

#[tokio::test]
async fn a_unit_that_is_gone_without_a_result_was_interrupted() {
    let world = world().await;
    let root = world.root().await;
    let id = refresh(&root).await;
    world.fakes.runner.end(id);
    let job = ended(&root, id).await;
    assert_eq!(job.phase, Phase::Interrupted);
    assert!(!job.ending.reason.is_empty());
}

#[tokio::test]
async fn a_job_that_ended_while_the_agent_was_down_is_told_truly_and_once() {
    let world = world().await;
    let root = world.root().await;
    let id = refresh(&root).await;
    let outcome = Outcome::failed("gamma: its postinst failed");
    folder(&world, id).write_result(&outcome).unwrap();
    world.fakes.runner.end(id);
    let world = world.restart().await;
    let root = world.root().await;
    let job = ended(&root, id).await;
    assert_eq!(
        (job.phase, job.ending.reason.as_str()),
        (Phase::Failed, "gamma: its postinst failed")
    );
    let world = world.restart().await;
    assert_eq!(ends_told(&world).await.len(), 1);
}

#[tokio::test]
async fn a_job_that_runs_over_a_restart_of_the_agent_is_followed_again() {
    let world = world().await;
    let id = refresh(&world.root().await).await;
    let world = world.restart().await;
    let root = world.root().await;
    assert_eq!(show(&root, id).await.phase, Phase::Running);
    folder(&world, id)
        .write_result(&Outcome::done(Vec::new()))
        .unwrap();
    assert_eq!(ended(&root, id).await.phase, Phase::Done);
}

#[tokio::test]
async fn one_job_at_a_time_uses_apt_and_the_second_hears_whose_it_is() {
    let world = world().await;
    let (root, owner) = (world.root().await, world.telegram(7).await);
    let id = refresh(&owner).await;
    let busy: Failure = root.act(Action::PackagesRefresh).await.unwrap_err();
    assert_eq!(busy.code, Code::Conflict);
    assert!(busy.message.contains("telegram:7") && busy.subject.contains(&id.to_string()));
    world.fakes.runner.end(id);
    ended(&root, id).await;
    refresh(&root).await;
}

#[tokio::test]
async fn progress_reaches_a_waiter_with_a_new_revision() {
    let world = world().await;
    let root = world.root().await;
    let id = refresh(&root).await;
    let first = show(&root, id).await;
    let progress = Progress {
        percent: Some(40),
        step: "downloading".to_owned(),
        item: "nginx".to_owned(),
    };
    let snapshot = Snapshot {
        progress: progress.clone(),
        cancellable: true,
    };
    let waiting = root
        .rpc
        .job_wait(context(), root.by, id, first.revision, 30_000);
    let (job, ()) = tokio::join!(waiting, async {
        folder(&world, id).write_progress(&snapshot).unwrap();
    });
    let job = job.unwrap().unwrap();
    assert_eq!(job.progress, progress);
    assert!(job.cancellable && job.revision > first.revision);
}

#[tokio::test]
async fn a_wait_that_hears_nothing_answers_the_job_as_it_is() {
    let world = world().await;
    let root = world.root().await;
    let id = refresh(&root).await;
    let seen = show(&root, id).await.revision;
    let job = root
        .rpc
        .job_wait(context(), root.by, id, seen, 20)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((job.phase, job.revision), (Phase::Running, seen));
}

#[tokio::test]
async fn a_cancel_is_passed_on_only_at_a_step_that_may_be_broken_off() {
    let world = world().await;
    let root = world.root().await;
    let id = refresh(&root).await;
    let early = root.act(Action::JobCancel(id)).await.unwrap_err();
    assert_eq!(early.code, Code::Conflict);
    let seen = show(&root, id).await.revision;
    let snapshot = Snapshot {
        cancellable: true,
        ..Snapshot::default()
    };
    folder(&world, id).write_progress(&snapshot).unwrap();
    root.rpc
        .job_wait(context(), root.by, id, seen, 30_000)
        .await
        .unwrap()
        .unwrap();
    root.act(Action::JobCancel(id)).await.unwrap();
    assert_eq!(world.fakes.runner.cancelled(), [id]);
    folder(&world, id)
        .write_result(&Outcome::cancelled())
        .unwrap();
    assert_eq!(ended(&root, id).await.phase, Phase::Cancelled);
    let late = root.act(Action::JobCancel(id)).await.unwrap_err();
    assert_eq!(late.code, Code::Conflict);
}

#[tokio::test]
async fn a_unit_that_systemd_refuses_leaves_no_job_behind() {
    let world = world().await;
    let root = world.root().await;
    world.fakes.runner.refuse();
    let refused = root.act(Action::PackagesRefresh).await.unwrap_err();
    assert_eq!(refused.code, Code::Unavailable);
    let jobs = root
        .rpc
        .job_list(context(), root.by, 100)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(jobs, []);
    assert_eq!(super::folder::highest(&world.agent.paths.jobs()), 0);
}

#[tokio::test]
async fn output_comes_in_pieces_without_secrets() {
    let world = world().await;
    let root = world.root().await;
    let id = refresh(&root).await;
    let mut writer = Writer::new(folder(&world, id).path(), 1 << 20);
    writer.write(b"Get:1 http://user:hunter2@mirror/debian stable InRelease\n");
    let piece = root
        .rpc
        .job_output(context(), root.by, id, 0)
        .await
        .unwrap()
        .unwrap();
    assert!(
        piece.text.contains("mirror/debian") && !piece.text.contains("hunter2"),
        "{}",
        piece.text
    );
    assert!(piece.end);
    writer.write(b"done\n");
    let rest = root
        .rpc
        .job_output(context(), root.by, id, piece.next)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(rest.text, "done\n");
    let nobody = root
        .rpc
        .job_output(context(), root.by, JobId(999), 0)
        .await
        .unwrap();
    assert_eq!(nobody.unwrap_err().code, Code::NotFound);
}

#[tokio::test]
async fn what_a_result_says_is_told_without_secrets() {
    let world = world().await;
    let root = world.root().await;
    let id = refresh(&root).await;
    let mut outcome = Outcome::failed("Failed to fetch http://user:hunter2@mirror/x");
    outcome.ending.tail = vec!["Authorization: Bearer abcdefghijklmnop".to_owned()];
    folder(&world, id).write_result(&outcome).unwrap();
    let told = format!("{:?}", ended(&root, id).await.ending);
    assert!(
        !told.contains("hunter2") && !told.contains("abcdefghijklmnop"),
        "{told}"
    );
}

#[tokio::test]
async fn a_viewer_sees_jobs_and_may_cancel_none() {
    let world = World::new()
        .admin(7, Role::Owner)
        .admin(8, Role::Viewer)
        .start()
        .await;
    let (owner, viewer) = (world.telegram(7).await, world.telegram(8).await);
    let id = refresh(&owner).await;
    let snapshot = Snapshot {
        cancellable: true,
        ..Snapshot::default()
    };
    let seen = show(&viewer, id).await.revision;
    folder(&world, id).write_progress(&snapshot).unwrap();
    let job = viewer
        .rpc
        .job_wait(context(), viewer.by, id, seen, 30_000)
        .await
        .unwrap()
        .unwrap();
    assert!(!job.cancellable);
    assert_eq!(
        viewer.act(Action::JobCancel(id)).await.unwrap_err().code,
        Code::Denied
    );
    assert!(show(&owner, id).await.cancellable);
}

#[tokio::test]
async fn ended_jobs_beyond_the_count_are_removed_with_their_folders() {
    let world = World::new()
        .config("[jobs]\nkeep-count = 10")
        .admin(7, Role::Owner)
        .start()
        .await;
    let root = world.root().await;
    for _ in 0..12 {
        let id = refresh(&root).await;
        world.fakes.runner.end(id);
        ended(&root, id).await;
    }
    // Pruning follows the end; a start does it too.
    let world = world.restart().await;
    let root = world.root().await;
    let jobs = root
        .rpc
        .job_list(context(), root.by, 100)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(jobs.len(), 10);
    assert!(!folder(&world, JobId(1)).path().exists());
    assert!(folder(&world, JobId(12)).path().exists());
}
