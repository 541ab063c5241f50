//! Programs under way that are watched piece by piece, and outlive their watcher.

use std::path::PathBuf;
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::unix::pipe;
use tokio::process::{Child, ChildStderr, ChildStdout};
use tokio::time::Instant;

use super::group::Capped;
use super::{Ended, ExecError, Tool};

/// What a background process of an ended tool may still write before we stop listening.
const GRACE_AFTER_EXIT: Duration = Duration::from_secs(2);

/// What a running program just did.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// It wrote to stdout or stderr.
    Output(Vec<u8>),
    /// It wrote a line to its status pipe.
    Status(String),
    /// It ended, and all it wrote was delivered.
    Ended(Ended),
}

/// A program under way that is watched, and outlives its watcher.
#[derive(Debug)]
pub struct Running {
    program: PathBuf,
    child: Child,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    status: Option<pipe::Receiver>,
    status_line: Capped,
    ended: Option<(Ended, Instant)>,
}

impl Running {
    pub(super) fn of(tool: &Tool, mut child: Child, status: Option<pipe::Receiver>) -> Self {
        Self {
            program: tool.program.clone(),
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
            status,
            status_line: Capped::new(tool.limits.line_max_bytes),
            child,
            ended: None,
        }
    }

    /// The next thing it does. Safe to cancel.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub async fn next(&mut self) -> Result<Piece, ExecError> {
        loop {
            if let Some(line) = self.whole_status_line() {
                return Ok(Piece::Status(line));
            }
            if let Some(piece) = self.look().await? {
                return Ok(piece);
            }
        }
    }

    /// Asks it to end (SIGTERM, to it alone; apt then ends in order).
    pub fn terminate(&self) {
        if let Some(id) = self.child.id().and_then(|id| i32::try_from(id).ok()) {
            // ESRCH only says that it ended by itself.
            let _ = nix::sys::signal::kill(Pid::from_raw(id), Signal::SIGTERM);
        }
    }

    async fn look(&mut self) -> Result<Option<Piece>, ExecError> {
        let (ended, deadline) = match self.ended {
            Some((ended, deadline)) => (Some(ended), deadline),
            None => (None, Instant::now()),
        };
        if let Some(ended) = ended.filter(|_| self.pipes_closed() || Instant::now() >= deadline) {
            return Ok(Some(Piece::Ended(ended)));
        }
        let (mut out, mut err, mut status) = (Vec::new(), Vec::new(), Vec::new());
        tokio::select! {
            () = read_some(&mut self.stdout, &mut out) => {}
            () = read_some(&mut self.stderr, &mut err) => {}
            () = read_some(&mut self.status, &mut status) => self.feed_status(&status),
            exit = self.child.wait(), if ended.is_none() => {
                let exit = exit.map_err(|source| ExecError::Read { program: self.program.clone(), source })?;
                self.ended = Some((exit.into(), Instant::now() + GRACE_AFTER_EXIT));
            }
            () = tokio::time::sleep_until(deadline), if ended.is_some() => {}
        }
        out.append(&mut err);
        Ok((!out.is_empty()).then_some(Piece::Output(out)))
    }

    fn pipes_closed(&self) -> bool {
        self.stdout.is_none() && self.stderr.is_none() && self.status.is_none()
    }

    fn feed_status(&mut self, bytes: &[u8]) {
        self.status_line.push(bytes);
        // A line that never ends is thrown away rather than kept.
        if self.status_line.truncated {
            self.status_line.take();
        }
    }

    fn whole_status_line(&mut self) -> Option<String> {
        let kept = &mut self.status_line.kept;
        let end = kept.iter().position(|&byte| byte == b'\n')?;
        let line = kept.drain(..=end).collect::<Vec<u8>>();
        Some(String::from_utf8_lossy(&line[..end]).into_owned())
    }
}

/// Reads once; a pipe at its end is closed, and a closed one waits for ever.
async fn read_some<R: AsyncRead + Unpin>(from: &mut Option<R>, into: &mut Vec<u8>) {
    let Some(pipe) = from else {
        return std::future::pending().await;
    };
    let mut chunk = [0; 4096];
    match pipe.read(&mut chunk).await {
        Ok(read) if read > 0 => into.extend_from_slice(&chunk[..read]),
        _ => *from = None,
    }
}
