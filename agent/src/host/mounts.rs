//! Filesystems from `/proc/self/mountinfo`, by `proc_pid_mountinfo(5)`.
//!
//! A filesystem can be mounted many times (bind mounts, sandboxes), so each device counts once, by its shortest path.

/// One filesystem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// Where it is mounted.
    pub(super) point: String,
    /// Its type.
    pub(super) kind: String,
    /// Its device as `major:minor`.
    pub(super) device: String,
    /// What was mounted (`/dev/sda1`, `server:/share`).
    pub(super) source: String,
}

/// Types on a disk of this machine. Shares over the network are left out: one whose server is gone would hang us.
const REAL: [&str; 16] = [
    "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "bcachefs", "zfs", "jfs", "reiserfs", "vfat",
    "exfat", "ntfs", "ntfs3", "fuseblk", "hfsplus",
];

/// Those that hold files of people, and `/` whatever it is; each device once.
pub(super) fn filesystems(text: &str) -> Vec<Mount> {
    let mut found = Vec::<Mount>::new();
    for mount in text.lines().filter_map(parse) {
        if mount.point != "/" && !REAL.contains(&mount.kind.as_str()) {
            continue;
        }
        match found.iter_mut().find(|other| other.device == mount.device) {
            Some(other) if mount.point.len() < other.point.len() => *other = mount,
            Some(_) => {}
            None => found.push(mount),
        }
    }
    found.sort_by(|one, other| one.point.cmp(&other.point));
    found
}

/// `36 35 98:0 /root /point options … - type source options`
fn parse(line: &str) -> Option<Mount> {
    let (front, back) = line.split_once(" - ")?;
    let mut front = front.split(' ').skip(2);
    let device = front.next()?.to_owned();
    let point = unescaped(front.nth(1)?);
    let mut back = back.split(' ');
    let kind = back.next()?.to_owned();
    let source = unescaped(back.next()?);
    Some(Mount {
        point,
        kind,
        device,
        source,
    })
}

/// The kernel writes space, tab, newline and backslash as `\` and three octal digits.
fn unescaped(word: &str) -> String {
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let octal = behind
            .get(..3)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let octal = octal.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match octal.filter(|_| byte == b'\\') {
            Some(plain) => {
                bytes.push(plain);
                rest = &behind[3..];
            }
            None => {
                bytes.push(byte);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pseudo_filesystems_and_second_mounts_are_left_out() {
        let text = "\
22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw
23 22 0:5 / /proc rw - proc proc rw
24 22 8:1 /etc /etc ro - ext4 /dev/sda1 rw
25 22 8:17 / /mnt/my\\040disk rw - ext4 /dev/sdb1 rw
26 22 0:30 / /run rw - tmpfs tmpfs rw
27 22 8:17 / /mnt/my\\040disk/again/and/again rw - ext4 /dev/sdb1 rw
nonsense
";
        let found = filesystems(text);
        let points = found
            .iter()
            .map(|mount| mount.point.as_str())
            .collect::<Vec<_>>();
        assert_eq!(points, ["/", "/mnt/my disk"]);
    }

    #[test]
    fn the_root_counts_whatever_it_is() {
        let found = filesystems("22 1 0:50 / / rw - overlay overlay rw\n");
        assert_eq!(found.len(), 1);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(([0-9]:? ?|/|\\\\[0-9]{1,4}| - |ext4|.)*\n){0,6}") {
            let _ = filesystems(&text);
        }
    }
}
