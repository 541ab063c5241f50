//! The newest 50 lines of a unit that has written half a million.

use super::BenchError;
use super::processes::times;
use super::table::{Row, ratio};
use crate::stack::Stack;

const OURS: &str = "potionctl journal show -u noise.service -n 50 --json";
const PEER: &str = "journalctl -u noise.service -n 50 -o json";
const WRITE: &str = "systemd-run --quiet --wait --unit=noise.service --property=LogRateLimitIntervalSec=0 seq 1 500000 && journalctl --sync";

/// Writes them, checks that both show the same lines, and times both.
pub(crate) fn rows(stack: &Stack) -> Result<Vec<Row>, BenchError> {
    let _ = stack.machine.shell(WRITE).ok();
    let ours: serde_json::Value = parse(&stack.machine.shell(OURS).ok())?;
    let ours: Vec<String> = ours["lines"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|line| text(&line["message"]))
        .collect();
    let peer = stack.machine.shell(PEER).ok();
    let peer: Vec<String> = peer
        .lines()
        .filter_map(|line| parse(line).ok())
        .map(|line| text(&line["MESSAGE"]))
        .collect();
    if ours != peer || ours.len() != 50 {
        return Err(BenchError::Odd(format!(
            "the lines differ:\n{ours:?}\n{peer:?}"
        )));
    }
    let (ours, peer) = times(stack, 60, [OURS, PEER])?;
    Ok(vec![ratio(
        "50 newest of 500,000 lines, whole process",
        (OURS, &ours),
        (PEER, &peer),
        1.0,
    )])
}

fn parse(text: &str) -> Result<serde_json::Value, BenchError> {
    serde_json::from_str(text).map_err(|error| BenchError::Odd(format!("{error}: {text}")))
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
