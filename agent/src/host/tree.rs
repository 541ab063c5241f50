//! Small files of /proc, /sys, /etc and /run, read whole.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::port::HostError;

/// Longer ones are none that we read.
const FILE_MAX_BYTES: u64 = 1 << 20;

/// Where they are. Tests put a machine of their own beneath a folder.
#[derive(Clone, Debug)]
pub(super) struct Tree(PathBuf);

impl Tree {
    pub(super) fn at(root: PathBuf) -> Self {
        Self(root)
    }

    /// The path of a file that is named from the root on, without a leading slash.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The text of a file; bytes that are no UTF-8 are replaced.
    pub(super) fn text(&self, name: &str) -> Result<String, HostError> {
        let path = self.path(name);
        read(&path).map_err(|source| HostError::Read { path, source })
    }

    /// The text of a file that may be missing.
    pub(super) fn maybe(&self, name: &str) -> Option<String> {
        read(&self.path(name)).ok()
    }

    /// What `parse` makes of a file's text.
    pub(super) fn parsed<T>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, HostError> {
        parse(&self.text(name)?).ok_or_else(|| HostError::Strange(self.path(name)))
    }

    /// Names in a folder, sorted; none when it cannot be read.
    pub(super) fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder))
            .into_iter()
            .flatten()
            .flatten();
        let mut names = entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect::<Vec<_>>();
        names.sort_unstable();
        names
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(FILE_MAX_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
