//! The log as a file of lines.

use std::collections::VecDeque;
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use potion_proto::audit::Entry;

use super::Durability;
use super::chain::Head;
use crate::store::Ballast;

/// The longest line that is read; one that we wrote is far shorter.
const LINE_MAX_BYTES: u64 = 64 * 1024;

/// The log, opened for appending.
pub(super) struct File {
    file: fs::File,
    length: u64,
}

impl File {
    /// Opens the log, made if there is none (0600), and tells its first entry's hash and its end. A torn last line, from a
    /// power cut in mid-write, was never acted on and is cut off.
    pub(super) fn open(path: &Path) -> io::Result<(Self, String, Head)> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true).mode(0o600);
        let mut file = options.open(path)?;
        let tail = tail(&mut file)?;
        let whole = tail
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let length = file.metadata()?.len() - (tail.len() - whole) as u64;
        file.set_len(length)?;
        Ok((Self { file, length }, first(path)?, last(&tail[..whole])))
    }

    /// Appends a line. On a full disk the ballast is freed and it is tried once more; a line that was
    /// written in part is cut off again.
    pub(super) fn append(
        &mut self,
        ballast: &Ballast,
        line: &str,
        durability: Durability,
    ) -> io::Result<()> {
        match self.append_once(line, durability) {
            Err(error) if error.kind() == io::ErrorKind::StorageFull && ballast.free() => {
                self.append_once(line, durability)
            }
            outcome => outcome,
        }
    }

    fn append_once(&mut self, line: &str, durability: Durability) -> io::Result<()> {
        let written = self
            .file
            .write_all(format!("{line}\n").as_bytes())
            .and_then(|()| match durability {
                Durability::Synced => self.file.sync_data(),
                Durability::Written => Ok(()),
            });
        match written {
            Ok(()) => self.length += line.len() as u64 + 1,
            Err(_) => self.file.set_len(self.length)?,
        }
        written
    }
}

fn tail(file: &mut fs::File) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LINE_MAX_BYTES)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    Ok(tail)
}

/// The first entry's hash; empty when there is none.
pub(super) fn first(path: &Path) -> io::Result<String> {
    let mut line = Vec::new();
    let mut reader = BufReader::new(fs::File::open(path)?).take(LINE_MAX_BYTES);
    reader.read_until(b'\n', &mut line)?;
    let entry: Option<Entry> = serde_json::from_slice(&line).ok();
    Ok(entry.map(|entry| entry.hash).unwrap_or_default())
}

/// The head that the last whole line names; before the first entry when it names none.
fn last(lines: &[u8]) -> Head {
    let line = lines
        .split(|byte| *byte == b'\n')
        .rfind(|line| !line.is_empty());
    let entry: Option<Entry> = line.and_then(|line| serde_json::from_slice(line).ok());
    entry
        .map(|entry| Head {
            number: entry.number,
            hash: entry.hash,
        })
        .unwrap_or_default()
}

/// Calls `each` with every line, or with None for one that is no entry. No log is an empty log.
pub(super) fn walk(path: &Path, mut each: impl FnMut(Option<Entry>)) -> io::Result<()> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut reader)
            .take(LINE_MAX_BYTES)
            .read_until(b'\n', &mut line)?
            == 0
        {
            return Ok(());
        }
        each(serde_json::from_slice(&line).ok());
    }
}

/// The newest entries before `before`, newest first.
pub(super) fn newest(path: &Path, before: Option<u64>, limit: usize) -> io::Result<Vec<Entry>> {
    let mut kept = VecDeque::with_capacity(limit + 1);
    walk(path, |entry| {
        let wanted = entry.filter(|entry| before.is_none_or(|before| entry.number < before));
        kept.extend(wanted);
        if kept.len() > limit {
            kept.pop_front();
        }
    })?;
    Ok(kept.into_iter().rev().collect())
}
