//! A process group that dies with its value, and output of which only the beginning is kept.

use std::io;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Child;

use super::{CHUNK_BYTES, Ended};

/// A child that leads a process group, which dies with this value. The leader is not reaped before
/// `over`, so its number cannot have become somebody else's.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) child: Child,
    pub(super) over: bool,
}

impl Group {
    pub(super) async fn wait(&mut self) -> io::Result<Ended> {
        let status = self.child.wait().await?;
        self.over = true;
        Ok(status.into())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.over {
            signal_group(&self.child, Signal::SIGKILL);
        }
    }
}

fn signal_group(child: &Child, signal: Signal) {
    if let Some(leader) = child.id().and_then(|id| i32::try_from(id).ok()) {
        // ESRCH only says that it ended by itself.
        let _ = killpg(Pid::from_raw(leader), signal);
    }
}

/// The first bytes of something longer.
#[derive(Debug)]
pub(super) struct Capped {
    pub(super) kept: Vec<u8>,
    max: usize,
    pub(super) truncated: bool,
}

impl Capped {
    pub(super) fn new(max: usize) -> Self {
        Self {
            kept: Vec::new(),
            max,
            truncated: false,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = self.max.saturating_sub(self.kept.len()).min(bytes.len());
        self.kept.extend_from_slice(&bytes[..room]);
        self.truncated |= room < bytes.len();
    }

    pub(super) fn take(&mut self) -> (Vec<u8>, bool) {
        let cut = std::mem::take(&mut self.truncated);
        (std::mem::take(&mut self.kept), cut)
    }
}

pub(super) async fn capped(mut from: impl AsyncRead + Unpin, max: usize) -> io::Result<Capped> {
    let mut capped = Capped::new(max);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match from.read(&mut chunk).await? {
            0 => return Ok(capped),
            read => capped.push(&chunk[..read]),
        }
    }
}
