//! Who may do what.

use potion_agent::testing::{context, telegram_id};
use potion_proto::Code;
use potion_proto::actions::{Action, Applied, Behalf, Proof, Risk};
use potion_proto::admins::{Language, Role};
use potion_proto::journal::{Filter, Place};
use potion_proto::packages::Selection;
use potion_proto::units::{Scope, Verb, Verdict};

use crate::{OPERATOR, OWNER, VIEWER, code, unit, world};

fn restart(name: &str) -> Action {
    Action::Unit(Verb::Restart, unit(name))
}

#[tokio::test]
async fn an_operator_restarts_a_managed_unit_with_one_tap() {
    let world = world().start().await;
    let sari = world.telegram(OPERATOR).await;
    let plan = sari.plan(restart("nginx.service")).await.unwrap();
    assert_eq!((plan.risk, plan.totp), (Risk::Notable, false));
    let applied = sari.apply(&plan, Proof::Confirmed).await.unwrap();
    assert!(matches!(applied, Applied::Unit(outcome) if outcome.verdict == Verdict::Done));
    assert_eq!(world.fakes.units.touched("nginx.service"), [Verb::Restart]);
}

#[tokio::test]
async fn a_viewer_who_restarts_is_denied_and_nothing_happens() {
    let world = world().start().await;
    let budi = world.telegram(VIEWER).await;
    assert_eq!(code(budi.act(restart("nginx.service")).await), Code::Denied);
    world.fakes.units.expect_all_untouched();
    assert!(
        budi.rpc
            .unit_list(context(), budi.by, Scope::All)
            .await
            .unwrap()
            .is_ok()
    );
    assert_eq!(
        budi.act(Action::AdminLanguage(Language::En)).await.unwrap(),
        Applied::Done
    );
}

#[tokio::test]
async fn an_unmanaged_unit_is_read_only_for_the_bot_and_members_and_open_to_root() {
    let world = world().start().await;
    let owner = world.telegram(OWNER).await;
    assert_eq!(
        code(owner.act(restart("cron.service")).await),
        Code::UnitUnmanaged
    );
    let member = world.member().await;
    assert_eq!(
        code(member.act(restart("cron.service")).await),
        Code::UnitUnmanaged
    );
    world.fakes.units.expect_untouched("cron.service");
    world
        .root()
        .await
        .act(restart("cron.service"))
        .await
        .unwrap();
    assert_eq!(world.fakes.units.touched("cron.service"), [Verb::Restart]);
}

#[tokio::test]
async fn a_member_is_told_the_line_to_type_for_what_asks_for_more() {
    let world = world().start().await;
    let member = world.member().await;
    member.act(restart("nginx.service")).await.unwrap();
    for (action, line) in [
        (Action::HostReboot, "sudo potionctl host reboot"),
        (
            Action::PackagesUpgrade(Selection::Security),
            "sudo potionctl package upgrade --security",
        ),
        (
            Action::Unit(Verb::Stop, unit("ssh.service")),
            "sudo potionctl unit stop ssh.service",
        ),
        (
            Action::AdminAdd(Role::Owner),
            "sudo potionctl admin add --role owner",
        ),
    ] {
        let failure = member.plan(action).await.unwrap_err();
        assert_eq!(
            (failure.code, failure.subject.as_str()),
            (Code::LocalOnly, line)
        );
    }
}

#[tokio::test]
async fn a_local_act_from_the_bot_is_answered_with_the_line_to_type() {
    let world = world().start().await;
    let owner = world.telegram(OWNER).await;
    let failure = owner
        .plan(Action::AdminRemove(telegram_id(VIEWER)))
        .await
        .unwrap_err();
    assert_eq!(failure.code, Code::LocalOnly);
    assert_eq!(failure.subject, "sudo potionctl admin remove 1003");
}

#[tokio::test]
async fn somebody_the_bot_makes_up_is_denied_everything() {
    let world = world().start().await;
    let nobody = world.telegram(9_999).await;
    assert_eq!(
        code(nobody.rpc.host_status(context(), nobody.by).await.unwrap()),
        Code::Denied
    );
    assert_eq!(
        code(nobody.act(restart("nginx.service")).await),
        Code::Denied
    );
}

#[tokio::test]
async fn only_the_bot_may_speak_for_people_in_telegram() {
    let world = world().start().await;
    for person in [world.root().await, world.member().await] {
        let posing = person.acting_for(Behalf::Telegram(telegram_id(OWNER)));
        let answer = posing
            .rpc
            .unit_list(context(), posing.by, Scope::All)
            .await
            .unwrap();
        assert_eq!(code(answer), Code::Denied);
    }
}

#[tokio::test]
async fn a_journal_without_a_unit_is_for_operators() {
    let world = world().start().await;
    let ask = |person: potion_agent::testing::Person| async move {
        let page =
            person
                .rpc
                .journal_page(context(), person.by, Filter::default(), Place::Newest, 10);
        page.await.unwrap()
    };
    assert_eq!(code(ask(world.telegram(VIEWER).await).await), Code::Denied);
    let operator = ask(world.telegram(OPERATOR).await).await;
    assert!(
        operator
            .err()
            .is_none_or(|failure| failure.code != Code::Denied)
    );
}

#[tokio::test]
async fn a_role_that_changes_between_plan_and_apply_counts() {
    let world = world().start().await;
    let sari = world.telegram(OPERATOR).await;
    let plan = sari.plan(restart("nginx.service")).await.unwrap();
    let demoted = "[[admins]]\nid = 1002\nrole = \"viewer\"\n";
    std::fs::write(&world.agent.paths.config, demoted).unwrap();
    assert_eq!(
        code(sari.apply(&plan, Proof::Confirmed).await),
        Code::Denied
    );
    world.fakes.units.expect_all_untouched();
}
