//! A job's folder, `/var/lib/potion/jobs/ID/`: `spec`, `progress`, `result` and the output's segments.
//!
//! Files appear whole, by a temporary name and a rename. The result is the truth of a job, so the
//! file and the folder are fsynced, and its blocks are reserved before the job starts: a job that
//! fills the disk can still say so.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use potion_proto::jobs::JobId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::spec::{Outcome, Snapshot, Spec};

/// Bytes reserved for a result, and the most it may have.
const RESULT_BYTES: u32 = 64 << 10;
/// The most a file of ours may have when read back.
const FILE_MAX_BYTES: u64 = 1 << 20;
const RESERVED: &str = "result.reserved";

/// A job's folder.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder of this job beneath the folder of all jobs.
    #[must_use]
    pub fn of(jobs: &Path, id: JobId) -> Self {
        Self {
            path: jobs.join(id.to_string()),
        }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it, with the spec in it and the result's blocks reserved.
    ///
    /// # Errors
    /// The system's; nothing is left behind then.
    pub fn create(&self, spec: &Spec) -> io::Result<()> {
        let made = self.try_create(spec);
        if made.is_err() {
            self.remove()?;
        }
        made
    }

    fn try_create(&self, spec: &Spec) -> io::Result<()> {
        DirBuilder::new()
            .mode(0o700)
            .recursive(true)
            .create(&self.path)?;
        let reserved = create(&self.path.join(RESERVED))?;
        nix::fcntl::posix_fallocate(&reserved, 0, i64::from(RESULT_BYTES))?;
        self.put("spec", &to_json(spec)?)?;
        File::open(&self.path)?.sync_all()
    }

    /// What the helper is to do.
    ///
    /// # Errors
    /// When it is not there or makes no sense.
    pub fn spec(&self) -> io::Result<Spec> {
        self.get("spec")?.ok_or_else(|| ErrorKind::NotFound.into())
    }

    /// Records where the helper stands.
    ///
    /// # Errors
    /// The system's.
    pub fn write_progress(&self, snapshot: &Snapshot) -> io::Result<()> {
        self.put("progress", &to_json(snapshot)?)
    }

    /// Where the helper stands; None before it said anything.
    ///
    /// # Errors
    /// When it makes no sense.
    pub fn progress(&self) -> io::Result<Option<Snapshot>> {
        self.get("progress")
    }

    /// Records how it ended, durably.
    ///
    /// # Errors
    /// The system's.
    pub fn write_result(&self, outcome: &Outcome) -> io::Result<()> {
        let bytes = fitting(outcome)?;
        let reserved = self.path.join(RESERVED);
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&reserved)?;
        file.write_all(&bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync_all()?;
        fs::rename(reserved, self.path.join("result"))?;
        File::open(&self.path)?.sync_all()
    }

    /// How it ended; None while it has not.
    ///
    /// # Errors
    /// When it makes no sense.
    pub fn result(&self) -> io::Result<Option<Outcome>> {
        self.get("result")
    }

    /// Removes it and all in it.
    ///
    /// # Errors
    /// The system's.
    pub fn remove(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let temporary = self.path.join(format!("{name}.new"));
        create(&temporary)?.write_all(bytes)?;
        fs::rename(temporary, self.path.join(name))
    }

    fn get<T: DeserializeOwned>(&self, name: &str) -> io::Result<Option<T>> {
        let file = match File::open(self.path.join(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let mut bytes = Vec::new();
        file.take(FILE_MAX_BYTES).read_to_end(&mut bytes)?;
        Ok(Some(serde_json::from_slice(&bytes)?))
    }
}

/// The highest number that has a folder: a lost database must not reuse numbers.
#[must_use]
pub(super) fn highest(jobs: &Path) -> u64 {
    let entries = fs::read_dir(jobs).into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.max().unwrap_or(0)
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

fn to_json<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(io::Error::from)
}

/// The result as JSON, without its tail when it would be longer than its reserved blocks.
fn fitting(outcome: &Outcome) -> io::Result<Vec<u8>> {
    let bytes = to_json(outcome)?;
    if bytes.len() <= RESULT_BYTES as usize {
        return Ok(bytes);
    }
    let mut shorter = outcome.clone();
    shorter.ending.tail.clear();
    shorter.ending.facts.truncate(20);
    to_json(&shorter)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;
    use crate::jobs::spec::Work;
    use std::os::unix::fs::MetadataExt;

    fn spec() -> Spec {
        Spec {
            id: JobId(7),
            work: Work::Repair,
            output_max_bytes: 1 << 20,
            lock_wait_seconds: 5,
        }
    }

    #[test]
    fn what_one_side_writes_the_other_reads() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::of(&root.path().join("jobs"), JobId(7));
        folder.create(&spec()).unwrap();
        assert_eq!(folder.spec().unwrap(), spec());
        assert_eq!(
            (folder.progress().unwrap(), folder.result().unwrap()),
            (None, None)
        );
        folder.write_progress(&Snapshot::default()).unwrap();
        assert_eq!(folder.progress().unwrap(), Some(Snapshot::default()));
        let outcome = Outcome::failed("why");
        folder.write_result(&outcome).unwrap();
        assert_eq!(folder.result().unwrap(), Some(outcome));
        assert_eq!(highest(&root.path().join("jobs")), 7);
        folder.remove().unwrap();
        folder.remove().unwrap();
        assert_eq!(highest(&root.path().join("jobs")), 0);
    }

    #[test]
    fn the_blocks_of_the_result_are_there_before_the_job_starts() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::of(root.path(), JobId(1));
        folder.create(&spec()).unwrap();
        let reserved = fs::metadata(folder.path().join(RESERVED)).unwrap();
        assert!(reserved.blocks() * 512 >= u64::from(RESULT_BYTES));
    }

    #[test]
    fn a_result_that_is_too_long_loses_its_tail_and_keeps_its_verdict() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::of(root.path(), JobId(1));
        folder.create(&spec()).unwrap();
        let mut outcome = Outcome::failed("why");
        outcome.ending.tail = vec!["x".repeat(1000); 200];
        folder.write_result(&outcome).unwrap();
        let read = folder.result().unwrap().unwrap();
        assert_eq!(read.ending.reason, "why");
        assert!(read.ending.tail.is_empty());
    }

    #[test]
    fn fields_of_a_newer_version_are_passed_over() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::of(root.path(), JobId(1));
        folder.create(&spec()).unwrap();
        let newer = r#"{"progress":{"percent":5,"step":"installing","item":""},"cancellable":true,"mood":"fine"}"#;
        folder.put("progress", newer.as_bytes()).unwrap();
        assert_eq!(
            folder.progress().unwrap().unwrap().progress.percent,
            Some(5)
        );
    }
}
