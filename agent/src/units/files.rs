//! Unit files as text. Their paths come from systemd, never from a caller.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;

use potion_proto::units::File;

use crate::redactor::redact;

/// Bytes of a file that are shown.
const TEXT_MAX_BYTES: u64 = 64 * 1024;

/// The file with its secrets taken out. One that cannot be read (a mask's `/dev/null`, a file that was just removed)
/// comes with an empty text.
pub(super) fn read(path: String) -> File {
    let bytes = bytes(&path).unwrap_or_default();
    let text = redact(&String::from_utf8_lossy(&bytes)).into_owned();
    File {
        text: cut(text),
        path,
    }
}

fn bytes(path: &str) -> io::Result<Vec<u8>> {
    // A FIFO in a file's place must not block.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(nix::libc::O_NONBLOCK)
        .open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    file.take(TEXT_MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Replacement characters and marks can be longer than what they stand for.
fn cut(mut text: String) -> String {
    let max = usize::try_from(TEXT_MAX_BYTES).unwrap_or(usize::MAX);
    text.truncate(text.floor_char_boundary(max));
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    fn written(bytes: &[u8]) -> File {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.service");
        std::fs::write(&path, bytes).unwrap();
        read(path.to_str().unwrap().to_owned())
    }

    #[test]
    fn secrets_stay_behind() {
        let file =
            written(b"[Service]\nEnvironment=DB_PASSWORD=hunter2hunter2\nExecStart=/bin/true\n");
        assert!(!file.text.contains("hunter2") && file.text.contains("ExecStart=/bin/true"));
    }

    #[test]
    fn a_giant_file_of_no_utf8_is_cut_at_the_limit() {
        let file = written(&vec![0xff; 100_000]);
        assert!(file.text.len() <= 64 * 1024 && file.text.len() > 60_000);
    }

    #[test]
    fn what_is_no_regular_file_is_empty() {
        assert_eq!(read("/dev/null".to_owned()).text, "");
        assert_eq!(read("/nowhere/a.service".to_owned()).text, "");
    }
}
