//! Descriptors over the second socket.

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;

use potion_agent::policy::{Actor, Caller, View};
use potion_agent::testing::{FixedPeers, Running};
use potion_agent::tickets;
use potion_proto::fetch::fetch;
use potion_proto::tickets::{Fetch, LIFETIME, REFUSED, Ticket};
use tokio::net::UnixListener;

use crate::world;

const ROOT: Caller = Caller::Local { uid: 0 };

/// A second socket whose callers are taken for this one.
fn door(world: &Running, caller: Caller) -> PathBuf {
    let path = world
        .agent
        .paths
        .run
        .join(format!("fd-{}.sock", caller.uid()));
    let listener = UnixListener::bind(&path).unwrap();
    let peers = Arc::new(FixedPeers {
        uid: caller.uid(),
        caller: Some(caller),
    });
    tokio::spawn(tickets::serve(Arc::clone(&world.agent), listener, peers));
    path
}

/// A ticket for a file with these words.
async fn issue(world: &Running, words: &str) -> Fetch {
    let path = world.agent.paths.state.join("file");
    std::fs::write(&path, words).unwrap();
    let file = OwnedFd::from(std::fs::File::open(path).unwrap());
    let view = View::check(Actor {
        caller: ROOT,
        admin: None,
        request: 1,
    })
    .unwrap();
    tickets::issue(
        &world.agent,
        &view,
        file,
        "file.txt".into(),
        words.len() as u64,
    )
    .await
    .unwrap()
}

async fn fetched(socket: PathBuf, ticket: Ticket) -> std::io::Result<String> {
    let read = move || {
        let mut text = String::new();
        fetch(&socket, ticket)?.read_to_string(&mut text)?;
        Ok(text)
    };
    tokio::task::spawn_blocking(read).await.unwrap()
}

#[tokio::test]
async fn a_ticket_is_traded_for_its_file_once() {
    let world = world().start().await;
    let socket = door(&world, ROOT);
    let given = issue(&world, "lines").await;
    assert_eq!((given.name.as_str(), given.bytes), ("file.txt", 5));
    assert_eq!(
        fetched(socket.clone(), given.ticket).await.unwrap(),
        "lines"
    );
    assert!(fetched(socket, given.ticket).await.is_err());
}

#[tokio::test]
async fn a_ticket_is_for_the_user_it_was_given_to() {
    let world = world().start().await;
    let (theirs, ours) = (door(&world, Caller::Bot { uid: 990 }), door(&world, ROOT));
    let given = issue(&world, "lines").await;
    assert!(fetched(theirs, given.ticket).await.is_err());
    assert_eq!(fetched(ours, given.ticket).await.unwrap(), "lines");
}

#[tokio::test]
async fn a_ticket_grows_old_and_a_made_up_one_is_none() {
    let world = world().start().await;
    let socket = door(&world, ROOT);
    let given = issue(&world, "lines").await;
    world.fakes.clock.advance(LIFETIME);
    assert!(fetched(socket.clone(), given.ticket).await.is_err());
    assert!(fetched(socket, Ticket([0; 16])).await.is_err());
}

#[tokio::test]
async fn a_refusal_is_one_byte() {
    let world = world().start().await;
    let socket = door(&world, ROOT);
    let answer = move || {
        let mut stream = std::os::unix::net::UnixStream::connect(socket).unwrap();
        stream.write_all(&[7; 16]).unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        all
    };
    assert_eq!(
        tokio::task::spawn_blocking(answer).await.unwrap(),
        [REFUSED]
    );
}
