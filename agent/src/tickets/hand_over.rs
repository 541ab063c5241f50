//! The second socket: 16 bytes in, one status byte out, with a descriptor when the ticket was good.

use std::io::{self, IoSlice};
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use nix::sys::socket::{ControlMessage, MsgFlags, sendmsg};
use potion_proto::tickets::{GRANTED, REFUSED, Ticket};
use tokio::io::{AsyncReadExt, Interest};
use tokio::net::{UnixListener, UnixStream};

use crate::agent::Agent;
use crate::listen::{Peers, Seats, accept, known};

/// How long a caller may take to name its ticket and to take what it gets.
const HAND_OVER_WITHIN: Duration = Duration::from_secs(10);

/// Hands descriptors over until it is dropped.
pub async fn serve(agent: Arc<Agent>, listener: UnixListener, peers: Arc<dyn Peers>) {
    let seats = Seats::default();
    loop {
        let (stream, uid) = accept(&listener, &*peers).await;
        let Some(seat) = seats.take(uid) else {
            continue;
        };
        let (agent, peers) = (Arc::clone(&agent), Arc::clone(&peers));
        tokio::spawn(async move {
            if known(uid, peers).await.is_some() {
                attend(&agent, stream, uid).await;
            }
            drop(seat);
        });
    }
}

async fn attend(agent: &Agent, stream: UnixStream, uid: u32) {
    let handed = tokio::time::timeout(HAND_OVER_WITHIN, hand_over(agent, stream, uid)).await;
    match handed {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(uid, %error, "a file was not handed over"),
        Err(_) => tracing::warn!(uid, "a caller took too long over its ticket"),
    }
}

async fn hand_over(agent: &Agent, mut stream: UnixStream, uid: u32) -> io::Result<()> {
    let mut ticket = [0; 16];
    stream.read_exact(&mut ticket).await?;
    let file = agent
        .tickets
        .redeem(Ticket(ticket), uid, agent.clock.monotonic());
    match file {
        Some(file) => send(&stream, GRANTED, Some(&file)).await,
        None => {
            tracing::warn!(uid, "a ticket that is no good");
            send(&stream, REFUSED, None).await
        }
    }
}

async fn send(stream: &UnixStream, status: u8, file: Option<&OwnedFd>) -> io::Result<()> {
    let descriptors: Vec<i32> = file.iter().map(|file| file.as_raw_fd()).collect();
    let rights = [ControlMessage::ScmRights(&descriptors)];
    let rights = if file.is_some() { &rights[..] } else { &[] };
    let message = [status];
    let send = || {
        let parts = [IoSlice::new(&message)];
        let socket = stream.as_raw_fd();
        Ok(sendmsg::<()>(socket, &parts, rights, MsgFlags::MSG_NOSIGNAL, None).map(drop)?)
    };
    stream.async_io(Interest::WRITABLE, send).await
}
