//! `cargo ci`: every check and test, in the order in which a mistake is found soonest. Stops at the
//! first step that fails, and prints what each step took.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// The crates whose lines are counted.
const COVERED: [&str; 4] = ["potion-proto", "potion-config", "potion-agent", "potion-bot"];
/// The least share of lines that tests must reach, in percent.
const COVERAGE_MIN_PERCENT: &str = "85";
const LLVM_COV_VERSION: &str = "0.9.1";
const DENY_VERSION: &str = "0.20.2";

/// One step: its name and its program with arguments.
struct Step {
    name: &'static str,
    program: String,
    words: Vec<String>,
    environment: Vec<(&'static str, String)>,
}

fn step(name: &'static str, line: &str) -> Step {
    let mut words = line.split_whitespace().map(str::to_owned);
    Step {
        name,
        program: words.next().unwrap_or_default(),
        words: words.collect(),
        environment: Vec::new(),
    }
}

impl Step {
    fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((key, value.into()));
        self
    }

    fn passes(&self) -> bool {
        println!("── {}: {} {}", self.name, self.program, self.words.join(" "));
        let started = Instant::now();
        let status = Command::new(&self.program)
            .args(&self.words)
            .envs(self.environment.iter().map(|(key, value)| (key, value)))
            .stdin(Stdio::null())
            .status();
        let passed = matches!(&status, Ok(status) if status.success());
        let verdict = if passed { "ok" } else { "FAILED" };
        println!("── {}: {verdict} after {:.0?}", self.name, started.elapsed());
        if let Err(error) = status {
            println!("   {}: {error}", self.program);
        }
        passed
    }
}

/// Runs every step; exit code 1 at the first that fails.
#[must_use]
pub fn run() -> ExitCode {
    std::env::set_current_dir(root()).ok();
    let started = Instant::now();
    let failed = steps().into_iter().find(|step| !step.passes());
    match failed {
        Some(step) => {
            println!("cargo ci: {} failed after {:.0?}", step.name, started.elapsed());
            ExitCode::FAILURE
        }
        None => {
            println!("cargo ci: all passed in {:.0?}", started.elapsed());
            ExitCode::SUCCESS
        }
    }
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

fn steps() -> Vec<Step> {
    let mut steps = vec![
        step("format", "cargo fmt --all --check"),
        step("lints", "cargo clippy --workspace --all-targets --locked -- -D warnings"),
    ];
    steps.extend(coverage());
    steps.push(step("doctests", "cargo test --doc --workspace --locked"));
    steps.push(install("cargo-deny", DENY_VERSION));
    steps.push(step(
        "policy",
        "cargo deny --config .deny.toml check licenses bans sources",
    ));
    steps
}

fn install(tool: &'static str, version: &str) -> Step {
    step(tool, &format!("cargo install --locked --quiet {tool}@{version}"))
}

/// The tests themselves, run once, with their coverage counted.
fn coverage() -> Vec<Step> {
    let packages: String = COVERED.map(|name| format!(" --package {name}")).concat();
    vec![
        install("cargo-llvm-cov", LLVM_COV_VERSION),
        llvm(step(
            "tests",
            "cargo llvm-cov --no-report --workspace --locked",
        )),
        llvm(step(
            "coverage",
            &format!("cargo llvm-cov report{packages} --fail-under-lines {COVERAGE_MIN_PERCENT}"),
        )),
    ]
}

/// Debian's LLVM of rustc's own version: `llvm-tools` is a rustup download.
fn llvm(step: Step) -> Step {
    step.with("LLVM_COV", "/usr/bin/llvm-cov-22")
        .with("LLVM_PROFDATA", "/usr/bin/llvm-profdata-22")
}
