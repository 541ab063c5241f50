//! Every act that is root's alone, from the bot.
//!
//! 1. As the bot, for an owner with an authenticator, plan each: admins, authenticators, every local key
//!    of the configuration, a key that does not exist, the filesystem of `files.root`.
//! 2. The same as an operator, a member of group `potion`, and the bot itself.
//!
//! The owner gets the line to type, nobody gets a plan, and the same acts are root's to plan.

use potion_proto::Code;
use potion_proto::actions::Risk;

use crate::every_action::local;
use crate::{OPERATOR, OWNER, world};

#[tokio::test]
async fn each_is_answered_with_the_line_to_type_or_denied() {
    let world = world()
        .config("[policy]\nrate-per-minute = 1000")
        .start()
        .await;
    world.enrol(OWNER).await;
    let before = std::fs::read(&world.agent.paths.config).unwrap();
    let owner = world.telegram(OWNER).await;
    let (operator, member) = (world.telegram(OPERATOR).await, world.member().await);
    let bot = world.bot().await;
    for action in local() {
        let told = owner.plan(action.clone()).await.unwrap_err();
        assert_eq!(told.code, Code::LocalOnly, "{action:?}");
        assert!(
            told.subject.starts_with("sudo potionctl "),
            "{action:?}: {}",
            told.subject
        );
        assert_eq!(
            operator.plan(action.clone()).await.unwrap_err().code,
            Code::Denied
        );
        assert_eq!(
            member.plan(action.clone()).await.unwrap_err().code,
            Code::LocalOnly
        );
        assert_eq!(bot.plan(action).await.unwrap_err().code, Code::Denied);
    }
    assert_eq!(std::fs::read(&world.agent.paths.config).unwrap(), before);
}

#[tokio::test]
async fn root_is_refused_none_of_them_for_a_lack_of_rights() {
    let world = world().start().await;
    let root = world.root().await;
    for action in local() {
        match root.plan(action.clone()).await {
            Ok(plan) => assert_eq!(plan.risk, Risk::Local, "{action:?}"),
            Err(failure) => {
                assert!(
                    !matches!(failure.code, Code::Denied | Code::LocalOnly),
                    "{action:?}"
                );
            }
        }
    }
}
