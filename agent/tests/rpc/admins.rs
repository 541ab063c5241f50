//! Pairing, and changes to those who were paired.

use std::time::Duration;

use potion_agent::testing::{Person, Running, context, telegram_id};
use potion_proto::actions::{Action, Applied};
use potion_proto::admins::{Admin, Language, Person as Claimed, Role};
use potion_proto::events::{News, Seq};
use potion_proto::names::PairingCode;
use potion_proto::units::Scope;
use potion_proto::{Code, Failure};

use crate::{OWNER, code, entry, world};

const NEWCOMER: i64 = 2001;

async fn invite(world: &Running, role: Role) -> PairingCode {
    match world
        .root()
        .await
        .act(Action::AdminAdd(role))
        .await
        .unwrap()
    {
        Applied::Pairing { code, .. } => code,
        other => panic!("{other:?}"),
    }
}

async fn redeem(bot: &Person, code: &PairingCode, id: i64) -> Result<Admin, Failure> {
    let person = Claimed {
        id: telegram_id(id),
        name: "Tono".into(),
        language: Some(Language::En),
    };
    bot.rpc
        .admin_redeem(context(), code.clone(), person)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_code_makes_somebody_an_admin_at_once_and_everybody_hears_of_it() {
    let world = world().start().await;
    let code = invite(&world, Role::Operator).await;
    let bot = world.bot().await;
    let admin = redeem(&bot, &code, NEWCOMER).await.unwrap();
    assert_eq!((admin.role, admin.configured), (Role::Operator, false));
    assert_eq!(admin.language, Some(Language::En));
    let tono = world.telegram(NEWCOMER).await;
    assert!(
        tono.rpc
            .unit_list(context(), tono.by, Scope::All)
            .await
            .unwrap()
            .is_ok()
    );
    let page = bot
        .rpc
        .events_after(context(), bot.by, Seq(0), 100, 0)
        .await
        .unwrap()
        .unwrap();
    let paired = News::Paired {
        id: telegram_id(NEWCOMER),
        name: "Tono".into(),
    };
    assert!(page.events.iter().any(|event| event.news == paired));
}

#[tokio::test]
async fn a_code_is_good_once_and_for_its_time() {
    let world = world().start().await;
    let bot = world.bot().await;
    let first = invite(&world, Role::Viewer).await;
    redeem(&bot, &first, NEWCOMER).await.unwrap();
    assert_eq!(
        code(redeem(&bot, &first, NEWCOMER + 1).await),
        Code::PairingRefused
    );
    let second = invite(&world, Role::Viewer).await;
    world.fakes.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(
        code(redeem(&bot, &second, NEWCOMER + 1).await),
        Code::PairingRefused
    );
    let third = invite(&world, Role::Viewer).await;
    world.fakes.clock.reboot();
    assert_eq!(
        code(redeem(&bot, &third, NEWCOMER + 1).await),
        Code::PairingRefused
    );
}

#[tokio::test]
async fn wrong_codes_are_capped_over_all_ids_until_root_makes_a_new_one() {
    let world = world().start().await;
    let (bot, good) = (world.bot().await, invite(&world, Role::Owner).await);
    let wrong = PairingCode::new("a".repeat(26)).unwrap();
    for id in 0..10 {
        assert_eq!(
            code(redeem(&bot, &wrong, NEWCOMER + id).await),
            Code::PairingRefused
        );
    }
    assert_eq!(
        code(redeem(&bot, &good, NEWCOMER).await),
        Code::PairingRefused
    );
    let fresh = invite(&world, Role::Viewer).await;
    redeem(&bot, &fresh, NEWCOMER).await.unwrap();
}

#[tokio::test]
async fn a_code_is_nowhere_in_the_state() {
    let world = world().start().await;
    let pairing = invite(&world, Role::Owner).await;
    let needle = pairing.as_str().as_bytes();
    for file in std::fs::read_dir(&world.agent.paths.state).unwrap() {
        let path = file.unwrap().path();
        let bytes = if path.is_file() {
            std::fs::read(path).unwrap()
        } else {
            Vec::new()
        };
        assert!(!bytes.windows(needle.len()).any(|window| window == needle));
    }
}

#[tokio::test]
async fn only_the_bot_hands_codes_in() {
    let world = world().start().await;
    let pairing = invite(&world, Role::Owner).await;
    for person in [world.root().await, world.member().await] {
        assert_eq!(
            code(redeem(&person, &pairing, NEWCOMER).await),
            Code::Denied
        );
    }
}

#[tokio::test]
async fn somebody_of_the_file_needs_no_code_and_loses_no_role_by_one() {
    let world = world().start().await;
    let pairing = invite(&world, Role::Viewer).await;
    assert_eq!(
        code(redeem(&world.bot().await, &pairing, OWNER).await),
        Code::Conflict
    );
}

#[tokio::test]
async fn a_removed_admin_is_nobody_at_once_and_after_a_restart() {
    let world = world().start().await;
    let pairing = invite(&world, Role::Owner).await;
    redeem(&world.bot().await, &pairing, NEWCOMER)
        .await
        .unwrap();
    let tono = world.telegram(NEWCOMER).await;
    world
        .root()
        .await
        .act(Action::AdminRemove(telegram_id(NEWCOMER)))
        .await
        .unwrap();
    let answer = tono
        .rpc
        .unit_list(context(), tono.by, Scope::All)
        .await
        .unwrap();
    assert_eq!(code(answer), Code::Denied);
    let world = world.restart().await;
    let tono = world.telegram(NEWCOMER).await;
    let answer = tono
        .rpc
        .unit_list(context(), tono.by, Scope::All)
        .await
        .unwrap();
    assert_eq!(code(answer), Code::Denied);
}

#[tokio::test]
async fn a_role_changes_at_once_and_a_pairing_outlives_a_restart() {
    let world = world().start().await;
    let pairing = invite(&world, Role::Viewer).await;
    redeem(&world.bot().await, &pairing, NEWCOMER)
        .await
        .unwrap();
    let change = Action::AdminRole(telegram_id(NEWCOMER), Role::Operator);
    world.root().await.act(change).await.unwrap();
    let world = world.restart().await;
    let bot = world.bot().await;
    let listed = bot
        .rpc
        .admin_list(context(), bot.by)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(entry(&listed, NEWCOMER).unwrap().role, Role::Operator);
    assert_eq!(listed.len(), 4);
}

#[tokio::test]
async fn those_of_the_file_are_changed_in_the_file() {
    let world = world().start().await;
    let root = world.root().await;
    assert_eq!(
        code(root.act(Action::AdminRemove(telegram_id(OWNER))).await),
        Code::Conflict
    );
    assert_eq!(
        code(root.act(Action::AdminRemove(telegram_id(9_999))).await),
        Code::NotFound
    );
}

#[tokio::test]
async fn an_empty_list_means_nobody() {
    let world = potion_agent::testing::World::new().start().await;
    let anybody = world.telegram(OWNER).await;
    let answer = anybody
        .rpc
        .unit_list(context(), anybody.by, Scope::All)
        .await
        .unwrap();
    assert_eq!(code(answer), Code::Denied);
    let bot = world.bot().await;
    assert!(
        bot.rpc
            .admin_list(context(), bot.by)
            .await
            .unwrap()
            .unwrap()
            .is_empty()
    );
}
