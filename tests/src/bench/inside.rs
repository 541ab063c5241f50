//! The half that runs inside the machine: times whole processes, two commands in turn.

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use super::echo;

/// Runs before counting begins.
const WARM_UP: usize = 5;

/// `inside times N OURS… -- PEER…` prints two lines of nanoseconds; `inside echo SOCKET` serves.
pub fn run(words: &[String]) -> ExitCode {
    match words {
        [verb, count, commands @ ..] if verb == "times" => times(count, commands),
        [verb, socket] if verb == "echo" => echo::serve(socket),
        [verb, api, token] if verb == "teloxide-echo" => echo::teloxide(api, token),
        _ => ExitCode::from(2),
    }
}

fn times(count: &str, commands: &[String]) -> ExitCode {
    let count: usize = count.parse().unwrap_or(0);
    let mut halves = commands.split(|word| word == "--");
    let (Some(ours), Some(peer)) = (halves.next(), halves.next()) else {
        return ExitCode::from(2);
    };
    let mut taken = [Vec::new(), Vec::new()];
    for round in 0..count + WARM_UP {
        for (times, command) in taken.iter_mut().zip([ours, peer]) {
            let Some(time) = time(command) else {
                eprintln!("{command:?} failed");
                return ExitCode::FAILURE;
            };
            if round >= WARM_UP {
                times.push(time.as_nanos().to_string());
            }
        }
    }
    for times in taken {
        println!("{}", times.join(" "));
    }
    ExitCode::SUCCESS
}

fn time(command: &[String]) -> Option<Duration> {
    let (program, words) = command.split_first()?;
    let mut command = Command::new(program);
    command
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let started = Instant::now();
    let status = command.status().ok()?;
    let taken = started.elapsed();
    status.success().then_some(taken)
}
