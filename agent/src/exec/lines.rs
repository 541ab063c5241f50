//! Programs whose output is read line by line.

use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{ChildStderr, ChildStdout};
use tokio::time::{Instant, timeout_at};

use super::group::{Capped, Group};
use super::{CHUNK_BYTES, Ended, ExecError, Limits};

/// A line without its newline.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// Its first `line_max_bytes`.
    pub bytes: Vec<u8>,
    /// There were more.
    pub cut: bool,
}

/// A program whose stdout is read line by line; it dies with this value.
#[derive(Debug)]
pub struct Lines {
    program: PathBuf,
    group: Group,
    stdout: BufReader<ChildStdout>,
    stderr: Option<ChildStderr>,
    complaint: Capped,
    line: Capped,
}

impl Lines {
    pub(super) fn of(
        program: PathBuf,
        limits: &Limits,
        (group, stdout, stderr): (Group, ChildStdout, ChildStderr),
    ) -> Self {
        Self {
            program,
            group,
            stdout: BufReader::with_capacity(CHUNK_BYTES, stdout),
            stderr: Some(stderr),
            complaint: Capped::new(limits.stderr_max_bytes),
            line: Capped::new(limits.line_max_bytes),
        }
    }

    /// The next line; None at the end. Safe to cancel: nothing that was read is lost.
    ///
    /// # Errors
    /// When the pipe cannot be read.
    pub async fn next(&mut self) -> Result<Option<Line>, ExecError> {
        loop {
            tokio::select! {
                biased;
                filled = self.stdout.fill_buf() => {
                    let buffer = filled.map_err(|source| ExecError::Read { program: self.program.clone(), source })?;
                    if buffer.is_empty() {
                        return Ok(self.last());
                    }
                    let end = buffer.iter().position(|&byte| byte == b'\n');
                    self.line.push(&buffer[..end.unwrap_or(buffer.len())]);
                    let used = end.map_or(buffer.len(), |at| at + 1);
                    self.stdout.consume(used);
                    if end.is_some() {
                        return Ok(Some(self.cut_line()));
                    }
                }
                () = complain(&mut self.stderr, &mut self.complaint) => {}
            }
        }
    }

    /// Waits for its end and says how it ended, with the first of what it wrote to stderr. Call it
    /// after `next` said None; `within` is how long it may still take.
    ///
    /// # Errors
    /// When it takes longer, or cannot be read.
    pub async fn finish(mut self, within: Duration) -> Result<(Ended, String), ExecError> {
        let deadline = Instant::now() + within;
        let program = self.program.clone();
        let rest = async {
            while self.stderr.is_some() {
                complain(&mut self.stderr, &mut self.complaint).await;
            }
            self.group.wait().await
        };
        let ended = timeout_at(deadline, rest)
            .await
            .map_err(|_| ExecError::TimedOut {
                program: program.clone(),
                after: within,
            })?
            .map_err(|source| ExecError::Read { program, source })?;
        let complaint = String::from_utf8_lossy(&self.complaint.kept)
            .trim_end()
            .to_owned();
        Ok((ended, complaint))
    }

    fn last(&mut self) -> Option<Line> {
        let pending = !self.line.kept.is_empty() || self.line.truncated;
        pending.then(|| self.cut_line())
    }

    fn cut_line(&mut self) -> Line {
        let (bytes, cut) = self.line.take();
        Line { bytes, cut }
    }
}

/// Reads once from stderr; when it is at its end, it is closed, and then this waits for ever.
async fn complain(stderr: &mut Option<ChildStderr>, into: &mut Capped) {
    let Some(pipe) = stderr else {
        return std::future::pending().await;
    };
    let mut chunk = [0; 1024];
    match pipe.read(&mut chunk).await {
        Ok(read) if read > 0 => into.push(&chunk[..read]),
        _ => *stderr = None,
    }
}
