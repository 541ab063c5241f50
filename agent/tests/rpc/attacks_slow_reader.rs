//! A caller who asks and never reads.
//!
//! 1. Connect, greet, and send call after call without reading an answer, until the socket's buffers
//!    are full on both sides.
//!
//! The agent stops reading when it cannot write, so nothing piles up in it, and hangs up when nothing
//! was read for so long. Others are served meanwhile.

use std::time::Duration;

use potion_agent::listen::Patience;
use potion_agent::testing::{Who, context};
use potion_proto::actions::Behalf;
use potion_proto::service::PotionRequest;
use potion_proto::wire;

use crate::raw::{Raw, payload};
use crate::world;

/// Calls whose answers fill any buffer between two ends of a Unix socket.
const CALLS: usize = 20_000;

/// An honest question's frames, each with a request number of its own. The number stands right before
/// the message, and is 1 in what our own client sends second.
async fn questions(count: usize) -> Vec<u8> {
    let message = wire::encode(&PotionRequest::SettingList { by: Behalf::Own }).unwrap();
    let honest = payload(|rpc| async move { rpc.setting_list(context(), Behalf::Own).await }).await;
    let head = honest
        .strip_suffix(&[&[1], &message[..]].concat()[..])
        .unwrap();
    let frame = |number: usize| {
        let body = [head, &wire::encode(&number).unwrap(), &message].concat();
        [&u32::try_from(body.len()).unwrap().to_be_bytes(), &body[..]].concat()
    };
    (1..=count).flat_map(frame).collect()
}

#[tokio::test]
async fn it_is_hung_up_on_and_nobody_else_waits() {
    let world = world().start().await;
    let short = Patience {
        write: Duration::from_millis(100),
        ..Patience::default()
    };
    let socket = world.impatient(Who::Root, short).await;
    let mut greedy = Raw::greeted(&socket).await;
    greedy.send_bytes(&questions(CALLS).await).await;
    let root = world.root().await;
    assert!(
        root.rpc
            .admin_list(context(), root.by)
            .await
            .unwrap()
            .is_ok()
    );
    let mut answers = 0;
    while greedy.answer().await.is_some() {
        answers += 1;
    }
    assert!(answers < CALLS, "it was hung up on before all was answered");
}

#[tokio::test]
async fn who_reads_gets_every_answer() {
    let world = world().start().await;
    let short = Patience {
        write: Duration::from_millis(100),
        ..Patience::default()
    };
    let socket = world.impatient(Who::Root, short).await;
    let mut reader = Raw::greeted(&socket).await;
    reader.send_bytes(&questions(10).await).await;
    for _ in 0..10 {
        assert!(reader.answer().await.is_some());
    }
}
