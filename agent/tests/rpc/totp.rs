//! Codes of an authenticator.

use std::time::Duration;

use potion_agent::testing::{Running, context, telegram_id};
use potion_proto::Code;
use potion_proto::actions::{Action, Applied, Proof};
use potion_proto::events::{News, Seq};
use potion_proto::units::Verb;

use crate::{OWNER, code, entry, unit, world};

fn stop_ssh() -> Action {
    Action::Unit(Verb::Stop, unit("ssh.service"))
}

#[tokio::test]
async fn a_dangerous_act_needs_a_tap_and_a_code() {
    let world = world().start().await;
    let phone = world.enrol(OWNER).await;
    let owner = world.telegram(OWNER).await;
    let plan = owner.plan(stop_ssh()).await.unwrap();
    assert!(plan.totp);
    assert_eq!(
        code(owner.apply(&plan, Proof::Confirmed).await),
        Code::TotpRequired
    );
    world.fakes.units.expect_all_untouched();
    let applied = owner.apply(&plan, Proof::Totp(phone.code())).await.unwrap();
    assert!(matches!(applied, Applied::KeepPending(..)));
    assert_eq!(world.fakes.units.touched("ssh.service"), [Verb::Stop]);
}

#[tokio::test]
async fn root_at_a_terminal_needs_none() {
    let world = world().start().await;
    let plan = world.root().await.plan(stop_ssh()).await.unwrap();
    assert!(!plan.totp);
    world.root().await.act(stop_ssh()).await.unwrap();
}

#[tokio::test]
async fn without_a_secret_a_dangerous_act_names_the_command_that_enrols() {
    let world = world().start().await;
    let failure = world
        .telegram(OWNER)
        .await
        .plan(stop_ssh())
        .await
        .unwrap_err();
    assert_eq!(failure.code, Code::TotpNotEnrolled);
    assert_eq!(failure.subject, "sudo potionctl totp enrol 1001");
}

#[tokio::test]
async fn a_secret_counts_only_once_its_first_code_was_given() {
    let world = world().start().await;
    let (root, id) = (world.root().await, telegram_id(OWNER));
    root.act(Action::TotpEnrol(id)).await.unwrap();
    assert_eq!(
        code(world.telegram(OWNER).await.plan(stop_ssh()).await),
        Code::TotpNotEnrolled
    );
    let listed = root
        .rpc
        .admin_list(context(), root.by)
        .await
        .unwrap()
        .unwrap();
    assert!(!entry(&listed, OWNER).unwrap().totp);
    let phone = world.enrol(OWNER).await;
    let wrong = Action::TotpConfirm(id, phone.wrong_code());
    assert_eq!(
        code(root.act(wrong).await),
        Code::TotpNotEnrolled,
        "nothing waits any more"
    );
    let listed = root
        .rpc
        .admin_list(context(), root.by)
        .await
        .unwrap()
        .unwrap();
    assert!(entry(&listed, OWNER).unwrap().totp);
}

#[tokio::test]
async fn a_second_enrolment_leaves_the_first_in_force_until_it_is_confirmed() {
    let world = world().start().await;
    let phone = world.enrol(OWNER).await;
    world
        .root()
        .await
        .act(Action::TotpEnrol(telegram_id(OWNER)))
        .await
        .unwrap();
    let owner = world.telegram(OWNER).await;
    owner.act_with(stop_ssh(), phone.code()).await.unwrap();
}

#[tokio::test]
async fn a_code_is_good_once_over_all_plans() {
    let world = world().start().await;
    let (phone, owner) = (world.enrol(OWNER).await, world.telegram(OWNER).await);
    owner.act_with(stop_ssh(), phone.code()).await.unwrap();
    let second = Action::Unit(Verb::Disable, unit("tailscaled.service"));
    world
        .fakes
        .units
        .put("tailscaled.service", potion_proto::units::Active::Active);
    let plan = owner.plan(second).await.unwrap();
    assert_eq!(
        code(owner.apply(&plan, Proof::Totp(phone.code())).await),
        Code::TotpReused
    );
    world.fakes.units.expect_untouched("tailscaled.service");
}

