//! Turns a ticket into a descriptor over the second socket: the caller's end.
//!
//! rustix hands descriptors over as owned ones, which keeps this crate free of `unsafe`; it is the one
//! dependency of `proto` beyond serde, bincode, tarpc and tokio.

use std::fs::File;
use std::io::{self, IoSliceMut, Write};
use std::mem::MaybeUninit;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

use crate::tickets::{GRANTED, Ticket};

/// How long the agent may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// The file that the ticket stands for, opened read-only. Blocks for at most [`DEADLINE`].
///
/// # Errors
/// The system's; `PermissionDenied` when the ticket is not good (any more).
pub fn fetch(socket: &Path, ticket: Ticket) -> io::Result<File> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(DEADLINE))?;
    stream.set_write_timeout(Some(DEADLINE))?;
    stream.write_all(&ticket.0)?;
    receive(&stream)
}

fn receive(stream: &UnixStream) -> io::Result<File> {
    let mut status = [0u8; 1];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut parts = [IoSliceMut::new(&mut status)];
    let read = recvmsg(stream, &mut parts, &mut ancillary, RecvFlags::CMSG_CLOEXEC)?;
    let descriptor = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    match descriptor {
        Some(descriptor) if read.bytes == 1 && status[0] == GRANTED => Ok(File::from(descriptor)),
        _ => Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the ticket is not good any more: ask again",
        )),
    }
}
