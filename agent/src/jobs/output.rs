//! A job's output, bounded: its beginning and its end are kept, what lies between is dropped.
//!
//! It is a row of segments, files named `output.START` by the offset of their first byte, each a quarter
//! of the bound. The first two stay, of the later ones the last two. Offsets count all that was
//! written, kept or not, so a reader that goes on from where it was meets a gap and is told its size.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

const PREFIX: &str = "output.";
const SEGMENTS: u64 = 4;
const HEAD_SEGMENTS: usize = 2;
const TAIL_SEGMENTS: usize = 2;

/// Writes a job's output.
#[derive(Debug)]
pub(super) struct Writer {
    folder: PathBuf,
    segment_max_bytes: u64,
    written: u64,
    segment: Option<(u64, File)>,
}

impl Writer {
    /// A writer into this folder that keeps at most so many bytes.
    #[must_use]
    pub(super) fn new(folder: &Path, max_bytes: u64) -> Self {
        Self {
            folder: folder.to_owned(),
            segment_max_bytes: (max_bytes / SEGMENTS).max(1),
            written: 0,
            segment: None,
        }
    }

    /// Writes as much as can be written. Bytes that do not fit on the disk become a gap: output is
    /// worth less than the work it tells of.
    pub(super) fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let part = match self.part(bytes) {
                Ok(part) => part,
                Err(_) => {
                    self.segment = None;
                    bytes.len()
                }
            };
            self.written += part as u64;
            bytes = &bytes[part..];
        }
    }

    fn part(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (start, file) = match &mut self.segment {
            Some((start, file)) if self.written - *start < self.segment_max_bytes => (*start, file),
            segment => {
                let file = open(&self.folder, self.written)?;
                let (start, file) = segment.insert((self.written, file));
                prune(&self.folder)?;
                (*start, file)
            }
        };
        let room = self.segment_max_bytes - (self.written - start);
        let part = usize::try_from(room).map_or(bytes.len(), |room| room.min(bytes.len()));
        file.write_all(&bytes[..part])?;
        Ok(part)
    }
}

fn open(folder: &Path, start: u64) -> io::Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(folder.join(format!("{PREFIX}{start}")))
}

fn prune(folder: &Path) -> io::Result<()> {
    let starts = starts(folder)?;
    let last = starts.len().saturating_sub(TAIL_SEGMENTS);
    for start in starts.iter().take(last).skip(HEAD_SEGMENTS) {
        fs::remove_file(folder.join(format!("{PREFIX}{start}")))?;
    }
    Ok(())
}

fn starts(folder: &Path) -> io::Result<Vec<u64>> {
    let entries = fs::read_dir(folder)?.flatten();
    let start = |name: &str| name.strip_prefix(PREFIX)?.parse().ok();
    let mut starts: Vec<u64> = entries
        .filter_map(|entry| start(entry.file_name().to_str()?))
        .collect();
    starts.sort_unstable();
    Ok(starts)
}

/// A piece of output.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Bytes that were dropped before it.
    pub(super) skipped: u64,
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// Where the next piece starts.
    pub(super) next: u64,
    /// Nothing is written beyond it yet.
    pub(super) end: bool,
}

/// At most `max` bytes from `from` on, ended at a line's end where there is one.
///
/// # Errors
/// The system's; a folder without output has none and is no error.
pub(super) fn read(folder: &Path, from: u64, max: usize) -> io::Result<Piece> {
    let segments = segments(folder)?;
    let total = segments.last().map_or(0, |(start, length)| start + length);
    let holds = segments
        .iter()
        .find(|(start, length)| from < start + length);
    let Some(&(start, length)) = holds else {
        return Ok(Piece {
            skipped: 0,
            bytes: Vec::new(),
            next: from.min(total),
            end: true,
        });
    };
    let at = from.max(start);
    let mut bytes = Vec::new();
    let mut file = File::open(folder.join(format!("{PREFIX}{start}")))?;
    file.seek(SeekFrom::Start(at - start))?;
    let most = (max as u64).min(start + length - at);
    file.take(most).read_to_end(&mut bytes)?;
    whole_lines(&mut bytes);
    let next = at + bytes.len() as u64;
    Ok(Piece {
        skipped: at - from,
        next,
        end: next >= total,
        bytes,
    })
}

