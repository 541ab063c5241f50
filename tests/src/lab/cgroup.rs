//! A cgroup of its own for each machine, in every hierarchy of the host: two machines that share one kill each other's processes.

use std::fs;
use std::path::{Path, PathBuf};

use super::LabError;

/// The machine's cgroup directories, one for each hierarchy mounted on the host.
pub(super) fn directories(name: &str) -> Result<Vec<PathBuf>, LabError> {
    let mounts = fs::read_to_string("/proc/self/mounts")?;
    Ok(hierarchies(&mounts)
        .map(|hierarchy| Path::new(hierarchy).join(name))
        .collect())
}

/// Creates them, ready to take processes.
pub(super) fn create(name: &str) -> Result<Vec<PathBuf>, LabError> {
    let directories = directories(name)?;
    for directory in &directories {
        fs::create_dir_all(directory)?;
        inherit_cpuset(directory)?;
    }
    Ok(directories)
}

/// Lines of /proc/mounts: device, mount point, type, …
fn hierarchies(mounts: &str) -> impl Iterator<Item = &str> {
    mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        let (point, kind) = (fields.next()?, fields.next()?);
        ["cgroup", "cgroup2"].contains(&kind).then_some(point)
    })
}

/// A new cpuset of the v1 hierarchy is empty, and takes no process until it names processors and memory nodes.
fn inherit_cpuset(directory: &Path) -> Result<(), LabError> {
    let Some(parent) = directory.parent() else {
        return Ok(());
    };
    for file in ["cpuset.cpus", "cpuset.mems"] {
        let (own, above) = (directory.join(file), parent.join(file));
        if own.exists() && above.exists() {
            fs::write(own, fs::read(above)?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_generations_of_cgroups_are_found() {
        let mounts = "tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\ncgroup2 /u cgroup2 rw 0 0\n";
        let found: Vec<_> = hierarchies(mounts).collect();
        assert_eq!(found, ["/sys/fs/cgroup/cpu", "/u"]);
    }
}
