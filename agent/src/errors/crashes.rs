//! Crash files: what a process writes when it may not live to tell, in the state folder. The next start
//! (or whoever caught the panic) records and removes them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use potion_proto::errors::Report;

use crate::redactor::redact;
use crate::store::Ballast;

const PREFIX: &str = "crash-";
const SUFFIX: &str = ".json";
/// A start that fails again for the same reason writes nothing: systemd tries five times a second.
const FAILED_START: &str = "crash-start.json";
/// A daemon that crashes over and over says no more.
const FILES_MAX: usize = 16;
/// Longer ones are none of ours.
const FILE_MAX_BYTES: u64 = 1 << 20;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Writes a report, synced, in one piece; frees the ballast if it must. Its file, if there is one now.
#[must_use]
pub fn write(folder: &Path, report: &Report) -> Option<PathBuf> {
    if files(folder).len() >= FILES_MAX {
        return None;
    }
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = folder.join(format!("{PREFIX}{}-{number}{SUFFIX}", std::process::id()));
    put(folder, &path, report).then_some(path)
}

/// Writes down that the daemon could not start, and why; the next good start tells of it.
pub fn start_failed(folder: &Path, why: &dyn std::error::Error) {
    let report = Report {
        panic: false,
        doing: "potiond, starting".to_owned(),
        message: redact(&chain(why)).into_owned(),
        frames: Vec::new(),
        whole: String::new(),
    };
    let path = folder.join(FAILED_START);
    if read(&path).as_ref() != Some(&report) {
        put(folder, &path, &report);
    }
}

/// An error and its causes, one a line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let words: Vec<String> = causes.map(ToString::to_string).collect();
    words.join("\n")
}

fn put(folder: &Path, path: &Path, report: &Report) -> bool {
    let Ok(bytes) = serde_json::to_vec(report) else {
        return false;
    };
    match put_bytes(path, &bytes) {
        Err(_) if Ballast::of(folder).free() => put_bytes(path, &bytes).is_ok(),
        outcome => outcome.is_ok(),
    }
}

fn put_bytes(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("draft");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = written {
        let _ = fs::remove_file(&draft);
        return Err(error);
    }
    fs::rename(&draft, path)?;
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with(PREFIX) && name.ends_with(SUFFIX)
    });
    let mut files: Vec<PathBuf> = names.map(|entry| entry.path()).collect();
    files.sort();
    files
}

fn read(path: &Path) -> Option<Report> {
    let small = fs::metadata(path).is_ok_and(|meta| meta.len() <= FILE_MAX_BYTES);
    small
        .then(|| fs::read(path).ok())?
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
}

/// What earlier runs left. A file that cannot be read is removed: it would be in the way for ever.
#[must_use]
pub fn left(folder: &Path) -> Vec<(PathBuf, Report)> {
    let reports = files(folder).into_iter().filter_map(|path| {
        let report = read(&path);
        if report.is_none() {
            tracing::warn!(path = %path.display(), "a crash file cannot be read");
            forget(Some(&path));
        }
        report.map(|report| (path, report))
    });
    reports.collect()
}

/// Removes a file whose report was recorded.
pub fn forget(file: Option<&Path>) {
    if let Some(Err(error)) = file.map(fs::remove_file) {
        tracing::warn!(%error, "a crash file cannot be removed");
    }
}
