//! `cargo ci`: every check and test, in the order in which a mistake is found soonest. Stops at the
//! first step that fails, and prints what each step took.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use crate::package;

/// The crates whose lines are counted.
const COVERED: [&str; 4] = [
    "potion-proto",
    "potion-config",
    "potion-agent",
    "potion-bot",
];
/// The least share of lines that tests must reach, in percent.
const COVERAGE_MIN_PERCENT: u8 = 85;
const LLVM_COV_VERSION: &str = "0.9.1";
const DENY_VERSION: &str = "0.20.2";

/// The programs that the steps call.
const TOOLS: [&str; 5] = [
    "chromium",
    "lintian",
    "llvm-cov-22",
    "llvm-profdata-22",
    "systemd-nspawn",
];

/// Runs every step; exit code 1 at the first that fails.
#[must_use]
pub fn run() -> ExitCode {
    let started = Instant::now();
    let passed = checks() && packaged();
    let verdict = if passed { "all passed" } else { "FAILED" };
    println!("cargo ci: {verdict} after {:.0?}", started.elapsed());
    if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What needs no package.
fn checks() -> bool {
    if let Err(error) = crate::tools::need(&TOOLS) {
        println!("{error}");
        return false;
    }
    step("format", "cargo fmt --all --check", &[])
        && step(
            "lints",
            "cargo clippy --workspace --all-targets --locked -- -D warnings",
            &[],
        )
        && install("cargo-deny", DENY_VERSION)
        && step(
            "policy",
            "cargo deny --config .deny.toml check licenses bans sources",
            &[],
        )
}

/// What tests the package as it is shipped.
fn packaged() -> bool {
    println!("── package: the release build");
    let (deb, programs) = match package::release() {
        Ok(built) => built,
        Err(error) => {
            println!("{error}");
            return false;
        }
    };
    let deb = deb.display().to_string();
    step(
        "lintian",
        &format!("lintian --fail-on error,warning {deb}"),
        &[],
    ) && tests(&deb, &programs)
}

/// Every test once, with its coverage counted; then the doctests.
fn tests(deb: &str, programs: &Path) -> bool {
    let programs = programs.display().to_string();
    // Debian's LLVM of rustc's own version: `llvm-tools` is a rustup download.
    let environment = [
        ("LLVM_COV", "/usr/bin/llvm-cov-22"),
        ("LLVM_PROFDATA", "/usr/bin/llvm-profdata-22"),
        ("POTION_DEB", deb),
        ("POTION_BIN_DIR", &programs),
    ];
    let covered: String = COVERED.map(|name| format!(" --package {name}")).concat();
    let report =
        format!("cargo llvm-cov report{covered} --fail-under-lines {COVERAGE_MIN_PERCENT}");
    install("cargo-llvm-cov", LLVM_COV_VERSION)
        && step(
            "tests",
            "cargo llvm-cov --no-report --workspace --locked",
            &environment,
        )
        && step("coverage", &report, &environment)
        && step(
            "doctests",
            "cargo test --doc --workspace --locked",
            &environment,
        )
}

fn install(tool: &str, version: &str) -> bool {
    step(
        tool,
        &format!("cargo install --locked --quiet {tool}@{version}"),
        &[],
    )
}

/// Runs one line; its words hold no spaces.
fn step(name: &str, line: &str, environment: &[(&str, &str)]) -> bool {
    println!("── {name}: {line}");
    let started = Instant::now();
    let mut words = line.split_whitespace();
    let status = Command::new(words.next().unwrap_or_default())
        .args(words)
        .envs(environment.iter().copied())
        .current_dir(package::root())
        .stdin(Stdio::null())
        .status();
    let passed = matches!(&status, Ok(status) if status.success());
    let verdict = if passed { "ok" } else { "FAILED" };
    println!("── {name}: {verdict} after {:.0?}", started.elapsed());
    passed
}
