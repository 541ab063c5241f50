//! The greeting, and who a caller is taken for.

use potion_agent::testing::{Person, Who, context};
use potion_proto::actions::Behalf;
use potion_proto::hello::{Hello, PROTOCOL};

use crate::world;

#[tokio::test]
async fn an_equal_version_is_welcome_and_told_whom_it_is_taken_for() {
    let world = world().start().await;
    for (who, word) in [
        (Who::Root, "local"),
        (Who::Bot, "bot"),
        (Who::Member, "member"),
    ] {
        let rpc = Person::ungreeted(&world.socket(who)).await;
        let welcome = rpc
            .hello(context(), Hello::of("test"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(welcome.caller, word);
    }
}

#[tokio::test]
async fn another_version_is_told_what_to_restart_and_answered_nothing_else() {
    let world = world().start().await;
    let rpc = Person::ungreeted(&world.socket(Who::Root)).await;
    let older = Hello {
        protocol: PROTOCOL + 1,
        ..Hello::of("test")
    };
    let mismatch = rpc.hello(context(), older).await.unwrap().unwrap_err();
    assert_eq!(mismatch.protocol, PROTOCOL);
    assert!(mismatch.restart.starts_with("sudo systemctl restart"));
    assert!(
        rpc.host_status(context(), Behalf::Own).await.is_err(),
        "the connection has ended"
    );
}

#[tokio::test]
async fn a_stranger_is_dropped_before_anything_is_read() {
    let world = world().start().await;
    let rpc = Person::ungreeted(&world.socket(Who::Stranger)).await;
    assert!(rpc.hello(context(), Hello::of("test")).await.is_err());
}
