//! A plan that is used as it was not meant.
//!
//! 1. Apply a plan twice, also at the same moment over two connections.
//! 2. Apply somebody else's plan, whose id leaked.
//! 3. Apply a plan long after it was shown.
//!
//! What the unit was touched by is counted at the unit itself; one honest application is seen there.

use std::time::Duration;

use potion_proto::Code;
use potion_proto::actions::{Action, Proof};
use potion_proto::units::Verb;

use crate::{OPERATOR, OWNER, VIEWER, code, unit, world};

fn restart() -> Action {
    Action::Unit(Verb::Restart, unit("nginx.service"))
}

#[tokio::test]
async fn many_taps_over_as_many_connections_act_once() {
    let world = world()
        .config("[policy]\nrate-per-minute = 1000")
        .start()
        .await;
    let sari = world.telegram(OPERATOR).await;
    let plan = sari.plan(restart()).await.unwrap();
    let mut taps = Vec::new();
    for _ in 0..14 {
        let (sari, plan) = (world.telegram(OPERATOR).await, plan.clone());
        taps.push(tokio::spawn(async move {
            sari.apply(&plan, Proof::Confirmed).await
        }));
    }
    let mut acted = 0;
    for tap in taps {
        acted += usize::from(tap.await.unwrap().is_ok());
    }
    assert_eq!(acted, 1);
    assert_eq!(world.fakes.units.touched("nginx.service"), [Verb::Restart]);
}

#[tokio::test]
async fn a_leaked_id_is_worth_nothing_to_others() {
    let world = world().start().await;
    let plan = world.telegram(OWNER).await.plan(restart()).await.unwrap();
    for other in [
        world.telegram(OPERATOR).await,
        world.telegram(VIEWER).await,
        world.member().await,
        world.root().await,
    ] {
        assert_eq!(
            code(other.apply(&plan, Proof::Confirmed).await),
            Code::Expired
        );
    }
    assert_eq!(
        code(world.bot().await.apply(&plan, Proof::Confirmed).await),
        Code::Expired
    );
    world.fakes.units.expect_all_untouched();
}

#[tokio::test]
async fn an_old_plan_is_nothing_whatever_the_wall_clock_says() {
    let world = world().start().await;
    let sari = world.telegram(OPERATOR).await;
    let plan = sari.plan(restart()).await.unwrap();
    world.fakes.clock.advance(Duration::from_secs(120));
    world.fakes.clock.set_wall_by(-86_400);
    assert_eq!(
        code(sari.apply(&plan, Proof::Confirmed).await),
        Code::Expired
    );
    world.fakes.units.expect_all_untouched();
}
