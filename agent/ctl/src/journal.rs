//! `potionctl journal …`.

use std::fs::OpenOptions;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use potion_proto::fetch::fetch;
use potion_proto::journal::{Filter, Line, Page, Place, Priority};
use potion_proto::names::UnitName;

use crate::agent::{Agent, ME};
use crate::output::safe;
use crate::trouble::Trouble;
use crate::when;

/// How long one follow waits before it asks again, in milliseconds.
const FOLLOW_WAIT_MS: u32 = 55_000;

/// What can be asked of the journal.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show the newest lines.
    Show {
        #[command(flatten)]
        which: Which,
        /// How many lines.
        #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=500))]
        lines: u32,
    },
    /// Show new lines as they come.
    Follow(Which),
    /// Save the newest lines as a text file.
    Save {
        #[command(flatten)]
        which: Which,
        /// The file, which must not exist.
        file: PathBuf,
    },
}

/// Which lines.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Of this unit.
    #[arg(long, short, value_parser = UnitName::with_default_type)]
    unit: Option<UnitName>,
    /// At least this severe.
    #[arg(long, short)]
    priority: Option<Severity>,
    /// Not older: a span back such as 2h, or 2026-11-22T16:20.
    #[arg(long, short = 'S')]
    since: Option<String>,
    /// Not newer.
    #[arg(long, short = 'U')]
    until: Option<String>,
    /// That contain this text.
    #[arg(long, short = 'g')]
    text: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Severity {
    Emerg,
    Alert,
    Crit,
    Err,
    Warning,
    Notice,
    Info,
    Debug,
}

impl From<Severity> for Priority {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Emerg => Self::Emerg,
            Severity::Alert => Self::Alert,
            Severity::Crit => Self::Crit,
            Severity::Err => Self::Err,
            Severity::Warning => Self::Warning,
            Severity::Notice => Self::Notice,
            Severity::Info => Self::Info,
            Severity::Debug => Self::Debug,
        }
    }
}

impl Which {
    fn filter(self) -> Result<Filter, Trouble> {
        let time = |typed: Option<String>| typed.map(|typed| when::parse(&typed)).transpose();
        Ok(Filter {
            unit: self.unit,
            priority: self.priority.map(Priority::from),
            since: time(self.since)?,
            until: time(self.until)?,
            text: self.text,
        })
    }
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        match self {
            Self::Show { which, lines } => show(agent, which.filter()?, lines).await,
            Self::Follow(which) => follow(agent, which.filter()?).await,
            Self::Save { which, file } => save(agent, which.filter()?, file).await,
        }
    }
}

async fn page(agent: &Agent, filter: &Filter, place: Place, limit: u32) -> Result<Page, Trouble> {
    agent
        .read(|stub, ctx| {
            let (filter, place) = (filter.clone(), place.clone());
            async move { stub.journal_page(ctx, ME, filter, place, limit).await }
        })
        .await
}

async fn show(agent: &Agent, filter: Filter, limit: u32) -> Result<(), Trouble> {
    let page = page(agent, &filter, Place::Newest, limit).await?;
    agent
        .output
        .show(&page, |page| page.lines.iter().map(line).collect())
}

async fn follow(agent: &Agent, filter: Filter) -> Result<(), Trouble> {
    let mut place = Place::Newest;
    loop {
        let (wanted, from) = (&filter, &place);
        let page = agent
            .poll(FOLLOW_WAIT_MS, |stub, ctx| {
                let (filter, place) = (wanted.clone(), from.clone());
                async move {
                    stub.journal_follow(ctx, ME, filter, place, FOLLOW_WAIT_MS)
                        .await
                }
            })
            .await?;
        if !page.lines.is_empty() {
            agent
                .output
                .show(&page, |page| page.lines.iter().map(line).collect())?;
        }
        if let Some(last) = page.last {
            place = Place::After(last);
        }
    }
}

async fn save(agent: &Agent, filter: Filter, path: PathBuf) -> Result<(), Trouble> {
    let offered = agent
        .read(|stub, ctx| {
            let filter = filter.clone();
            async move { stub.journal_file(ctx, ME, filter).await }
        })
        .await?;
    let mut from = fetch(&agent.fd_socket(), offered.ticket)?;
    let mut to = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)?;
    std::io::copy(&mut from, &mut to)?;
    to.sync_all()?;
    agent
        .output
        .say(&path, &format!("Saved to {}.", path.display()))
}

/// One line as text.
pub(crate) fn line(line: &Line) -> String {
    let pid = line.pid.map(|pid| format!("[{pid}]")).unwrap_or_default();
    let more = if line.cut { " …" } else { "" };
    format!(
        "{} {}{pid}: {}{more}\n",
        when::show(line.at),
        safe(&line.source),
        safe(&line.message)
    )
}