/// The last bytes, at most `max`.
///
/// # Errors
/// The system's.
pub(super) fn tail(folder: &Path, max: u64) -> io::Result<Vec<u8>> {
    let segments = segments(folder)?;
    let total = segments.last().map_or(0, |(start, length)| start + length);
    let mut bytes = Vec::new();
    let mut at = total.saturating_sub(max);
    while at < total {
        let piece = read(folder, at, usize::try_from(max).unwrap_or(usize::MAX))?;
        bytes.extend(piece.bytes);
        at = piece.next;
    }
    Ok(bytes)
}

fn segments(folder: &Path) -> io::Result<Vec<(u64, u64)>> {
    let mut segments = Vec::new();
    for start in starts(folder)? {
        // A segment that the writer just pruned is a gap like any other.
        if let Ok(metadata) = fs::metadata(folder.join(format!("{PREFIX}{start}"))) {
            segments.push((start, metadata.len()));
        }
    }
    Ok(segments)
}

/// A redactor sees words best in whole lines.
fn whole_lines(bytes: &mut Vec<u8>) {
    if let Some(at) = bytes.iter().rposition(|&byte| byte == b'\n') {
        bytes.truncate(at + 1);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    fn written(max: u64, lines: u32) -> (tempfile::TempDir, u64) {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::new(folder.path(), max);
        for line in 0..lines {
            writer.write(format!("line {line:05}\n").as_bytes());
        }
        (folder, writer.written)
    }

    fn all(folder: &Path) -> (Vec<u8>, u64) {
        let (mut bytes, mut skipped, mut at) = (Vec::new(), 0, 0);
        loop {
            let piece = read(folder, at, 50).unwrap();
            bytes.extend(piece.bytes);
            skipped += piece.skipped;
            at = piece.next;
            if piece.end {
                return (bytes, skipped);
            }
        }
    }

    #[test]
    fn output_below_the_bound_is_read_back_in_pieces() {
        let (folder, total) = written(100_000, 100);
        let (bytes, skipped) = all(folder.path());
        assert_eq!((bytes.len() as u64, skipped), (total, 0));
        assert!(bytes.starts_with(b"line 00000\n") && bytes.ends_with(b"line 00099\n"));
    }

    #[test]
    fn of_more_output_the_beginning_and_the_end_are_kept_and_the_gap_is_told() {
        let (folder, total) = written(4_000, 10_000);
        let (bytes, skipped) = all(folder.path());
        assert!(bytes.starts_with(b"line 00000\n") && bytes.ends_with(b"line 09999\n"));
        assert!(bytes.len() <= 4_000);
        assert_eq!(bytes.len() as u64 + skipped, total);
    }

    #[test]
    fn a_reader_at_the_end_is_told_so_and_goes_on_later() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path(), 0, 10).unwrap().end);
        let mut writer = Writer::new(folder.path(), 1000);
        writer.write(b"one\n");
        let piece = read(folder.path(), 0, 10).unwrap();
        assert_eq!((piece.bytes.as_slice(), piece.end), (&b"one\n"[..], true));
        writer.write(b"two\n");
        assert_eq!(read(folder.path(), piece.next, 10).unwrap().bytes, b"two\n");
        assert_eq!(read(folder.path(), 999, 10).unwrap().next, 8);
    }

    #[test]
    fn the_tail_spans_segments() {
        let (folder, _) = written(4_000, 1_000);
        let tail = tail(folder.path(), 1_500).unwrap();
        assert_eq!(tail.len(), 1_500);
        assert!(tail.ends_with(b"line 00999\n"));
    }
}
