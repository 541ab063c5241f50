//! A file without a name: it is gone with its last descriptor, whatever happens to us.

use std::fs::{File, OpenOptions, remove_file};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// One file, twice open.
pub(super) struct Scratch {
    /// To fill it.
    pub(super) write: File,
    /// To hand out; nothing can be written through it.
    pub(super) read: File,
}

/// A scratch file on the filesystem of this folder.
pub(super) fn create(folder: &Path) -> io::Result<Scratch> {
    let name = crate::random::bytes::<8>().map_err(|_| io::Error::from(io::ErrorKind::Other))?;
    let path = folder.join(format!("scratch-{:016x}", u64::from_ne_bytes(name)));
    let write = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    let read = File::open(&path);
    remove_file(&path)?;
    Ok(Scratch { write, read: read? })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn what_is_written_can_be_read_and_only_read_and_no_name_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let mut scratch = create(folder.path()).unwrap();
        scratch.write.write_all(b"lines").unwrap();
        let mut text = String::new();
        scratch.read.read_to_string(&mut text).unwrap();
        assert_eq!(text, "lines");
        assert!(scratch.read.write_all(b"x").is_err());
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}
