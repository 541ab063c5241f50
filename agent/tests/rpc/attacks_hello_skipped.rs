//! A call before the greeting, and a connection that never greets.
//!
//! 1. Connect and call anything at once. Or:
//! 2. Connect and say nothing, to hold a seat.
//!
//! The first is never answered and loses its connection; the second loses it when the time is over.

use std::time::Duration;

use potion_agent::listen::Patience;
use potion_agent::testing::{Person, Who, context};
use potion_proto::actions::Behalf;
use potion_proto::hello::Hello;

use crate::raw::Raw;
use crate::world;

#[tokio::test]
async fn a_call_before_hello_is_not_answered_even_for_root() {
    let world = world().start().await;
    for who in [Who::Root, Who::Bot, Who::Member] {
        let rpc = Person::ungreeted(&world.socket(who)).await;
        assert!(rpc.admin_list(context(), Behalf::Own).await.is_err());
        assert!(
            rpc.hello(context(), Hello::of("late")).await.is_err(),
            "it has ended"
        );
    }
}

#[tokio::test]
async fn a_caller_who_says_nothing_is_hung_up_on() {
    let world = world().start().await;
    let short = Patience {
        greeting: Duration::from_millis(50),
        ..Patience::default()
    };
    let socket = world.impatient(Who::Bot, short).await;
    let mut silent = Raw::connect(&socket).await;
    assert_eq!(silent.answer().await, None);
}

#[tokio::test]
async fn a_caller_who_greeted_may_be_silent_for_as_long_as_it_likes() {
    let world = world().start().await;
    let short = Patience {
        greeting: Duration::from_millis(50),
        ..Patience::default()
    };
    let socket = world.impatient(Who::Bot, short).await;
    let mut silent = Raw::connect(&socket).await;
    let bot = Person::connect(&socket, Behalf::Own).await;
    assert_eq!(silent.answer().await, None, "by now the time is over");
    assert!(bot.rpc.admin_list(context(), bot.by).await.unwrap().is_ok());
}
