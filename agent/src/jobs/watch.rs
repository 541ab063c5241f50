//! Hears when the helper puts a file into its folder, by inotify(7); nobody polls.

use std::io;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::path::Path;

use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// nix's type says its descriptor in one way, tokio asks for it in another.
struct Descriptor(Inotify);

impl AsRawFd for Descriptor {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}

/// A watch on one folder.
pub(super) struct Watch(AsyncFd<Descriptor>);

impl Watch {
    /// Listens for files that are renamed into the folder.
    ///
    /// # Errors
    /// When the folder or the kernel's watches are not there.
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        let inotify = Inotify::init(InitFlags::IN_NONBLOCK | InitFlags::IN_CLOEXEC)?;
        inotify.add_watch(
            folder,
            AddWatchFlags::IN_MOVED_TO | AddWatchFlags::IN_ONLYDIR,
        )?;
        #[expect(
            deprecated,
            reason = "unsound for descriptors that change under it; ours is the same for life, and the \
                successor is an unsafe fn"
        )]
        let registered = AsyncFd::with_interest(Descriptor(inotify), Interest::READABLE)?;
        Ok(Self(registered))
    }

    /// Returns once something was put there. Safe to cancel.
    pub(super) async fn stirred(&self) -> io::Result<()> {
        loop {
            let mut ready = self.0.readable().await?;
            let read = |fd: &AsyncFd<Descriptor>| Ok(fd.get_ref().0.read_events()?);
            if let Ok(events) = ready.try_io(read) {
                return events.map(drop);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use std::fs;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_rename_into_the_folder_is_heard_and_a_plain_write_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let watch = Watch::of(folder.path()).unwrap();
        fs::write(folder.path().join("x.new"), "1").unwrap();
        let quiet = tokio::time::timeout(Duration::from_millis(50), watch.stirred()).await;
        assert!(quiet.is_err());
        fs::rename(folder.path().join("x.new"), folder.path().join("x")).unwrap();
        let heard = tokio::time::timeout(Duration::from_secs(5), watch.stirred()).await;
        heard.unwrap().unwrap();
    }
}
