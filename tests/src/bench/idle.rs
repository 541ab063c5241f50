//! A minute in which nothing happens: memory and CPU of both daemons, beside monit and a minimal Python bot.

use std::time::Duration;

use super::table::Row;
use super::{BenchError, replies};
use crate::stack::Stack;

const MINUTE: Duration = Duration::from_secs(60);
/// Kernel clock ticks a second (`getconf CLK_TCK`, 100 on every Debian kernel).
const TICKS_PER_SECOND: f64 = 100.0;
const KIB_PER_MIB: f64 = 1024.0;

/// One process's state as /proc shows it.
struct Usage {
    pss_mib: f64,
    cpu_seconds: f64,
}

/// PSS of each daemon, CPU of both together.
pub(crate) async fn rows(stack: &Stack) -> Result<Vec<Row>, BenchError> {
    let _telegram = replies::python_telegram(stack)?;
    let python = replies::python_echo(stack)?;
    let _ = stack
        .machine
        .run(["systemctl", "start", "monit.service"])
        .ok();
    let pids = ["potiond.service", "potion-bot.service", "monit.service"]
        .map(|unit| stack.machine.main_pid(unit));
    let before: Vec<Usage> = pids
        .iter()
        .map(|pid| inside(stack, *pid))
        .collect::<Result<_, _>>()?;
    let python_before =
        read(|file| std::fs::read_to_string(format!("/proc/{}/{file}", python.pid())).ok())?;
    tokio::time::sleep(MINUTE).await;
    let after: Vec<Usage> = pids
        .iter()
        .map(|pid| inside(stack, *pid))
        .collect::<Result<_, _>>()?;
    let python_after =
        read(|file| std::fs::read_to_string(format!("/proc/{}/{file}", python.pid())).ok())?;
    let _ = stack
        .machine
        .run(["systemctl", "stop", "monit.service"])
        .ok();
    let spent: Vec<f64> = before
        .iter()
        .zip(&after)
        .map(|(b, a)| a.cpu_seconds - b.cpu_seconds)
        .collect();
    let python_spent = python_after.cpu_seconds - python_before.cpu_seconds;
    let peers = format!(
        "monit {:.1} MiB, {:.2} s; python-telegram-bot {:.1} MiB, {python_spent:.2} s",
        after[2].pss_mib, spent[2], python_after.pss_mib
    );
    let row = |what: &str, value: f64, goal: f64, unit| Row {
        what: what.to_owned(),
        ours: format!("{value:.2}{unit}"),
        peer: peers.clone(),
        value,
        goal,
        unit,
    };
    Ok(vec![
        row("idle 60 s: PSS of potiond", after[0].pss_mib, 10.0, " MiB"),
        row(
            "idle 60 s: PSS of potion-bot",
            after[1].pss_mib,
            9.0,
            " MiB",
        ),
        row("idle 60 s: CPU of both", spent[0] + spent[1], 0.06, " s"),
    ])
}

fn inside(stack: &Stack, pid: i32) -> Result<Usage, BenchError> {
    read(|file| Some(stack.machine.read_text(&format!("/proc/{pid}/{file}"))))
}

fn read(file: impl Fn(&str) -> Option<String>) -> Result<Usage, BenchError> {
    let odd = || BenchError::Odd("a process under measurement is gone".to_owned());
    let rollup = file("smaps_rollup").ok_or_else(odd)?;
    let pss = rollup
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))
        .ok_or_else(odd)?;
    let kib: f64 = pss
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .map_err(|_| odd())?;
    // utime and stime are fields 14 and 15 of proc_pid_stat(5); the name before them may hold spaces.
    let stat = file("stat").ok_or_else(odd)?;
    let (_, fields) = stat.rsplit_once(')').ok_or_else(odd)?;
    let ticks: f64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|word| word.parse::<f64>().ok())
        .sum();
    Ok(Usage {
        pss_mib: kib / KIB_PER_MIB,
        cpu_seconds: ticks / TICKS_PER_SECOND,
    })
}