#[tokio::test]
async fn wrong_codes_are_counted_over_plans_and_lock_and_the_owners_hear_of_it() {
    let world = world().start().await;
    let (phone, owner) = (world.enrol(OWNER).await, world.telegram(OWNER).await);
    for left in ["4", "3", "2", "1"] {
        let failure = owner
            .act_with(stop_ssh(), phone.wrong_code())
            .await
            .unwrap_err();
        assert_eq!(
            (failure.code, failure.subject.as_str()),
            (Code::TotpWrong, left)
        );
    }
    assert_eq!(
        code(owner.act_with(stop_ssh(), phone.wrong_code()).await),
        Code::TotpLocked
    );
    let locked = owner.act_with(stop_ssh(), phone.code()).await.unwrap_err();
    assert_eq!(
        (locked.code, locked.subject.as_str()),
        (Code::TotpLocked, "15")
    );
    assert_eq!(news_of_locks(&world).await, [15]);
    world.fakes.units.expect_all_untouched();
}

#[tokio::test]
async fn a_lock_opens_by_the_boot_clock_and_the_next_one_is_longer() {
    let world = world().start().await;
    let (phone, owner) = (world.enrol(OWNER).await, world.telegram(OWNER).await);
    lock(&world).await;
    world.fakes.clock.set_wall_by(86_400);
    assert_eq!(
        code(owner.act_with(stop_ssh(), phone.code()).await),
        Code::TotpLocked
    );
    world.fakes.clock.advance(Duration::from_secs(15 * 60));
    lock(&world).await;
    assert_eq!(news_of_locks(&world).await, [15, 30]);
    world.fakes.clock.advance(Duration::from_secs(30 * 60));
    owner.act_with(stop_ssh(), phone.code()).await.unwrap();
}

#[tokio::test]
async fn neither_a_restart_nor_a_reboot_opens_a_lock_and_root_does() {
    let world = world().start().await;
    let phone = world.enrol(OWNER).await;
    lock(&world).await;
    let world = world.restart().await;
    let owner = world.telegram(OWNER).await;
    assert_eq!(
        code(owner.act_with(stop_ssh(), phone.code()).await),
        Code::TotpLocked
    );
    world.fakes.clock.reboot();
    let world = world.restart().await;
    let owner = world.telegram(OWNER).await;
    assert_eq!(
        code(owner.act_with(stop_ssh(), phone.code()).await),
        Code::TotpLocked
    );
    world
        .root()
        .await
        .act(Action::TotpUnlock(telegram_id(OWNER)))
        .await
        .unwrap();
    owner.act_with(stop_ssh(), phone.code()).await.unwrap();
}

#[tokio::test]
async fn a_reset_secret_is_gone() {
    let world = world().start().await;
    let (phone, owner) = (world.enrol(OWNER).await, world.telegram(OWNER).await);
    let plan = owner.plan(stop_ssh()).await.unwrap();
    world
        .root()
        .await
        .act(Action::TotpReset(telegram_id(OWNER)))
        .await
        .unwrap();
    let answer = owner.apply(&plan, Proof::Totp(phone.code())).await;
    assert_eq!(code(answer), Code::TotpNotEnrolled);
    let again = world
        .root()
        .await
        .act(Action::TotpReset(telegram_id(OWNER)))
        .await;
    assert_eq!(code(again), Code::TotpNotEnrolled);
}

#[tokio::test]
async fn a_secret_for_nobody_is_not_made() {
    let world = world().start().await;
    let answer = world
        .root()
        .await
        .act(Action::TotpEnrol(telegram_id(9_999)))
        .await;
    assert_eq!(code(answer), Code::NotFound);
}

async fn lock(world: &Running) {
    let owner = world.telegram(OWNER).await;
    let wrong = potion_proto::names::TotpCode::new("000000").unwrap();
    let mut last = None;
    while last != Some(Code::TotpLocked) {
        last = owner
            .act_with(stop_ssh(), wrong.clone())
            .await
            .err()
            .map(|failure| failure.code);
    }
}

async fn news_of_locks(world: &Running) -> Vec<u32> {
    let bot = world.bot().await;
    let page = bot
        .rpc
        .events_after(context(), bot.by, Seq(0), 100, 0)
        .await
        .unwrap()
        .unwrap();
    let minutes = page
        .events
        .into_iter()
        .filter_map(|event| match event.news {
            News::TotpLocked { minutes, .. } => Some(minutes),
            _ => None,
        });
    minutes.collect()
}
