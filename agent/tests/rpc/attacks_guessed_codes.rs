//! Codes that are guessed, and codes that are used again.
//!
//! 1. With the bot and no authenticator, plan a dangerous act and try codes: on one plan, on a new plan
//!    each time, and from many connections at once.
//! 2. Catch a code that the owner typed, and use it for an act of one's own.
//!
//! After `policy.totp-failures` nothing is even compared, the right code included. A right code alone is
//! seen to act, so a guess that fits would be, too.

use potion_agent::testing::Running;
use potion_proto::actions::{Action, Applied, Proof};
use potion_proto::names::TotpCode;
use potion_proto::units::{Active, Verb};
use potion_proto::{Code, Failure};

use crate::{OWNER, code, unit, world};

fn stop(name: &str) -> Action {
    Action::Unit(Verb::Stop, unit(name))
}

/// Tries as many codes at once as connections allow; what each came to.
async fn guess(world: &Running, codes: u32) -> Vec<Result<Applied, Failure>> {
    let thief = world.telegram(OWNER).await;
    let mut tries = Vec::new();
    for number in 0..codes {
        let plan = thief.plan(stop("ssh.service")).await.unwrap();
        let (thief, guess) = (
            thief.clone(),
            TotpCode::new(format!("{number:06}")).unwrap(),
        );
        tries.push(tokio::spawn(async move {
            thief.apply(&plan, Proof::Totp(guess)).await
        }));
    }
    let mut answers = Vec::new();
    for one in tries {
        answers.push(one.await.unwrap());
    }
    answers
}

#[tokio::test]
async fn five_guesses_over_any_plans_and_connections_lock_the_sixth_out() {
    let world = world()
        .config("[policy]\nrate-per-minute = 1000")
        .start()
        .await;
    let phone = world.enrol(OWNER).await;
    let answers = guess(&world, 15).await;
    let wrong = answers.iter().filter(|answer| {
        answer
            .as_ref()
            .is_err_and(|failure| failure.code == Code::TotpWrong)
    });
    assert_eq!(wrong.count(), 4, "the fifth already tells of the lock");
    let owner = world.telegram(OWNER).await;
    assert_eq!(
        code(owner.act_with(stop("ssh.service"), phone.code()).await),
        Code::TotpLocked
    );
    world.fakes.units.expect_all_untouched();
}

#[tokio::test]
async fn guesses_on_one_plan_are_counted_too() {
    let world = world().start().await;
    let phone = world.enrol(OWNER).await;
    let owner = world.telegram(OWNER).await;
    let plan = owner.plan(stop("ssh.service")).await.unwrap();
    for _ in 0..4 {
        let answer = owner.apply(&plan, Proof::Totp(phone.wrong_code())).await;
        assert_eq!(code(answer), Code::TotpWrong);
    }
    let answer = owner.apply(&plan, Proof::Totp(phone.wrong_code())).await;
    assert_eq!(code(answer), Code::TotpLocked);
}

#[tokio::test]
async fn a_caught_code_is_worth_one_act_at_most() {
    let world = world()
        .unit("tailscaled.service", Active::Active)
        .start()
        .await;
    let phone = world.enrol(OWNER).await;
    let owner = world.telegram(OWNER).await;
    let caught = phone.code();
    owner
        .act_with(stop("ssh.service"), caught.clone())
        .await
        .unwrap();
    assert_eq!(world.fakes.units.touched("ssh.service"), [Verb::Stop]);
    let answer = owner.act_with(Action::HostReboot, caught).await;
    assert!(matches!(code(answer), Code::TotpReused | Code::Unavailable));
}
