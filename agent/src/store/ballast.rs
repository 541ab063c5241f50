//! Space held back: a preallocated file that is given up when the disk is full, so that events and the
//! audit log go on, and made again when there is room.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::fcntl::posix_fallocate;
use nix::sys::statvfs::statvfs;

const FILE: &str = "ballast";
/// It is made again only when this many times its size is free: no see-saw on a disk that is nearly full.
const ROOM_FACTOR: u64 = 4;

/// The ballast of one state folder.
#[derive(Clone, Debug)]
pub struct Ballast {
    path: PathBuf,
}

impl Ballast {
    /// The ballast in this folder, there or not.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self {
            path: folder.join(FILE),
        }
    }

    /// Gives it up. True when there was one, so that a second try makes sense.
    #[must_use]
    pub fn free(&self) -> bool {
        let freed = fs::remove_file(&self.path).is_ok();
        if freed {
            tracing::warn!(path = %self.path.display(), "the disk is full: the ballast is given up");
        }
        freed
    }

    /// Sees to it that the file has this size (0: that there is none). False while there is too little
    /// room for it; ask again later.
    #[must_use]
    pub fn tend(&self, bytes: u64) -> bool {
        let there = fs::metadata(&self.path).map_or(0, |file| file.len());
        if there == bytes {
            return true;
        }
        let _ = fs::remove_file(&self.path);
        bytes == 0 || (self.has_room(bytes) && self.make(bytes))
    }

    fn has_room(&self, bytes: u64) -> bool {
        let folder = self.path.parent().unwrap_or(Path::new("/"));
        statvfs(folder).is_ok_and(|fs| {
            fs.blocks_available().saturating_mul(fs.fragment_size())
                >= bytes.saturating_mul(ROOM_FACTOR)
        })
    }

    fn make(&self, bytes: u64) -> bool {
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.path)
            .is_ok_and(|file| {
                i64::try_from(bytes).is_ok_and(|bytes| posix_fallocate(&file, 0, bytes).is_ok())
            });
        if !made {
            let _ = fs::remove_file(&self.path);
        }
        made
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    #[test]
    fn it_is_made_resized_and_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let ballast = Ballast::of(folder.path());
        assert!(!ballast.free());
        assert!(ballast.tend(1 << 20));
        let file = fs::metadata(folder.path().join(FILE)).unwrap();
        assert_eq!(file.len(), 1 << 20);
        assert!(std::os::unix::fs::MetadataExt::blocks(&file) * 512 >= 1 << 20);
        assert!(ballast.tend(4096));
        assert_eq!(fs::metadata(folder.path().join(FILE)).unwrap().len(), 4096);
        assert!(ballast.free());
        assert!(ballast.tend(0));
        assert!(!folder.path().join(FILE).exists());
    }

    #[test]
    fn it_is_not_made_where_it_would_fill_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!Ballast::of(folder.path()).tend(1 << 60));
        assert!(!folder.path().join(FILE).exists());
    }
}
