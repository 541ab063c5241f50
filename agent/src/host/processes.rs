//! Processes from `/proc/PID`, by `proc_pid_stat(5)` and `proc_pid_cgroup(5)`. Never their arguments: those hold secrets.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;

use potion_proto::host::{Order, Process};

use super::cpu::percent;
use super::tree::Tree;

/// What `stat` says of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    pid: u32,
    name: String,
    /// Ticks on a CPU since it began.
    ticks: u64,
    /// When it began, in ticks since boot: with the pid this names it for good.
    began: u64,
    resident_pages: u64,
}

impl Stat {
    fn parse(text: &str) -> Option<Self> {
        let (pid, rest) = text.split_once(" (")?;
        // A name may hold anything, parentheses too; what follows the last one is numbers.
        let (name, rest) = rest.rsplit_once(") ")?;
        let fields = rest.split_ascii_whitespace().collect::<Vec<_>>();
        // `fields` begins with field 3 (state) of the man page.
        let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
        Some(Self {
            pid: pid.parse().ok()?,
            name: name
                .chars()
                .map(|letter| {
                    if letter.is_control() {
                        '\u{fffd}'
                    } else {
                        letter
                    }
                })
                .collect(),
            ticks: number(14)?.saturating_add(number(15)?),
            began: number(22)?,
            resident_pages: number(24)?,
        })
    }
}

/// All processes at one moment.
pub(super) fn stats(tree: &Tree) -> Vec<Stat> {
    let names = tree.names("proc");
    let pids = names
        .iter()
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    pids.filter_map(|pid| Stat::parse(&tree.maybe(&format!("proc/{pid}/stat"))?))
        .collect()
}

/// Ticks of each process, to compare with later.
pub(super) type Earlier = HashMap<(u32, u64), u64>;

/// What to remember of this moment.
pub(super) fn remember(stats: &[Stat]) -> Earlier {
    stats
        .iter()
        .map(|stat| ((stat.pid, stat.began), stat.ticks))
        .collect()
}

/// The first `limit` by `order`. `core_ticks` is how many ticks one core had since `earlier`.
pub(super) fn top(
    tree: &Tree,
    stats: Vec<Stat>,
    earlier: &Earlier,
    core_ticks: u64,
    order: Order,
    limit: usize,
) -> Vec<Process> {
    let used = |stat: &Stat| {
        let before = earlier.get(&(stat.pid, stat.began)).copied().unwrap_or(0);
        stat.ticks.saturating_sub(before)
    };
    let mut stats = stats
        .into_iter()
        .map(|stat| (used(&stat), stat))
        .collect::<Vec<_>>();
    stats.sort_by_key(|(used, stat)| {
        std::cmp::Reverse(match order {
            Order::Cpu => (*used, stat.resident_pages),
            Order::Memory => (stat.resident_pages, *used),
        })
    });
    let users = users(&tree.maybe("etc/passwd").unwrap_or_default());
    let row = |(used, stat)| describe(tree, &users, stat, percent(used, core_ticks));
    stats.into_iter().take(limit).map(row).collect()
}

fn describe(tree: &Tree, users: &HashMap<u32, String>, stat: Stat, cpu_percent: f32) -> Process {
    let folder = format!("proc/{}", stat.pid);
    let uid = std::fs::metadata(tree.path(&folder))
        .map(|meta| meta.uid())
        .ok();
    let user = uid.map(|uid| users.get(&uid).cloned().unwrap_or_else(|| uid.to_string()));
    let cgroup = tree.maybe(&format!("{folder}/cgroup")).unwrap_or_default();
    Process {
        pid: stat.pid,
        name: stat.name,
        user: user.unwrap_or_default(),
        unit: unit(&cgroup).unwrap_or_default(),
        cpu_percent,
        memory: stat.resident_pages.saturating_mul(page_bytes()),
    }
}

