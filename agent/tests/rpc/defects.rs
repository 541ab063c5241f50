//! A panic in a handler is an answer, not a silence.

use potion_agent::testing::context;
use potion_proto::Code;
use potion_proto::actions::Action;
use potion_proto::audit::Verdict;
use potion_proto::names::ErrorId;
use potion_proto::units::Verb;

use crate::{OWNER, unit, world};

#[tokio::test]
async fn a_handler_that_panics_answers_at_once_with_an_id_that_tells_more() {
    let world = world().start().await;
    let root = world.root().await;
    root.act(Action::Unit(Verb::Restart, unit("nginx.service")))
        .await
        .unwrap();
    world.fakes.mirror.break_down();
    let failure = root
        .rpc
        .audit_verify(context(), root.by)
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!(failure.code, Code::Internal);
    let id = ErrorId::new(failure.subject).unwrap();
    let owner = world.telegram(OWNER).await;
    let record = owner
        .rpc
        .error_show(context(), owner.by, id)
        .await
        .unwrap()
        .unwrap();
    assert!(record.report.panic);
    assert_eq!(record.report.doing, "audit_verify");
}

#[tokio::test]
async fn an_act_that_panics_is_failed_in_the_audit_log_and_clashes_with_nothing_afterwards() {
    let world = world().start().await;
    world.fakes.timers.break_down();
    let root = world.root().await;
    let stop = Action::Unit(Verb::Stop, unit("ssh.service"));
    assert_eq!(root.act(stop).await.unwrap_err().code, Code::Internal);
    let log = root
        .rpc
        .audit_list(context(), root.by, None, 1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(log[0].verdict, Verdict::Failed);
    world.fakes.units.expect_all_untouched();
    root.act(Action::Unit(Verb::Restart, unit("ssh.service")))
        .await
        .unwrap();
}
