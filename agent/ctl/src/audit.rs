//! `potionctl audit …`.

use clap::Subcommand;
use potion_proto::audit::Entry;

use crate::agent::{Agent, ME};
use crate::output::{table, word};
use crate::trouble::Trouble;
use crate::when;

/// What can be asked of the audit log.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show the newest entries.
    List {
        /// How many.
        #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
        lines: u32,
        /// Only those before this number.
        #[arg(long)]
        before: Option<u64>,
    },
    /// Walk the whole chain and compare its head with the database and the journal.
    Verify,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        match self {
            Self::List { lines, before } => list(agent, before, lines).await,
            Self::Verify => verify(agent).await,
        }
    }
}

async fn list(agent: &Agent, before: Option<u64>, limit: u32) -> Result<(), Trouble> {
    let entries = agent
        .read(|stub, ctx| async move { stub.audit_list(ctx, ME, before, limit).await })
        .await?;
    let row = |entry: &Entry| {
        vec![
            entry.number.to_string(),
            when::show(entry.at),
            entry.who.clone(),
            word(&entry.verdict),
            entry.what.clone(),
            entry.detail.clone(),
        ]
    };
    agent.output.show(&entries, |entries| {
        let rows: Vec<Vec<String>> = entries.iter().map(row).collect();
        table(&["ENTRY", "AT", "WHO", "VERDICT", "WHAT", "DETAIL"], &rows)
    })
}

async fn verify(agent: &Agent) -> Result<(), Trouble> {
    let found = agent
        .read(|stub, ctx| async move { stub.audit_verify(ctx, ME).await })
        .await?;
    agent.output.show(&found, |found| {
        let faults: String = found
            .faults
            .iter()
            .map(|fault| format!("FAULT: {fault}\n"))
            .collect();
        format!("{} entries, head {}\n{faults}", found.entries, found.head)
    })?;
    if found.faults.is_empty() {
        Ok(())
    } else {
        Err(Trouble::Outcome(
            "the audit log is not intact: somebody changed it, or the disk lost a part".to_owned(),
        ))
    }
}
