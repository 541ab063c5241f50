//! The bot speaks for somebody who is no admin.
//!
//! 1. As the bot, name a Telegram id that nobody holds, one that was removed, and the largest there is.
//! 2. Call everything with it.
//!
//! All is denied; the same calls for an admin are not.

use potion_agent::testing::{Person, context, telegram_id};
use potion_proto::Code;
use potion_proto::actions::Behalf;
use potion_proto::names::ErrorId;

use crate::every_action::{OWN, dangerous, harmless, local};
use crate::{OWNER, code, world};

/// Whether each read is denied.
async fn reads_denied(person: &Person) -> Vec<bool> {
    let (rpc, by) = (&person.rpc, person.by);
    let denied = |code: Option<Code>| code == Some(Code::Denied);
    let of = |answer: Option<potion_proto::Failure>| denied(answer.map(|failure| failure.code));
    let error = ErrorId::new("0123abcd").unwrap();
    vec![
        of(rpc.admin_list(context(), by).await.unwrap().err()),
        of(rpc.audit_list(context(), by, None, 10).await.unwrap().err()),
        of(rpc.audit_verify(context(), by).await.unwrap().err()),
        of(rpc.error_show(context(), by, error).await.unwrap().err()),
        of(rpc.job_list(context(), by, 10).await.unwrap().err()),
        of(rpc.incident_list(context(), by, 10).await.unwrap().err()),
        of(rpc.setting_list(context(), by).await.unwrap().err()),
        of(rpc.keep_pending(context(), by).await.unwrap().err()),
    ]
}

#[tokio::test]
async fn an_id_that_nobody_holds_is_denied_everything() {
    let world = world().start().await;
    let bot = world.bot().await;
    for id in [9_999, i64::MAX] {
        let nobody = bot.acting_for(Behalf::Telegram(telegram_id(id)));
        assert!(reads_denied(&nobody).await.iter().all(|denied| *denied));
        for action in [harmless(), dangerous(), local(), vec![OWN]].concat() {
            assert_eq!(
                code(nobody.act(action.clone()).await),
                Code::Denied,
                "{action:?}"
            );
        }
    }
    world.fakes.units.expect_all_untouched();
}

#[tokio::test]
async fn an_owner_is_denied_none_of_it() {
    let world = world().start().await;
    let owner = world.telegram(OWNER).await;
    assert!(reads_denied(&owner).await.iter().all(|denied| !*denied));
}
