//! The one place that starts programs.
//!
//! A [`Tool`] is an absolute path and an argument array; there is no shell. Its environment is built
//! from nothing (`PATH`, `LC_ALL=C.UTF-8` and what [`Tool::env`] adds), its stdin is `/dev/null`, its
//! output is capped, and it has a process group of its own that is killed on a timeout and when the
//! caller drops the future. Three ways to run it: [`Tool::output`] for short answers, [`Tool::lines`]
//! for streams (`journalctl -f`), [`Tool::start`] for the job helper, which must see output, status
//! lines and the end as they come. All are asynchronous, the helper's too: it has signals to wait for.

mod ending;
mod group;
mod lines;
mod running;

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::unistd::pipe2;
use tokio::net::unix::pipe;
use tokio::process::{ChildStderr, ChildStdout, Command};

pub use ending::{Ended, ExecError};
use group::{Group, capped};
pub use lines::{Line, Lines};
pub use running::{Piece, Running};

const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";
const LOCALE: &str = "C.UTF-8";
const CHUNK_BYTES: usize = 16 * 1024;
/// What a program may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The first bytes of stdout that are kept; the rest is read and dropped.
    pub stdout_max_bytes: usize,
    /// The first bytes of stderr that are kept.
    pub stderr_max_bytes: usize,
    /// The first bytes of a line that are kept by [`Lines`].
    pub line_max_bytes: usize,
    /// How long it may run; None is for streams and jobs, which end otherwise.
    pub timeout: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            stdout_max_bytes: 4 << 20,
            stderr_max_bytes: 64 << 10,
            line_max_bytes: 256 << 10,
            timeout: Some(Duration::from_secs(15)),
        }
    }
}

/// What a short program said.
#[derive(Debug)]
pub struct Output {
    /// How it ended.
    pub ended: Ended,
    /// The first `stdout_max_bytes` of its stdout.
    pub stdout: Vec<u8>,
    /// The first `stderr_max_bytes` of its stderr.
    pub stderr: Vec<u8>,
    /// Bytes of stdout were dropped.
    pub truncated: bool,
}

impl Output {
    /// stdout as text, invalid UTF-8 replaced.
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.stdout)
    }

    /// stderr as text, invalid UTF-8 replaced, without trailing space.
    #[must_use]
    pub fn complaint(&self) -> String {
        String::from_utf8_lossy(&self.stderr).trim_end().to_owned()
    }
}

/// A program with its arguments and limits.
#[derive(Clone, Debug)]
pub struct Tool {
    program: PathBuf,
    args: Vec<OsString>,
    env: Vec<(&'static str, OsString)>,
    limits: Limits,
    /// The option, and how many arguments stand before it.
    status_option: Option<(&'static str, usize)>,
}

impl Tool {
    /// The program at this absolute path.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            limits: Limits::default(),
            status_option: None,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Adds a variable to the cleared environment.
    #[must_use]
    pub fn env(mut self, name: &'static str, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name, value.as_ref().to_owned()));
        self
    }

    /// Replaces the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Gives it this long.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = Some(timeout);
        self
    }

    /// Lets it run for ever.
    #[must_use]
    pub fn endless(mut self) -> Self {
        self.limits.timeout = None;
        self
    }

    /// Gives it a pipe for status lines, named to it as `-o OPTION=FD` (`APT::Status-Fd`) at this place
    /// among its arguments.
    #[must_use]
    pub fn status_fd(mut self, option: &'static str) -> Self {
        self.status_option = Some((option, self.args.len()));
        self
    }

    /// Its path.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Its arguments, without a status option.
    #[must_use]
    pub fn arguments(&self) -> &[OsString] {
        &self.args
    }

    /// Runs it and collects what it says.
    ///
    /// # Errors
    /// When it cannot be started or read, or takes too long. A bad exit status is no error here.
    pub async fn output(&self) -> Result<Output, ExecError> {
        let (mut group, stdout, stderr) = self.spawn()?;
        let (out, err, ended) = self
            .within(async {
                let reads = futures::join!(
                    capped(stdout, self.limits.stdout_max_bytes),
                    capped(stderr, self.limits.stderr_max_bytes)
                );
                Ok((reads.0?, reads.1?, group.wait().await?))
            })
            .await?;
        Ok(Output {
            ended,
            stdout: out.kept,
            stderr: err.kept,
            truncated: out.truncated,
        })
    }

    /// Starts it to read its stdout line by line. The timeout does not apply.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn lines(&self) -> Result<Lines, ExecError> {
        Ok(Lines::of(self.program.clone(), &self.limits, self.spawn()?))
    }

    /// Starts it to see its output, its status lines and its end as they come. Nobody kills it on a
    /// drop: what a job runs (dpkg) must not be torn down because its watcher is.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&self) -> Result<Running, ExecError> {
        let (tool, read, write) = self.with_status_pipe()?;
        let child = tool.command()?.spawn();
        let child = child.map_err(|source| self.start_error(source))?;
        drop(write);
        let read = read.map(pipe::Receiver::from_owned_fd).transpose();
        let status = read.map_err(|source| self.start_error(source))?;
        Ok(Running::of(self, child, status))
    }

    /// The write end has to outlive an exec, so for the moment until the spawn is done it is not
    /// close-on-exec; the helper, which alone uses this, starts nothing else meanwhile.
    fn with_status_pipe(&self) -> Result<(Self, Option<OwnedFd>, Option<OwnedFd>), ExecError> {
        let mut tool = self.clone();
        let Some((option, at)) = tool.status_option.take() else {
            return Ok((tool, None, None));
        };
        let pipe = pipe2(OFlag::O_CLOEXEC).and_then(|(read, write)| {
            fcntl(&write, FcntlArg::F_SETFD(FdFlag::empty()))?;
            fcntl(&read, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
            Ok((read, write))
        });
        let (read, write) = pipe.map_err(|errno| self.start_error(errno.into()))?;
        let words = ["-o".to_owned(), format!("{option}={}", write.as_raw_fd())];
        tool.args.splice(at..at, words.map(OsString::from));
        Ok((tool, Some(read), Some(write)))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that may spawn"
    )]
    fn command(&self) -> Result<Command, ExecError> {
        if !self.program.is_absolute() {
            return Err(ExecError::Relative(self.program.clone()));
        }
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .env_clear()
            .env("PATH", PATH)
            .env("LC_ALL", LOCALE)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        Ok(command)
    }

    fn spawn(&self) -> Result<(Group, ChildStdout, ChildStderr), ExecError> {
        let mut child = self
            .command()?
            .spawn()
            .map_err(|source| self.start_error(source))?;
        let pipes = child.stdout.take().zip(child.stderr.take());
        let group = Group { child, over: false };
        let (stdout, stderr) =
            pipes.ok_or_else(|| self.start_error(io::ErrorKind::BrokenPipe.into()))?;
        Ok((group, stdout, stderr))
    }

    fn start_error(&self, source: io::Error) -> ExecError {
        let program = self.program.clone();
        match source.kind() {
            io::ErrorKind::NotFound => ExecError::Missing(program),
            _ => ExecError::Start { program, source },
        }
    }

    async fn within<T>(&self, work: impl Future<Output = io::Result<T>>) -> Result<T, ExecError> {
        let program = || self.program.clone();
        let done = match self.limits.timeout {
            Some(after) => {
                tokio::time::timeout(after, work)
                    .await
                    .map_err(|_| ExecError::TimedOut {
                        program: program(),
                        after,
                    })?
            }
            None => work.await,
        };
        done.map_err(|source| ExecError::Read {
            program: program(),
            source,
        })
    }
}

#[cfg(test)]
mod tests;
