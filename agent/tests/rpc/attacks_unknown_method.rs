//! A method that does not exist.
//!
//! 1. Take an honest call's frame and put another method's number into it: the one behind the last, and
//!    far beyond.
//!
//! The connection ends. The number is found where an honest frame has its own, which is answered.

use potion_agent::testing::{Who, context};
use potion_proto::actions::Behalf;
use potion_proto::service::PotionRequest;
use potion_proto::wire;

use crate::raw::{Raw, payload};
use crate::world;

/// An honest frame, with its message (at its end) replaced.
async fn with_message(message: &[u8]) -> Vec<u8> {
    let honest = payload(|rpc| async move { rpc.setting_list(context(), Behalf::Own).await }).await;
    let own = wire::encode(&PotionRequest::SettingList { by: Behalf::Own }).unwrap();
    let head = honest.strip_suffix(own.as_slice()).unwrap();
    [head, message].concat()
}

#[tokio::test]
async fn it_ends_the_connection() {
    let world = world().start().await;
    let last = wire::encode(&PotionRequest::SettingList { by: Behalf::Own }).unwrap()[0];
    for method in [u32::from(last) + 1, 250, u32::MAX] {
        let mut thief = Raw::greeted(&world.socket(Who::Root)).await;
        let message = wire::encode(&(method, Behalf::Own)).unwrap();
        thief.send(&with_message(&message).await).await;
        assert_eq!(thief.answer().await, None, "method {method}");
    }
}

#[tokio::test]
async fn the_last_method_there_is_is_answered() {
    let world = world().start().await;
    let message = wire::encode(&PotionRequest::SettingList { by: Behalf::Own }).unwrap();
    let mut root = Raw::greeted(&world.socket(Who::Root)).await;
    root.send(&with_message(&message).await).await;
    assert!(root.answer().await.is_some());
}
