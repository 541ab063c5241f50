//! Frames that lie about themselves.
//!
//! 1. Connect and greet.
//! 2. Announce a frame of four gigabytes, or of one byte more than a frame may have; send half a frame
//!    and hang up; send bytes after a message; send noise.
//!
//! Each ends its own connection: nothing is allocated for what was announced, nothing is guessed.

use potion_agent::testing::{Who, context};
use potion_proto::actions::Behalf;
use potion_proto::wire;

use crate::raw::{Raw, payload};
use crate::world;

async fn honest() -> Vec<u8> {
    payload(|rpc| async move { rpc.admin_list(context(), Behalf::Own).await }).await
}

#[tokio::test]
async fn a_frame_that_is_too_long_ends_its_connection() {
    let world = world().start().await;
    let over = u32::try_from(wire::FRAME_MAX_BYTES + 1).unwrap();
    for announced in [over, u32::MAX] {
        let mut thief = Raw::greeted(&world.socket(Who::Bot)).await;
        thief.send_bytes(&announced.to_be_bytes()).await;
        thief.send_bytes(&honest().await).await;
        assert_eq!(thief.answer().await, None);
    }
    assert!(
        world
            .bot()
            .await
            .rpc
            .admin_list(context(), Behalf::Own)
            .await
            .unwrap()
            .is_ok()
    );
}

#[tokio::test]
async fn half_a_frame_is_no_frame() {
    let world = world().start().await;
    let whole = honest().await;
    for cut in 0..whole.len() {
        let mut thief = Raw::greeted(&world.socket(Who::Root)).await;
        let length = u32::try_from(whole.len()).unwrap().to_be_bytes();
        thief.send_bytes(&[&length, &whole[..cut]].concat()).await;
        thief.stop_writing().await;
        assert_eq!(thief.answer().await, None, "cut at {cut}");
    }
}

#[tokio::test]
async fn a_message_that_is_cut_or_goes_on_ends_its_connection() {
    let world = world().start().await;
    let whole = honest().await;
    for broken in [
        &whole[..whole.len() - 1],
        &[&whole[..], b"\0"].concat()[..],
        &[0xff; 64],
        &[],
    ] {
        let mut thief = Raw::greeted(&world.socket(Who::Bot)).await;
        thief.send(broken).await;
        assert_eq!(thief.answer().await, None);
    }
}

#[tokio::test]
async fn the_whole_frame_is_answered() {
    let world = world().start().await;
    let mut bot = Raw::greeted(&world.socket(Who::Bot)).await;
    bot.send(&honest().await).await;
    assert!(bot.answer().await.is_some());
}