fn page_bytes() -> u64 {
    use nix::unistd::{SysconfVar, sysconf};
    let bytes = sysconf(SysconfVar::PAGE_SIZE).ok().flatten();
    bytes
        .and_then(|bytes| u64::try_from(bytes).ok())
        .unwrap_or(4096)
}

/// Names by number, from the lines of `passwd(5)`. No name service is asked: one that hangs would hang us.
fn users(text: &str) -> HashMap<u32, String> {
    let user = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        Some((fields.nth(1)?.parse().ok()?, name))
    };
    text.lines().filter_map(user).collect()
}

/// The innermost service or scope on a cgroup path; systemd's own hierarchy is `0` or `name=systemd`.
fn unit(cgroup: &str) -> Option<String> {
    let own = |line: &&str| line.starts_with("0::") || line.contains(":name=systemd:");
    let path = cgroup
        .lines()
        .filter(own)
        .filter_map(|line| line.splitn(3, ':').nth(2))
        .max_by_key(|path| path.len())?;
    let unit = |part: &&str| part.ends_with(".service") || part.ends_with(".scope");
    path.split('/').rfind(unit).map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use proptest::prelude::*;

    use super::*;

    fn line(name: &str, ticks: u64, pages: u64) -> String {
        format!(
            "42 ({name}) S 1 1 1 0 -1 0 0 0 0 0 {ticks} 5 0 0 20 0 1 0 777 9999 {pages} 18446744073709551615\n"
        )
    }

    #[test]
    fn a_name_full_of_traps_is_only_a_name() {
        let stat = Stat::parse(&line("a) R 1 (b\u{1b}", 10, 7)).unwrap();
        assert_eq!(stat.name, "a) R 1 (b\u{fffd}");
        assert_eq!(
            (stat.pid, stat.ticks, stat.began, stat.resident_pages),
            (42, 15, 777, 7)
        );
    }

    #[test]
    fn a_unit_is_the_innermost_service_or_scope() {
        let of = |text: &str| unit(text);
        assert_eq!(
            of("0::/system.slice/nginx.service\n").as_deref(),
            Some("nginx.service")
        );
        assert_eq!(
            of("0::/user.slice/user-1000.slice/user@1000.service/app.slice/a.service\n").as_deref(),
            Some("a.service")
        );
        assert_eq!(
            of("5:cpu:/x.service\n1:name=systemd:/init.scope\n0::/\n").as_deref(),
            Some("init.scope")
        );
        assert_eq!(of("0::/\n"), None);
    }

    #[test]
    fn the_greediest_come_first() {
        let tree = Tree::at("/nowhere".into());
        let stat = |pid, ticks, resident_pages| Stat {
            pid,
            name: String::new(),
            ticks,
            began: 1,
            resident_pages,
        };
        let stats = vec![stat(1, 100, 9), stat(2, 60, 1), stat(3, 50, 5)];
        let earlier = Earlier::from([((1, 1), 100), ((2, 1), 10)]);
        let pids = |order, limit| {
            let top = top(&tree, stats.clone(), &earlier, 100, order, limit);
            top.iter().map(|process| process.pid).collect::<Vec<_>>()
        };
        assert_eq!(pids(Order::Cpu, 3), [3, 2, 1]);
        assert_eq!(pids(Order::Memory, 2), [1, 3]);
        let second = &top(&tree, stats.clone(), &earlier, 100, Order::Cpu, 2)[1];
        assert!((second.cpu_percent - 50.0).abs() < 0.01);
    }

    #[test]
    fn this_process_is_among_those_of_this_machine() {
        let stats = stats(&Tree::at("/".into()));
        assert!(stats.iter().any(|stat| stat.pid == std::process::id()));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9]{1,12} \\(.*\\) S( [0-9-]{1,21}){0,30}", other in any::<String>()) {
            let _ = (Stat::parse(&text), Stat::parse(&other), unit(&other), users(&other));
        }
    }
}
