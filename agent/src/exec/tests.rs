#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
use nix::sys::signal::Signal;
use nix::unistd::Pid;

use super::*;

fn shell(script: &str) -> Tool {
    Tool::new("/bin/sh").arg("-c").arg(script)
}

#[tokio::test]
async fn nothing_of_our_environment_reaches_a_tool() {
    let output = Tool::new("/usr/bin/env")
        .env("EXTRA", "1")
        .output()
        .await
        .unwrap();
    let mut names: Vec<_> = output
        .text()
        .lines()
        .map(|line| line.split('=').next().unwrap_or_default().to_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["EXTRA", "LC_ALL", "PATH"]);
}

#[tokio::test]
async fn an_argument_is_never_read_by_a_shell() {
    let output = Tool::new("/bin/echo")
        .arg("$(id); ${PATH} `id`")
        .output()
        .await
        .unwrap();
    assert_eq!(output.text(), "$(id); ${PATH} `id`\n");
}

#[tokio::test]
async fn a_relative_path_and_a_missing_program_are_told_apart() {
    let relative = Tool::new("sh").output().await;
    assert!(matches!(relative, Err(ExecError::Relative(_))));
    let missing = Tool::new("/no/such/tool").output().await;
    assert!(matches!(missing, Err(ExecError::Missing(_))));
}

#[tokio::test]
async fn output_over_the_cap_is_dropped_and_the_tool_still_ends_well() {
    let limits = Limits {
        stdout_max_bytes: 10,
        ..Limits::default()
    };
    let output = shell("head -c 500000 /dev/zero | tr '\\0' x; echo oops >&2; exit 3")
        .limits(limits)
        .output()
        .await
        .unwrap();
    assert_eq!((output.ended, output.truncated), (Ended::Status(3), true));
    assert_eq!(output.stdout, b"xxxxxxxxxx");
    assert_eq!(output.complaint(), "oops");
}

#[tokio::test]
async fn a_timeout_kills_the_whole_process_group() {
    let dir = tempfile::tempdir().unwrap();
    let pid_file = dir.path().join("pid");
    let script = format!("sleep 1000 & echo $! > {}; wait", pid_file.display());
    let ended = shell(&script)
        .timeout(Duration::from_millis(500))
        .output()
        .await;
    assert!(matches!(ended, Err(ExecError::TimedOut { .. })));
    let pid: u32 = std::fs::read_to_string(pid_file)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    until(|| is_gone(pid)).await;
}

#[tokio::test]
async fn dropped_lines_kill_their_tool() {
    let mut lines = shell("echo $$; exec sleep 1000").lines().unwrap();
    let first = lines.next().await.unwrap().unwrap();
    let pid: u32 = String::from_utf8(first.bytes).unwrap().parse().unwrap();
    drop(lines);
    until(|| is_gone(pid)).await;
}

#[tokio::test]
async fn lines_are_cut_at_their_cap_and_the_last_needs_no_newline() {
    let limits = Limits {
        line_max_bytes: 4,
        ..Limits::default()
    };
    let tool = shell("printf 'ab\\nabcdefgh\\n\\nend'; echo why >&2; exit 7").limits(limits);
    let mut lines = tool.lines().unwrap();
    let mut seen = Vec::new();
    while let Some(line) = lines.next().await.unwrap() {
        seen.push((String::from_utf8(line.bytes).unwrap(), line.cut));
    }
    let expected = [("ab", false), ("abcd", true), ("", false), ("end", false)];
    assert_eq!(seen, expected.map(|(text, cut)| (text.to_owned(), cut)));
    let (ended, complaint) = lines.finish(Duration::from_secs(5)).await.unwrap();
    assert_eq!((ended, complaint.as_str()), (Ended::Status(7), "why"));
}

#[tokio::test]
async fn a_started_tool_reports_status_lines_output_and_its_end() {
    // $1 is "-o", $2 is "X::Fd=N".
    let script = "echo out; echo pmstatus:a:50 > /proc/self/fd/${2#X::Fd=}; exit 4";
    let tool = shell(script).arg("sh").status_fd("X::Fd");
    let mut running = tool.start().unwrap();
    let (mut out, mut status) = (Vec::new(), Vec::new());
    let ended = loop {
        match running.next().await.unwrap() {
            Piece::Output(mut bytes) => out.append(&mut bytes),
            Piece::Status(line) => status.push(line),
            Piece::Ended(ended) => break ended,
        }
    };
    assert_eq!(ended, Ended::Status(4));
    assert_eq!(out, b"out\n");
    assert_eq!(status, ["pmstatus:a:50"]);
}

#[tokio::test]
async fn a_background_process_that_keeps_the_pipe_does_not_hold_up_the_end() {
    let mut running = shell("sleep 1000 & echo $!; exit 0").start().unwrap();
    let mut out = Vec::new();
    let ended = loop {
        match running.next().await.unwrap() {
            Piece::Output(mut bytes) => out.append(&mut bytes),
            Piece::Status(_) => {}
            Piece::Ended(ended) => break ended,
        }
    };
    assert!(ended.is_ok());
    let pid: i32 = String::from_utf8(out).unwrap().trim().parse().unwrap();
    nix::sys::signal::kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
}

#[tokio::test]
async fn terminate_is_a_request_that_the_tool_can_answer() {
    let mut running = shell("trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done")
        .start()
        .unwrap();
    assert_eq!(
        running.next().await.unwrap(),
        Piece::Output(b"ready\n".to_vec())
    );
    running.terminate();
    assert_eq!(
        running.next().await.unwrap(),
        Piece::Ended(Ended::Status(9))
    );
}

/// A killed process is gone or waits, as a zombie, for whoever inherits it.
fn is_gone(pid: u32) -> bool {
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => stat
            .rsplit(')')
            .next()
            .unwrap_or("")
            .trim()
            .starts_with('Z'),
        Err(_) => true,
    }
}

async fn until(mut condition: impl FnMut() -> bool) {
    let watch = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), watch)
        .await
        .unwrap();
}
