//! Whether a file is still the one that was read.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Inode, size and time of change; None while there is no file.
type Seen = Option<(u64, u64, i64, i64)>;

/// What was last seen of a file.
pub(crate) struct Stamp(Mutex<Seen>);

impl Stamp {
    /// The file as it is now.
    pub(crate) fn of(path: &Path) -> Self {
        Self(Mutex::new(look(path)))
    }

    /// Whether it is another one since the last look.
    pub(crate) fn moved(&self, path: &Path) -> bool {
        let now = look(path);
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *seen, now) != now
    }
}

fn look(path: &Path) -> Seen {
    let found = fs::metadata(path).ok()?;
    Some((found.ino(), found.size(), found.ctime(), found.ctime_nsec()))
}
