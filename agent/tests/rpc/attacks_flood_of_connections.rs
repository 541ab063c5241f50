//! Ten thousand connections.
//!
//! 1. As the bot, connect and hold on, ten thousand times.
//!
//! So many as one user may have stay, the others are hung up on at once, and root still gets in. That a
//! held connection would be seen as one is proved with root's own, which are not counted that way.

use std::io::{ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::path::Path;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use potion_agent::testing::{Who, context};
use potion_proto::wire::CONNECTIONS_PER_UID;

use crate::world;

const FLOOD: usize = 10_000;

fn allow_descriptors() {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard).unwrap();
}

fn connect(socket: &Path, times: usize) -> Vec<UnixStream> {
    (0..times)
        .map(|_| UnixStream::connect(socket).unwrap())
        .collect()
}

/// Waits until the agent has hung up on this one.
fn is_hung_up_on(mut stream: &UnixStream) -> bool {
    let mut byte = [0];
    matches!(stream.read(&mut byte), Ok(0) | Err(_))
}

/// Those that the agent holds on to, as far as can be seen without waiting.
fn held(streams: &[UnixStream]) -> usize {
    let waits = |mut stream: &UnixStream| {
        stream.set_nonblocking(true).unwrap();
        stream
            .read(&mut [0])
            .is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    };
    streams.iter().filter(|stream| waits(stream)).count()
}

#[tokio::test]
async fn one_user_gets_so_many_seats_and_root_still_gets_in() {
    allow_descriptors();
    let world = world().start().await;
    let socket = world.socket(Who::Bot);
    let flood = tokio::task::spawn_blocking(move || connect(&socket, FLOOD))
        .await
        .unwrap();
    let last = flood.last().unwrap().try_clone().unwrap();
    assert!(
        tokio::task::spawn_blocking(move || is_hung_up_on(&last))
            .await
            .unwrap()
    );
    assert_eq!(held(&flood), CONNECTIONS_PER_UID);
    let root = world.root().await;
    assert!(
        root.rpc
            .admin_list(context(), root.by)
            .await
            .unwrap()
            .is_ok()
    );
}

#[tokio::test]
async fn what_the_agent_holds_is_seen_as_held() {
    let world = world().start().await;
    let mine = connect(&world.socket(Who::Root), 2 * CONNECTIONS_PER_UID);
    let root = world.root().await;
    assert!(
        root.rpc
            .admin_list(context(), root.by)
            .await
            .unwrap()
            .is_ok()
    );
    assert_eq!(held(&mine), 2 * CONNECTIONS_PER_UID);
}
