//! Disks with their space, and which filesystem a folder stands on.
//!
//! The unit's sandbox hides some (`ProtectHome=`) and shows others many times, so the machine is looked at as PID 1 sees
//! it, through `/proc/1/root`, which CAP_SYS_PTRACE opens; where it does not, our own view must do.

use std::path::{Path, PathBuf};

use nix::sys::stat::{major, minor, stat};
use nix::sys::statvfs::statvfs;
use potion_proto::host::{Disk, Gauge};

use super::mounts::{self, Mount};
use super::port::{HostError, Root};
use super::tree::Tree;

/// Types whose `f_fsid` comes from their UUID; others have their device's number there.
const FSID_OF_UUID: [&str; 5] = ["ext2", "ext3", "ext4", "btrfs", "f2fs"];

/// Mounts, and where they are to be looked at.
struct View {
    tree: Tree,
    mounts: Vec<Mount>,
    root: PathBuf,
}

impl View {
    fn of(tree: &Tree) -> Result<Self, HostError> {
        let outside = tree.path("proc/1/root");
        let whole = tree
            .maybe("proc/1/mountinfo")
            .filter(|_| stat(&outside).is_ok());
        let (text, root) = match whole {
            Some(text) => (text, outside),
            None => (tree.text("proc/self/mountinfo")?, PathBuf::from("/")),
        };
        let mounts = mounts::filesystems(&text);
        Ok(Self {
            tree: tree.clone(),
            mounts,
            root,
        })
    }

    fn path(&self, path: &Path) -> PathBuf {
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// By device, since a folder's path may lead through links and bind mounts. A folder that is not there is on none.
    fn mount_of(&self, path: &Path) -> Option<&Mount> {
        let device = stat(&self.path(path)).ok()?.st_dev;
        let device = format!("{}:{}", major(device), minor(device));
        let own = self.mounts.iter().find(|mount| mount.device == device);
        own.or_else(|| self.deepest(path))
    }

    /// Where files have other device numbers than their mount (btrfs, overlay): the mount point furthest down.
    fn deepest(&self, path: &Path) -> Option<&Mount> {
        let above = self
            .mounts
            .iter()
            .filter(|mount| path.starts_with(&mount.point));
        above.max_by_key(|mount| mount.point.len())
    }

    /// A filesystem that does not answer has no numbers worth showing.
    fn disk(&self, mount: &Mount) -> Option<Disk> {
        let point = self.path(Path::new(&mount.point));
        // A container's files can be mounts of their own.
        let stat = Some(statvfs(&point).ok()?).filter(|_| point.is_dir())?;
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

    /// Its UUID, or what else of it survives a reboot.
    fn identity(&self, mount: &Mount) -> String {
        if let Some(uuid) = self.uuid(mount) {
            return format!("UUID={uuid}");
        }
        let fsid = statvfs(&self.path(Path::new(&mount.point))).map(|stat| stat.filesystem_id());
        match fsid {
            Ok(fsid) if fsid != 0 && FSID_OF_UUID.contains(&mount.kind.as_str()) => {
                format!("{} {fsid:016x}", mount.kind)
            }
            _ => format!("{} {}", mount.kind, mount.source),
        }
    }

    /// As udev knows it; `/dev` is not to be seen from a unit with `PrivateDevices=`.
    fn uuid(&self, mount: &Mount) -> Option<String> {
        let data = self
            .tree
            .maybe(&format!("run/udev/data/b{}", self.block_device(mount)?))?;
        let uuid = data
            .lines()
            .find_map(|line| line.strip_prefix("E:ID_FS_UUID="))?;
        Some(uuid.to_owned())
    }

    /// btrfs mounts have no device number of their own; their source leads to one.
    fn block_device(&self, mount: &Mount) -> Option<String> {
        if !mount.device.starts_with("0:") {
            return Some(mount.device.clone());
        }
        let name = mount.source.rsplit('/').next()?;
        let named = |block: &String| {
            let mapped = self.tree.maybe(&format!("sys/class/block/{block}/dm/name"));
            block == name || mapped.is_some_and(|mapped| mapped.trim() == name)
        };
        let block = self.tree.names("sys/class/block").into_iter().find(named)?;
        Some(
            self.tree
                .maybe(&format!("sys/class/block/{block}/dev"))?
                .trim()
                .to_owned(),
        )
    }

    /// The recorded filesystem, or before one was recorded any that is not the one of `/`.
    fn holds(&self, mount: &Mount, root: &Root) -> bool {
        match &root.recorded {
            Some(recorded) => self.identity(mount) == *recorded,
            None => mount.point != "/",
        }
    }
}

/// Filesystems: `/` first, then the root, told as missing when its filesystem is not there, then the others.
pub(super) fn disks(tree: &Tree, root: &Root) -> Result<Vec<Disk>, HostError> {
    let view = View::of(tree)?;
    let own = view
        .mount_of(&root.path)
        .filter(|mount| view.holds(mount, root));
    let first = own.map(|mount| mount.point.as_str());
    let mut disks = view
        .mounts
        .iter()
        .filter_map(|mount| view.disk(mount))
        .collect::<Vec<_>>();
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

/// Which filesystem a folder stands on.
pub(super) fn filesystem(tree: &Tree, path: &Path) -> Result<String, HostError> {
    let view = View::of(tree)?;
    if let Some(mount) = view.mount_of(path) {
        return Ok(view.identity(mount));
    }
    let source = std::io::ErrorKind::NotFound.into();
    Err(HostError::Read {
        path: path.to_owned(),
        source,
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
