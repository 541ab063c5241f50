//! config.toml on the disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

/// World-readable: it holds no secrets, and the bot reads it.
const MODE: u32 = 0o644;

/// The file's text; no file is an empty one.
pub(super) fn read(path: &Path) -> io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        read => read,
    }
}

/// Puts another text in its place: beside it, synced, renamed over it, and the folder synced.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let beside = beside(path);
    let written = write(&beside, text).and_then(|()| fs::rename(&beside, path));
    if let Err(error) = written {
        // A leftover would be overwritten by the next change anyway.
        let _ = fs::remove_file(&beside);
        return Err(error);
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    File::open(folder)?.sync_all()
}

fn beside(path: &Path) -> PathBuf {
    path.with_extension("toml.new")
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(path)?;
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(MODE))?;
    let own = nix::unistd::geteuid().as_raw();
    fchown(&file, Some(own), None)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_stays_readable_for_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        assert_eq!(read(&path).unwrap(), "");
        fs::write(beside(&path), "left over by a crash").unwrap();
        replace(&path, "language = \"en\"\n").unwrap();
        assert_eq!(read(&path).unwrap(), "language = \"en\"\n");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            MODE
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_change_that_cannot_be_written_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, "old").unwrap();
        fs::create_dir(beside(&path)).unwrap();
        assert!(replace(&path, "new").is_err());
        assert_eq!(read(&path).unwrap(), "old");
    }
}
