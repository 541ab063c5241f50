//! A deadline that breaks the clock.
//!
//! 1. Connect and greet as anybody may.
//! 2. Send a call whose deadline is `u64::MAX` seconds away. A tarpc server that adds it to the clock
//!    panics, and one that serves all connections in one task is gone.
//!
//! The connection ends, and everybody else's goes on. That the frame reaches the agent's decoder is
//! proved by the same frame with its own deadline, which is answered.

use potion_agent::testing::{Who, context};
use potion_proto::actions::Behalf;
use potion_proto::wire;

use crate::raw::{Raw, payload};
use crate::world;

/// The payload of a call with another deadline.
async fn with_deadline(seconds: u64, nanos: u32) -> Vec<u8> {
    let honest = payload(|rpc| async move { rpc.admin_list(context(), Behalf::Own).await }).await;
    let (_, length): ((u32, (u64, u32)), usize) =
        bincode::serde::decode_from_slice(&honest, bincode::config::standard()).unwrap();
    let head = wire::encode(&(0u32, (seconds, nanos))).unwrap();
    [&head, &honest[length..]].concat()
}

#[tokio::test]
async fn it_ends_its_own_connection_and_nobody_else_s() {
    let world = world().start().await;
    let (bystander, socket) = (world.root().await, world.socket(Who::Bot));
    for (seconds, nanos) in [
        (u64::MAX, 0),
        (u64::MAX, 999_999_999),
        (u64::MAX, u32::MAX),
        (901, 0),
        (1, u32::MAX),
    ] {
        let mut thief = Raw::greeted(&socket).await;
        thief.send(&with_deadline(seconds, nanos).await).await;
        assert_eq!(thief.answer().await, None, "{seconds} {nanos}");
    }
    let answer = bystander.rpc.admin_list(context(), bystander.by).await;
    assert!(answer.unwrap().is_ok());
}

#[tokio::test]
async fn the_same_frame_with_an_honest_deadline_is_answered() {
    let world = world().start().await;
    let mut bot = Raw::greeted(&world.socket(Who::Bot)).await;
    bot.send(&with_deadline(10, 0).await).await;
    assert!(bot.answer().await.is_some());
}
