//! Disks with their space, and which filesystem a folder stands on.

use std::path::Path;

use nix::sys::stat::{major, minor, stat};
use nix::sys::statvfs::statvfs;
use potion_proto::host::{Disk, Gauge};

use super::mounts::{self, Mount};
use super::port::{HostError, Root};
use super::tree::Tree;

/// Filesystems: `/` first, then the root, told as missing when its filesystem is not there, then the others.
pub(super) fn disks(tree: &Tree, root: &Root) -> Result<Vec<Disk>, HostError> {
    let mounts = mounts::filesystems(&tree.text("proc/self/mountinfo")?);
    let own = mount_of(&mounts, &root.path).filter(|mount| holds(tree, mount, root));
    let mut disks = mounts.iter().filter_map(disk).collect::<Vec<_>>();
    let first = own.map(|mount| mount.point.as_str());
    disks.sort_by_key(|disk| match disk.mount.as_str() {
        "/" => 0,
        mount if Some(mount) == first => 1,
        _ => 2,
    });
    if own.is_none() {
        disks.insert(disks.len().min(1), missing(&root.path));
    }
    Ok(disks)
}

/// The recorded filesystem, or before one was recorded any that is not the one of `/`.
fn holds(tree: &Tree, mount: &Mount, root: &Root) -> bool {
    match &root.recorded {
        Some(recorded) => identity(tree, mount) == *recorded,
        None => mount.point != "/",
    }
}

/// Which filesystem a folder stands on: its UUID, or its type and device where it has none.
pub(super) fn filesystem(tree: &Tree, path: &Path) -> Result<String, HostError> {
    let mounts = mounts::filesystems(&tree.text("proc/self/mountinfo")?);
    if let Some(mount) = mount_of(&mounts, path) {
        return Ok(identity(tree, mount));
    }
    let source = std::io::ErrorKind::NotFound.into();
    Err(HostError::Read {
        path: path.to_owned(),
        source,
    })
}

/// By device, since bind mounts of a sandbox hide by path where a folder truly is. A folder that is not there is on none.
fn mount_of<'m>(mounts: &'m [Mount], path: &Path) -> Option<&'m Mount> {
    let device = stat(path).ok()?.st_dev;
    let device = format!("{}:{}", major(device), minor(device));
    mounts
        .iter()
        .find(|mount| mount.device == device)
        .or_else(|| deepest(mounts, path))
}

/// Where files have other device numbers than their mount (btrfs, overlay): the mount point furthest down.
fn deepest<'m>(mounts: &'m [Mount], path: &Path) -> Option<&'m Mount> {
    let above = mounts.iter().filter(|mount| path.starts_with(&mount.point));
    above.max_by_key(|mount| mount.point.len())
}

fn identity(tree: &Tree, mount: &Mount) -> String {
    uuid(tree, &mount.device).unwrap_or_else(|| format!("{} {}", mount.kind, mount.device))
}

/// The link in `/dev/disk/by-uuid` that leads to the device.
fn uuid(tree: &Tree, device: &str) -> Option<String> {
    let leads = |name: &String| {
        let found = stat(&tree.path(&format!("dev/disk/by-uuid/{name}")));
        found.is_ok_and(|found| {
            format!("{}:{}", major(found.st_rdev), minor(found.st_rdev)) == device
        })
    };
    tree.names("dev/disk/by-uuid").into_iter().find(leads)
}

/// A filesystem that does not answer has no numbers worth showing.
fn disk(mount: &Mount) -> Option<Disk> {
    let stat = statvfs(mount.point.as_str()).ok()?;
    let unit = stat.fragment_size();
    let used = stat
        .blocks()
        .saturating_sub(stat.blocks_free())
        .saturating_mul(unit);
    let total = used.saturating_add(stat.blocks_available().saturating_mul(unit));
    Some(Disk {
        mount: mount.point.clone(),
        kind: mount.kind.clone(),
        space: Gauge { used, total },
        missing: false,
    })
}

fn missing(path: &Path) -> Disk {
    Disk {
        mount: path.display().to_string(),
        kind: String::new(),
        space: Gauge::default(),
        missing: true,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    fn here() -> Tree {
        Tree::at("/".into())
    }

    fn root(path: &str, recorded: Option<&str>) -> Root {
        Root {
            path: path.into(),
            recorded: recorded.map(ToOwned::to_owned),
        }
    }

    #[test]
    fn a_root_that_was_never_mounted_is_told_as_missing_right_behind_the_machines_own() {
        let disks = disks(&here(), &root("/nowhere/at/all", None)).unwrap();
        assert_eq!(disks[0].mount, "/");
        assert!(disks[0].space.total > 0 && disks[0].space.used <= disks[0].space.total);
        assert!(disks[1].missing && disks[1].mount == "/nowhere/at/all");
    }

    #[test]
    fn a_folder_on_the_machines_own_disk_serves_once_it_was_recorded_so() {
        let recorded = filesystem(&here(), Path::new("/")).unwrap();
        let with = |recorded: &str| disks(&here(), &root("/", Some(recorded))).unwrap();
        assert!(!with(&recorded).iter().any(|disk| disk.missing));
        assert!(with("another").iter().any(|disk| disk.missing));
    }
}
