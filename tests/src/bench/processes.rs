//! potionctl against systemctl, both as whole processes.

use std::time::Duration;

use super::BenchError;
use super::machine::INSIDE;
use super::table::{Row, Samples, ratio};
use crate::stack::Stack;

/// Show and restart.
pub(crate) fn rows(stack: &Stack) -> Result<Vec<Row>, BenchError> {
    let show = [
        "potionctl unit show nginx.service",
        "systemctl show nginx.service",
    ];
    let restart = [
        "potionctl unit restart nginx.service",
        "systemctl restart nginx.service",
    ];
    // nginx may be restarted as often as the bench likes.
    let limits = "mkdir -p /etc/systemd/system/nginx.service.d && printf '[Unit]\\nStartLimitIntervalSec=0\\n' > /etc/systemd/system/nginx.service.d/bench.conf && systemctl daemon-reload";
    let _ = stack.machine.shell(limits).ok();
    let (ours, peer) = times(stack, 200, show)?;
    let (ours_restart, peer_restart) = times(stack, 30, restart)?;
    Ok(vec![
        ratio(
            "show a unit, whole process",
            (show[0], &ours),
            (show[1], &peer),
            0.6,
        ),
        ratio(
            "restart a unit, whole process",
            (restart[0], &ours_restart),
            (restart[1], &peer_restart),
            1.0,
        ),
    ])
}

/// Times two commands in turn inside the machine; their words hold no spaces.
pub(crate) fn times(
    stack: &Stack,
    count: usize,
    commands: [&str; 2],
) -> Result<(Samples, Samples), BenchError> {
    let count = count.to_string();
    let mut argv = vec![INSIDE, "inside", "times", &count];
    argv.extend(commands[0].split(' '));
    argv.push("--");
    argv.extend(commands[1].split(' '));
    let said = stack.machine.run(argv).ok();
    let mut lines = said.lines().map(samples);
    match (lines.next(), lines.next()) {
        (Some(ours), Some(peer)) => Ok((ours, peer)),
        _ => Err(BenchError::Odd(said)),
    }
}

fn samples(line: &str) -> Samples {
    let nanos = line.split(' ').filter_map(|word| word.parse().ok());
    Samples::new(nanos.map(Duration::from_nanos).collect())
}
