//! Where a job's work is done, in the helper: it runs tools, keeps their output, tells how far it is,
//! and hears SIGTERM.
//!
//! SIGTERM (a cancel, or a shutdown of the machine) ends the work at once in a step that says it may
//! be ended, and otherwise before the next step that does.

use std::io;
use std::time::{Duration, Instant};

use potion_proto::jobs::Progress;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::folder::Folder;
use super::output::{self, Writer};
use super::spec::{Snapshot, Spec};
use crate::exec::{Ended, ExecError, Piece, Running, Tool};

/// Progress within a step is written at most this often.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);
/// Output of one tool that is kept in memory to be understood.
const TEXT_MAX_BYTES: usize = 8 << 20;
const TAIL_LINES: usize = 40;
const TAIL_MAX_BYTES: u64 = 12 * 1024;
const TAIL_LINE_CHARS: usize = 400;

/// Why work stopped before its end.
#[derive(Debug, thiserror::Error)]
pub enum Halt {
    /// Somebody asked for it, and the step allowed it.
    #[error("cancelled")]
    Stopped,
    /// A tool could not be run.
    #[error(transparent)]
    Exec(#[from] ExecError),
}

/// A tool that ended.
#[derive(Debug)]
pub struct Ran {
    /// How.
    pub ended: Ended,
    /// The first 8 MiB of what it wrote.
    pub text: String,
}

/// A job's work place.
#[derive(Debug)]
pub struct Desk {
    folder: Folder,
    output: Writer,
    snapshot: Snapshot,
    told: Option<Instant>,
    sigterm: Signal,
}

impl Desk {
    /// Opens the desk for this job.
    ///
    /// # Errors
    /// When signals cannot be heard.
    pub fn open(folder: Folder, spec: &Spec) -> io::Result<Self> {
        Ok(Self {
            output: Writer::new(folder.path(), spec.output_max_bytes),
            folder,
            snapshot: Snapshot::default(),
            told: None,
            sigterm: signal(SignalKind::terminate())?,
        })
    }

    /// Begins a step; `cancellable` says whether it may be broken off.
    pub fn step(&mut self, step: &str, item: &str, cancellable: bool) {
        let progress = Progress {
            percent: self.snapshot.progress.percent,
            step: step.to_owned(),
            item: item.to_owned(),
        };
        self.snapshot = Snapshot {
            progress,
            cancellable,
        };
        self.tell();
    }

    /// How far it is.
    pub fn at(&mut self, percent: Option<u8>, item: &str) {
        let progress = &mut self.snapshot.progress;
        if progress.percent == percent && progress.item == item {
            return;
        }
        progress.percent = percent;
        item.clone_into(&mut progress.item);
        if self
            .told
            .is_none_or(|told| told.elapsed() >= PROGRESS_INTERVAL)
        {
            self.tell();
        }
    }

    /// Adds a line of our own to the output.
    pub fn say(&mut self, line: &str) {
        self.output.write(format!("{line}\n").as_bytes());
    }

    /// Runs a tool to its end; its output is kept, its status lines go to `hear`.
    ///
    /// # Errors
    /// When it cannot be run, or when the step was broken off.
    pub async fn run(
        &mut self,
        tool: &Tool,
        mut hear: impl FnMut(&mut Self, &str),
    ) -> Result<Ran, Halt> {
        let mut running = tool.start()?;
        let mut text = Vec::new();
        let mut stopped = false;
        loop {
            match self.piece(&mut running, &mut stopped).await? {
                Piece::Output(bytes) => {
                    self.output.write(&bytes);
                    let room = TEXT_MAX_BYTES.saturating_sub(text.len()).min(bytes.len());
                    text.extend_from_slice(&bytes[..room]);
                }
                Piece::Status(line) => hear(self, &line),
                Piece::Ended(_) if stopped => return Err(Halt::Stopped),
                Piece::Ended(ended) => {
                    let text = String::from_utf8_lossy(&text).into_owned();
                    return Ok(Ran { ended, text });
                }
            }
        }
    }

    async fn piece(&mut self, running: &mut Running, stopped: &mut bool) -> Result<Piece, Halt> {
        loop {
            let may_stop = self.snapshot.cancellable && !*stopped;
            tokio::select! {
                piece = running.next() => return Ok(piece?),
                _ = self.sigterm.recv(), if may_stop => {
                    *stopped = true;
                    running.terminate();
                }
            }
        }
    }

    /// Waits for something else than a tool.
    ///
    /// # Errors
    /// When the step was broken off.
    pub async fn wait<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Halt> {
        tokio::select! {
            done = work => Ok(done),
            _ = self.sigterm.recv(), if self.snapshot.cancellable => Err(Halt::Stopped),
        }
    }

    /// The last lines of the output.
    #[must_use]
    pub fn tail(&self) -> Vec<String> {
        let bytes = output::tail(self.folder.path(), TAIL_MAX_BYTES).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        let first = lines.len().saturating_sub(TAIL_LINES);
        let short = |line: &&str| line.chars().take(TAIL_LINE_CHARS).collect();
        lines[first..].iter().map(short).collect()
    }

    /// Progress is a courtesy: on a full disk the work goes on without.
    fn tell(&mut self) {
        self.told = Some(Instant::now());
        if let Err(error) = self.folder.write_progress(&self.snapshot) {
            tracing::debug!(%error, "progress cannot be told");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use potion_proto::jobs::JobId;

    use super::*;
    use crate::jobs::spec::Work;

    fn desk() -> (tempfile::TempDir, Desk) {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::of(root.path(), JobId(1));
        let spec = Spec {
            id: JobId(1),
            work: Work::Repair,
            output_max_bytes: 1 << 20,
            lock_wait_seconds: 1,
        };
        folder.create(&spec).unwrap();
        let desk = Desk::open(folder, &spec).unwrap();
        (root, desk)
    }

    fn shell(script: &str) -> Tool {
        Tool::new("/bin/sh").arg("-c").arg(script).endless()
    }

    #[tokio::test]
    async fn output_of_a_tool_is_kept_and_its_end_told() {
        let (_root, mut desk) = desk();
        desk.say("first");
        let ran = desk
            .run(&shell("echo out; echo err >&2; exit 5"), |_, _| {})
            .await
            .unwrap();
        assert_eq!(ran.ended, Ended::Status(5));
        assert!(ran.text.contains("out") && ran.text.contains("err"));
        let mut tail = desk.tail();
        tail.sort();
        assert_eq!(tail, ["err", "first", "out"]);
    }

    #[tokio::test]
    async fn a_step_and_its_progress_reach_the_folder() {
        let (_root, mut desk) = desk();
        desk.step("downloading", "", true);
        desk.told = None;
        desk.at(Some(12), "nginx");
        let told = desk.folder.progress().unwrap().unwrap();
        assert!(told.cancellable);
        assert_eq!(told.progress.step, "downloading");
        assert_eq!(
            (told.progress.percent, told.progress.item.as_str()),
            (Some(12), "nginx")
        );
    }
}
