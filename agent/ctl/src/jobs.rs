//! `potionctl job …`, and waiting for a job with its progress shown.

use std::io::{IsTerminal, Write};

use clap::{Args, Subcommand};
use potion_proto::actions::Action;
use potion_proto::jobs::{Job, JobId, Phase};

use crate::agent::{Agent, ME};
use crate::output::{fields, print, safe, table, word};
use crate::trouble::Trouble;
use crate::when;

/// How long one wait lasts before it asks again, in milliseconds.
const WAIT_MS: u32 = 25_000;
/// Cells of the progress bar.
const BAR_CELLS: usize = 24;

/// What can be asked of jobs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the newest jobs.
    List {
        /// How many.
        #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
        lines: u32,
    },
    /// Show one job.
    Show(Number),
    /// Show its output.
    Output(Number),
    /// Wait for its end, with progress.
    Wait(Number),
    /// Cancel it.
    Cancel(Number),
}

/// A job.
#[derive(Debug, Args)]
pub(crate) struct Number {
    /// Its number.
    job: u64,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        match self {
            Self::List { lines } => list(agent, lines).await,
            Self::Show(number) => show(agent, JobId(number.job)).await,
            Self::Output(number) => output(agent, JobId(number.job)).await,
            Self::Wait(number) => wait(agent, JobId(number.job)).await,
            Self::Cancel(number) => agent.act(Action::JobCancel(JobId(number.job))).await,
        }
    }
}

async fn list(agent: &Agent, limit: u32) -> Result<(), Trouble> {
    let jobs = agent
        .read(|stub, ctx| async move { stub.job_list(ctx, ME, limit).await })
        .await?;
    let row = |job: &Job| {
        vec![
            job.id.to_string(),
            when::show(job.at),
            word(&job.phase),
            job.by.clone(),
            word(&job.action),
            job.ending.reason.clone(),
        ]
    };
    agent.output.show(&jobs, |jobs| {
        let rows: Vec<Vec<String>> = jobs.iter().map(row).collect();
        table(
            &["JOB", "STARTED", "PHASE", "BY", "ACTION", "REASON"],
            &rows,
        )
    })
}

async fn show(agent: &Agent, id: JobId) -> Result<(), Trouble> {
    let job = agent
        .read(|stub, ctx| async move { stub.job_show(ctx, ME, id).await })
        .await?;
    agent.output.show(&job, describe)
}

fn describe(job: &Job) -> String {
    let facts: String = job
        .ending
        .facts
        .iter()
        .map(|(key, value)| format!("{key}: {value}\n"))
        .collect();
    let tail: String = job
        .ending
        .tail
        .iter()
        .map(|line| format!("  {}\n", safe(line)))
        .collect();
    let head = fields(&[
        ("Job", job.id.to_string()),
        ("Action", word(&job.action)),
        ("By", job.by.clone()),
        ("Started", when::show(job.at)),
        ("Ended", when::show_or_dash(job.ended)),
        ("Phase", word(&job.phase)),
        (
            "Step",
            format!("{} {}", job.progress.step, job.progress.item)
                .trim()
                .to_owned(),
        ),
        ("Reason", job.ending.reason.clone()),
    ]);
    format!("{head}{facts}{tail}")
}

async fn output(agent: &Agent, id: JobId) -> Result<(), Trouble> {
    let mut from = 0;
    loop {
        let piece = agent
            .read(|stub, ctx| async move { stub.job_output(ctx, ME, id, from).await })
            .await?;
        if agent.output.json {
            agent.output.say(&piece, "")?;
        } else {
            print(&safe(&piece.text))?;
        }
        if piece.end || piece.next == from {
            return Ok(());
        }
        from = piece.next;
    }
}

/// Waits for the end, tells it, and makes a bad end trouble.
pub(crate) async fn wait(agent: &Agent, id: JobId) -> Result<(), Trouble> {
    let mut seen = 0;
    let job = loop {
        let job = agent
            .poll(WAIT_MS, |stub, ctx| async move {
                stub.job_wait(ctx, ME, id, seen, WAIT_MS).await
            })
            .await?;
        seen = job.revision;
        progress(&job);
        if job.phase.is_over() {
            break job;
        }
    };
    agent.output.show(&job, describe)?;
    match job.phase {
        Phase::Done => Ok(()),
        phase => Err(Trouble::Outcome(format!(
            "job {id} ended as {}",
            word(&phase)
        ))),
    }
}

fn progress(job: &Job) {
    let mut err = std::io::stderr().lock();
    if !err.is_terminal() {
        return;
    }
    let line = if job.phase.is_over() {
        String::new()
    } else {
        bar(job)
    };
    // A terminal that went away is no reason to stop waiting.
    write!(err, "\r\u{1b}[K{line}")
        .and_then(|()| err.flush())
        .ok();
}

fn bar(job: &Job) -> String {
    let percent = job.progress.percent.unwrap_or(0).min(100);
    let full = usize::from(percent) * BAR_CELLS / 100;
    let step = format!("{} {}", job.progress.step, job.progress.item);
    format!(
        "[{}{}] {percent:>3} % {}",
        "#".repeat(full),
        "·".repeat(BAR_CELLS - full),
        safe(step.trim())
    )
}
