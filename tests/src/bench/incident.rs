//! From the SIGKILL of nginx to the incident's message at the Bot API.

use std::time::{Duration, Instant};

use super::BenchError;
use super::table::{Row, Samples, milliseconds};
use crate::stack::{OWNER, Stack};

const ROUNDS: usize = 15;

/// Kills it again and again; each time the message for the owner counts.
pub(crate) async fn row(stack: &Stack) -> Result<Row, BenchError> {
    let mut taken = Vec::new();
    for _ in 0..ROUNDS {
        taken.push(round(stack).await?);
    }
    let samples = Samples::new(taken);
    Ok(Row {
        what: "SIGKILL of nginx to the message at the Bot API, p50".to_owned(),
        ours: samples.describe(),
        peer: String::new(),
        value: milliseconds(samples.median()),
        goal: 150.0,
        unit: " ms",
    })
}

async fn round(stack: &Stack) -> Result<Duration, BenchError> {
    let pid = stack.machine.main_pid("nginx.service");
    let seen = stack.telegram.requests().len();
    let started = Instant::now();
    stack.machine.kill_pid(pid);
    stack
        .telegram
        .wait_for_requests(|calls| {
            calls.iter().skip(seen).any(|call| {
                let method = call.method.to_lowercase();
                let owner = call.chat() == Some(OWNER);
                let named = call.text("text").is_some_and(|text| text.contains("nginx"));
                (method == "sendmessage" || method == "editmessagetext") && owner && named
            })
        })
        .await;
    let taken = started.elapsed();
    let _ = stack
        .machine
        .run(["systemctl", "start", "nginx.service"])
        .ok();
    settle(stack).await;
    Ok(taken)
}

/// Until the agent has told that it runs again.
async fn settle(stack: &Stack) {
    let seen = stack.telegram.requests().len();
    stack
        .telegram
        .wait_for_requests(|calls| calls.len() > seen)
        .await;
}
