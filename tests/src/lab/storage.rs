//! A machine's files: an overlay over the image, its upper layer in memory, and extra disks that are real ext4 filesystems.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::mount::{MsFlags, mount};

use super::LabError;
use crate::tools;

/// What one machine may write, in memory.
const UPPER_SIZE: &str = "size=4g,mode=755";

/// An extra disk of a machine.
pub(super) struct Disk {
    /// Where the machine sees it.
    pub(super) point: PathBuf,
    /// How large it is.
    pub(super) mebibytes: u64,
}

/// Mounts `directory/root` over `image`.
pub(super) fn overlay(directory: &Path, image: &Path) -> Result<(), LabError> {
    let (layer, root) = (directory.join("layer"), directory.join("root"));
    fs::create_dir_all(&layer)?;
    fs::create_dir_all(&root)?;
    let plain = MsFlags::empty();
    mount(
        Some("potion-lab"),
        &layer,
        Some("tmpfs"),
        plain,
        Some(UPPER_SIZE),
    )?;
    let (upper, work) = (layer.join("upper"), layer.join("work"));
    fs::create_dir(&upper)?;
    fs::create_dir(&work)?;
    let options = format!(
        "lowerdir={},upperdir={},workdir={}",
        image.display(),
        upper.display(),
        work.display()
    );
    mount(
        Some("potion-lab"),
        &root,
        Some("overlay"),
        plain,
        Some(options.as_str()),
    )?;
    Ok(())
}

/// Makes and mounts each disk; gives nspawn's `--bind=` values.
pub(super) fn attach(directory: &Path, disks: &[Disk]) -> Result<Vec<String>, LabError> {
    disks
        .iter()
        .enumerate()
        .map(|(number, disk)| attach_one(directory, number, disk))
        .collect()
}

fn attach_one(directory: &Path, number: usize, disk: &Disk) -> Result<String, LabError> {
    tools::need(&["mkfs.ext4"])?;
    let image = directory.join(format!("layer/disk{number}.img"));
    let point = directory.join(format!("disk{number}"));
    File::create(&image)?.set_len(disk.mebibytes << 20)?;
    fs::create_dir_all(&point)?;
    host("mkfs.ext4", &["-q".as_ref(), image.as_os_str()])?;
    host(
        "mount",
        &[
            "-o".as_ref(),
            "loop".as_ref(),
            image.as_os_str(),
            point.as_os_str(),
        ],
    )?;
    Ok(format!("{}:{}", point.display(), disk.point.display()))
}

fn host(program: &str, arguments: &[&std::ffi::OsStr]) -> Result<(), LabError> {
    let output = Command::new(program).args(arguments).output()?;
    if output.status.success() {
        return Ok(());
    }
    let reason = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(LabError::Host(program.to_owned(), reason))
}
