//! The end of a machine. A small shell process waits on a pipe from us and cleans up when it closes: on drop, on panic, and
//! also when this process is killed. What a killed reaper left is swept before the next boot.

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{LabError, cgroup};

const SCRIPT: &str = include_str!("reap.sh");

/// Holds the pipe; dropping it removes the machine and returns when nothing of it is left.
pub(super) struct Reaper(Child);

impl Reaper {
    /// Watches over the machine in `directory`, whose name is the directory's.
    pub(super) fn start(directory: &Path) -> Result<Self, LabError> {
        let child = command(directory)?.stdin(Stdio::piped()).spawn()?;
        Ok(Reaper(child))
    }
}

impl Drop for Reaper {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It cannot fail in a way that a drop could tell; leftovers are swept by the next boot.
        let _ = self.0.wait();
    }
}

/// Removes the machines under `home` whose owner is gone: nobody holds their lock.
pub(super) fn sweep(home: &Path) -> Result<(), LabError> {
    for entry in fs::read_dir(home)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "lock") && abandoned(&path) {
            command(&path.with_extension(""))?
                .stdin(Stdio::null())
                .status()?;
        }
    }
    Ok(())
}

fn abandoned(lock: &Path) -> bool {
    File::open(lock).is_ok_and(|file| file.try_lock().is_ok())
}

/// In a process group of its own, so that Ctrl-C in the terminal does not end it before it has cleaned up.
fn command(directory: &Path) -> Result<Command, LabError> {
    let name = directory.file_name().unwrap_or_default().to_string_lossy();
    let mut words: Vec<OsString> = vec!["-c".into(), SCRIPT.into(), "reap".into()];
    words.push(directory.into());
    let cgroups = cgroup::directories(&name)?;
    words.extend(cgroups.into_iter().map(PathBuf::into_os_string));
    let mut command = Command::new("sh");
    command.args(words).process_group(0);
    Ok(command)
}
