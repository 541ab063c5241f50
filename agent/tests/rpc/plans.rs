//! Plan, then apply.

use std::time::Duration;

use potion_proto::Code;
use potion_proto::actions::{Action, PlanId, Proof};
use potion_proto::units::Verb;

use crate::{OPERATOR, OWNER, code, unit, world};

fn restart() -> Action {
    Action::Unit(Verb::Restart, unit("nginx.service"))
}

#[tokio::test]
async fn a_plan_is_good_once() {
    let world = world().start().await;
    let sari = world.telegram(OPERATOR).await;
    let plan = sari.plan(restart()).await.unwrap();
    sari.apply(&plan, Proof::Confirmed).await.unwrap();
    assert_eq!(
        code(sari.apply(&plan, Proof::Confirmed).await),
        Code::Expired
    );
    assert_eq!(world.fakes.units.touched("nginx.service"), [Verb::Restart]);
}

#[tokio::test]
async fn of_two_taps_at_once_one_acts() {
    let world = world().start().await;
    let sari = world.telegram(OPERATOR).await;
    let plan = sari.plan(restart()).await.unwrap();
    let taps = (
        sari.apply(&plan, Proof::Confirmed),
        sari.apply(&plan, Proof::Confirmed),
    );
    let (first, second) = futures::future::join(taps.0, taps.1).await;
    assert!(first.is_ok() != second.is_ok());
    assert_eq!(world.fakes.units.touched("nginx.service"), [Verb::Restart]);
}

#[tokio::test]
async fn a_plan_is_for_who_made_it_through_the_caller_who_made_it() {
    let world = world().start().await;
    let plan = world
        .telegram(OPERATOR)
        .await
        .plan(restart())
        .await
        .unwrap();
    for other in [
        world.telegram(OWNER).await,
        world.root().await,
        world.member().await,
    ] {
        assert_eq!(
            code(other.apply(&plan, Proof::Confirmed).await),
            Code::Expired
        );
    }
    world.fakes.units.expect_all_untouched();
    world
        .telegram(OPERATOR)
        .await
        .apply(&plan, Proof::Confirmed)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_plan_lives_as_long_as_the_policy_says_by_the_boot_clock() {
    let world = world().config("[policy]\nplan-seconds = 60").start().await;
    let sari = world.telegram(OPERATOR).await;
    let (early, late) = (
        sari.plan(restart()).await.unwrap(),
        sari.plan(restart()).await.unwrap(),
    );
    world.fakes.clock.set_wall_by(86_400);
    sari.apply(&early, Proof::Confirmed).await.unwrap();
    world.fakes.clock.advance(Duration::from_secs(61));
    assert_eq!(
        code(sari.apply(&late, Proof::Confirmed).await),
        Code::Expired
    );
}

#[tokio::test]
async fn an_id_that_was_made_up_is_no_plan() {
    let world = world().start().await;
    let sari = world.telegram(OPERATOR).await;
    let mut plan = sari.plan(restart()).await.unwrap();
    plan.id = PlanId([0; 16]);
    assert_eq!(
        code(sari.apply(&plan, Proof::Confirmed).await),
        Code::Expired
    );
}

#[tokio::test]
async fn a_restarted_agent_knows_no_old_plans() {
    let world = world().start().await;
    let plan = world
        .telegram(OPERATOR)
        .await
        .plan(restart())
        .await
        .unwrap();
    let world = world.restart().await;
    let answer = world
        .telegram(OPERATOR)
        .await
        .apply(&plan, Proof::Confirmed)
        .await;
    assert_eq!(code(answer), Code::Expired);
}

#[tokio::test]
async fn more_calls_than_the_policy_allows_are_told_how_long_to_wait() {
    let world = world()
        .config("[policy]\nrate-per-minute = 10")
        .start()
        .await;
    let sari = world.telegram(OPERATOR).await;
    for _ in 0..10 {
        sari.plan(restart()).await.unwrap();
    }
    let failure = sari.plan(restart()).await.unwrap_err();
    assert_eq!(
        (failure.code, failure.subject.as_str()),
        (Code::RateLimited, "6")
    );
    world.telegram(OWNER).await.plan(restart()).await.unwrap();
    world.fakes.clock.advance(Duration::from_secs(6));
    sari.plan(restart()).await.unwrap();
}

#[tokio::test]
async fn a_failure_carries_the_request_s_id_of_the_journal() {
    let world = world().start().await;
    let owner = world.telegram(OWNER).await;
    let absent = Action::Unit(Verb::Restart, unit("docker.service"));
    let failure = owner.plan(absent).await.unwrap_err();
    assert_eq!(failure.code, Code::NotFound);
    assert!(failure.request > 0);
}
