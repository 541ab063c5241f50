//! `potionctl error …`.

use clap::Subcommand;
use potion_proto::errors::Record;
use potion_proto::names::ErrorId;

use crate::agent::{Agent, ME};
use crate::output::{fields, safe, table, word};
use crate::trouble::Trouble;
use crate::when;

/// What can be asked of errors.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the newest errors.
    List {
        /// How many.
        #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
        lines: u32,
    },
    /// Show one error with its whole traceback.
    Show {
        /// Its id, eight hex digits.
        id: ErrorId,
    },
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        match self {
            Self::List { lines } => list(agent, lines).await,
            Self::Show { id } => show(agent, id).await,
        }
    }
}

async fn list(agent: &Agent, limit: u32) -> Result<(), Trouble> {
    let records = agent
        .read(|stub, ctx| async move { stub.error_list(ctx, ME, limit).await })
        .await?;
    let row = |record: &Record| {
        vec![
            record.id.to_string(),
            when::show(record.last),
            word(&record.program),
            record.count.to_string(),
            record
                .report
                .message
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        ]
    };
    agent.output.show(&records, |records| {
        let rows: Vec<Vec<String>> = records.iter().map(row).collect();
        table(&["ERROR", "LAST", "PROGRAM", "COUNT", "MESSAGE"], &rows)
    })
}

async fn show(agent: &Agent, id: ErrorId) -> Result<(), Trouble> {
    let record = agent
        .read(|stub, ctx| {
            let id = id.clone();
            async move { stub.error_show(ctx, ME, id).await }
        })
        .await?;
    agent.output.show(&record, describe)
}

fn describe(record: &Record) -> String {
    let report = &record.report;
    let head = fields(&[
        ("Error", record.id.to_string()),
        ("Program", word(&record.program)),
        (
            "Kind",
            if report.panic { "panic" } else { "error" }.to_owned(),
        ),
        ("Doing", report.doing.clone()),
        ("First", when::show(record.first)),
        ("Last", when::show(record.last)),
        ("Count", record.count.to_string()),
    ]);
    let frames: String = report
        .frames
        .iter()
        .map(|frame| format!("  {}\n", safe(frame)))
        .collect();
    format!(
        "{head}\n{}\n\n{frames}\n{}\n",
        safe(&report.message),
        safe(&report.whole)
    )
}
