//! Keep or revert.

use std::time::Duration;

use potion_agent::keeps::{self, Reason};
use potion_agent::testing::{Person, Running, context};
use potion_proto::Code;
use potion_proto::actions::{Action, Applied, Effect};
use potion_proto::events::{Keep, News, Seq};
use potion_proto::units::{Active, Verb};

use crate::{OPERATOR, code, unit, world};

fn stop_ssh() -> Action {
    Action::Unit(Verb::Stop, unit("ssh.service"))
}

async fn stopped(world: &Running) -> Keep {
    match world.root().await.act(stop_ssh()).await.unwrap() {
        Applied::KeepPending(_, keep) => keep,
        other => panic!("{other:?}"),
    }
}

async fn pending(person: &Person) -> Option<Keep> {
    person
        .rpc
        .keep_pending(context(), person.by)
        .await
        .unwrap()
        .unwrap()
}

/// The news of an undoing, as soon as it comes.
async fn reverted(world: &Running) -> String {
    let bot = world.bot().await;
    let mut cursor = Seq(0);
    loop {
        let after = bot.rpc.events_after(context(), bot.by, cursor, 100, 30_000);
        for event in after.await.unwrap().unwrap().events {
            cursor = event.seq;
            if let News::Reverted { reason, .. } = event.news {
                return reason;
            }
        }
    }
}

#[tokio::test]
async fn what_nobody_keeps_is_undone_when_its_time_is_over() {
    let world = world().start().await;
    let plan = world.root().await.plan(stop_ssh()).await.unwrap();
    assert!(
        plan.effects
            .contains(&Effect::KeepOrRevert { seconds: 120 })
    );
    stopped(&world).await;
    assert_eq!(world.fakes.timers.armed().len(), 1);
    world.fakes.clock.advance(Duration::from_secs(120));
    assert_eq!(reverted(&world).await, "time");
    assert_eq!(
        world.fakes.units.touched("ssh.service"),
        [Verb::Stop, Verb::Start]
    );
    assert_eq!(pending(&world.root().await).await, None);
    assert!(world.fakes.timers.armed().is_empty());
}

#[tokio::test]
async fn what_was_kept_stays() {
    let world = world().start().await;
    let keep = stopped(&world).await;
    let root = world.root().await;
    assert_eq!(pending(&root).await.as_ref(), Some(&keep));
    root.act(Action::Keep(keep.id)).await.unwrap();
    world.fakes.clock.advance(Duration::from_secs(600));
    assert_eq!(code(root.act(Action::Revert(keep.id)).await), Code::Expired);
    assert_eq!(world.fakes.units.touched("ssh.service"), [Verb::Stop]);
    assert!(world.fakes.timers.armed().is_empty());
}

#[tokio::test]
async fn an_operator_may_undo_and_not_keep() {
    let world = world().start().await;
    let keep = stopped(&world).await;
    let sari = world.telegram(OPERATOR).await;
    assert_eq!(code(sari.act(Action::Keep(keep.id)).await), Code::Denied);
    sari.act(Action::Revert(keep.id)).await.unwrap();
    assert_eq!(
        world.fakes.units.touched("ssh.service"),
        [Verb::Stop, Verb::Start]
    );
}

#[tokio::test]
async fn a_second_one_is_refused_while_the_first_waits() {
    let world = world().start().await;
    world.fakes.units.put("tailscaled.service", Active::Active);
    stopped(&world).await;
    let second = Action::Unit(Verb::Stop, unit("tailscaled.service"));
    assert_eq!(code(world.root().await.act(second).await), Code::Conflict);
    world.fakes.units.expect_untouched("tailscaled.service");
}

#[tokio::test]
async fn without_a_timer_the_act_is_not_done() {
    let world = world().start().await;
    world.fakes.timers.refuse();
    assert_eq!(
        code(world.root().await.act(stop_ssh()).await),
        Code::Unavailable
    );
    world.fakes.units.expect_all_untouched();
    assert_eq!(pending(&world.root().await).await, None);
}

#[tokio::test]
async fn an_agent_that_died_undoes_what_is_overdue_when_it_starts() {
    let world = world().start().await;
    stopped(&world).await;
    let fakes = world.fakes.clone();
    let world = world.restart().await;
    assert!(
        pending(&world.root().await).await.is_some(),
        "its time is not over"
    );
    fakes.clock.advance(Duration::from_secs(120));
    reverted(&world).await;
    assert!(fakes.units.touched("ssh.service").contains(&Verb::Start));
}

#[tokio::test]
async fn a_reboot_undoes_it_at_once() {
    let world = world().start().await;
    stopped(&world).await;
    world.fakes.clock.reboot();
    let world = world.restart().await;
    assert_eq!(reverted(&world).await, "reboot");
    assert!(
        world
            .fakes
            .units
            .touched("ssh.service")
            .contains(&Verb::Start)
    );
}

#[tokio::test]
async fn the_timer_s_own_process_undoes_it_where_the_agent_does_not_run() {
    let world = world().start().await;
    let keep = stopped(&world).await;
    keeps::revert(&world.agent, keep.id, Reason::Time)
        .await
        .unwrap();
    assert_eq!(
        world.fakes.units.touched("ssh.service"),
        [Verb::Stop, Verb::Start]
    );
    assert_eq!(
        code(keeps::revert(&world.agent, keep.id, Reason::Time).await),
        Code::Expired
    );
}

#[tokio::test]
async fn a_unit_that_was_down_already_waits_for_nothing() {
    let world = world().start().await;
    world.fakes.units.put("ssh.service", Active::Inactive);
    world
        .fakes
        .units
        .script("ssh.service", potion_proto::units::Verdict::Unchanged);
    let applied = world.root().await.act(stop_ssh()).await.unwrap();
    assert!(matches!(applied, Applied::Unit(_)));
    assert_eq!(pending(&world.root().await).await, None);
}
