//! The locks of dpkg and apt: who holds one, and waiting until nobody does.
//!
//! They are POSIX record locks, so the kernel itself names the holder (F_GETLK), and waits for us
//! (F_SETLKW, on a thread of its own). We only wait: apt takes its locks itself a moment later.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;

use super::progress::clean;

/// dpkg's front ends; apt holds it for a whole run.
pub(super) const FRONTEND: &str = "/var/lib/dpkg/lock-frontend";
/// dpkg itself.
pub(super) const DPKG: &str = "/var/lib/dpkg/lock";
/// apt's downloads.
pub(super) const ARCHIVES: &str = "/var/cache/apt/archives/lock";
/// apt's lists.
pub(super) const LISTS: &str = "/var/lib/apt/lists/lock";

/// Who holds a lock, for people: `apt-get (process 812)`. None when nobody does, or when the file is
/// not there.
#[must_use]
pub(super) fn holder(lock: &Path) -> Option<String> {
    let file = File::open(lock).ok()?;
    let mut found = whole_file();
    fcntl(&file, FcntlArg::F_GETLK(&mut found)).ok()?;
    if i32::from(found.l_type) == libc::F_UNLCK {
        return None;
    }
    Some(name(found.l_pid))
}

/// The first of these locks that is held, and by whom.
#[must_use]
pub(super) fn first_held(locks: &[PathBuf]) -> Option<(PathBuf, String)> {
    locks
        .iter()
        .find_map(|lock| Some((lock.clone(), holder(lock)?)))
}

/// Returns once nobody holds the lock. Dropped early, its thread waits on and does no harm.
///
/// # Errors
/// When the file cannot be locked at all.
pub(super) async fn released(lock: PathBuf) -> io::Result<()> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("lock".to_owned())
        .spawn(move || {
            // Nobody may be waiting any more.
            let _ = sender.send(take_and_release(&lock));
        })?;
    receiver
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
}

fn take_and_release(lock: &Path) -> io::Result<()> {
    let file = OpenOptions::new().read(true).write(true).open(lock)?;
    loop {
        match fcntl(&file, FcntlArg::F_SETLKW(&whole_file())) {
            Err(nix::errno::Errno::EINTR) => {}
            locked => return locked.map(drop).map_err(io::Error::from),
        }
    }
}

fn whole_file() -> libc::flock {
    #[expect(clippy::cast_possible_truncation, reason = "both constants are 0 or 1")]
    libc::flock {
        l_type: libc::F_WRLCK as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    }
}

/// A process beyond our namespace has no number here.
fn name(pid: i32) -> String {
    let comm = std::fs::read_to_string(format!("/proc/{pid}/comm"));
    match comm.as_deref().map(clean) {
        Ok(comm) if !comm.is_empty() => format!("{comm} (process {pid})"),
        _ if pid > 0 => format!("process {pid}"),
        _ => "another program".to_owned(),
    }
}

/// Another process holds the lock for so many seconds: a lock of our own would not stand in our way.
#[cfg(test)]
pub(super) async fn hold(lock: &Path, seconds: &str) -> crate::exec::Running {
    const PERL: &str = "use Fcntl; $| = 1; open F, '+<', $ARGV[0] or die; \
        my $lock = pack('s s x4 q q i x4', F_WRLCK, 0, 0, 0, 0); fcntl F, F_SETLK, $lock or die; print 'held'; \
        select undef, undef, undef, $ARGV[1]";
    let perl = crate::exec::Tool::new("/usr/bin/perl").arg("-e").arg(PERL);
    let mut running = perl
        .arg(lock)
        .arg(seconds)
        .start()
        .expect("perl-base is essential");
    let held = running.next().await.expect("it says so");
    assert_eq!(held, crate::exec::Piece::Output(b"held".to_vec()));
    running
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    #[tokio::test]
    async fn the_holder_is_named_and_its_end_is_heard() {
        let dir = tempfile::tempdir().unwrap();
        let lock = dir.path().join("lock");
        std::fs::write(&lock, "").unwrap();
        assert_eq!(holder(&lock), None);
        assert_eq!(first_held(std::slice::from_ref(&lock)), None);
        let running = hold(&lock, "1000").await;
        assert!(holder(&lock).unwrap().starts_with("perl (process "));
        let waiting = tokio::spawn(released(lock.clone()));
        running.terminate();
        waiting.await.unwrap().unwrap();
        assert_eq!(holder(&lock), None);
    }

    #[test]
    fn a_lock_that_is_not_there_is_held_by_nobody() {
        assert_eq!(holder(Path::new("/no/such/lock")), None);
    }
}
