//! `potionctl incident …`, `potionctl keep`, `potionctl revert`.

use clap::{Args, Subcommand};
use potion_proto::actions::Action;
use potion_proto::events::KeepId;
use potion_proto::incidents::{Incident, IncidentId, Subject};

use crate::agent::{Agent, ME};
use crate::output::{fields, table, word};
use crate::trouble::Trouble;
use crate::{journal, when};

/// What can be asked of incidents.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the newest incidents.
    List {
        /// How many.
        #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
        lines: u32,
    },
    /// Show one incident.
    Show(Number),
    /// Take it on.
    Ack(Number),
    /// Silence it.
    Mute {
        #[command(flatten)]
        number: Number,
        /// For so many minutes.
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=1440))]
        minutes: u16,
    },
}

/// An incident.
#[derive(Debug, Args)]
pub(crate) struct Number {
    /// Its number.
    incident: u64,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        match self {
            Self::List { lines } => list(agent, lines).await,
            Self::Show(number) => show(agent, IncidentId(number.incident)).await,
            Self::Ack(number) => {
                agent
                    .act(Action::IncidentAcknowledge(IncidentId(number.incident)))
                    .await
            }
            Self::Mute { number, minutes } => {
                agent
                    .act(Action::IncidentMute(IncidentId(number.incident), minutes))
                    .await
            }
        }
    }
}

async fn list(agent: &Agent, limit: u32) -> Result<(), Trouble> {
    let incidents = agent
        .read(|stub, ctx| async move { stub.incident_list(ctx, ME, limit).await })
        .await?;
    let row = |incident: &Incident| {
        vec![
            incident.id.to_string(),
            when::show(incident.since),
            word(&incident.phase),
            incident.count.to_string(),
            subject(&incident.subject),
            incident.reason.clone(),
        ]
    };
    agent.output.show(&incidents, |incidents| {
        let rows: Vec<Vec<String>> = incidents.iter().map(row).collect();
        table(
            &["INCIDENT", "SINCE", "PHASE", "COUNT", "SUBJECT", "REASON"],
            &rows,
        )
    })
}

fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Unit(unit) => unit.to_string(),
        Subject::Program(program) => format!("program {}", word(program)),
        Subject::Threshold(gauge) => format!("threshold {}", word(gauge)),
    }
}

async fn show(agent: &Agent, id: IncidentId) -> Result<(), Trouble> {
    let incident = agent
        .read(|stub, ctx| async move { stub.incident_show(ctx, ME, id).await })
        .await?;
    agent.output.show(&incident, |incident| {
        let lines: String = incident.lines.iter().map(journal::line).collect();
        let head = fields(&[
            ("Incident", incident.id.to_string()),
            ("Subject", subject(&incident.subject)),
            ("Phase", word(&incident.phase)),
            ("Since", when::show(incident.since)),
            ("Changed", when::show(incident.changed)),
            ("Count", incident.count.to_string()),
            ("Reason", incident.reason.clone()),
            (
                "Error",
                incident
                    .error
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            ),
            ("Taken on by", incident.acknowledged_by.clone()),
            (
                "Muted until",
                incident.muted_until.map(when::show).unwrap_or_default(),
            ),
        ]);
        format!("{head}\n{lines}")
    })
}

/// Keeps an act.
#[derive(Debug, Args)]
pub(crate) struct Keep {
    /// Its number.
    keep: Option<u64>,
}

impl Keep {
    /// Does it, or shows what waits.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        if let Some(keep) = self.keep {
            return agent.act(Action::Keep(KeepId(keep))).await;
        }
        let pending = agent
            .read(|stub, ctx| async move { stub.keep_pending(ctx, ME).await })
            .await?;
        agent.output.show(&pending, |pending| match pending {
            None => "Nothing waits for a keep.".to_owned(),
            Some(keep) => format!(
                "{} is undone at {}; keep it with `sudo potionctl keep {}`.",
                word(&keep.action),
                when::show(keep.until),
                keep.id.0
            ),
        })
    }
}

/// Undoes an act now.
#[derive(Debug, Args)]
pub(crate) struct Revert {
    /// Its number.
    keep: u64,
}

impl Revert {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        agent.act(Action::Revert(KeepId(self.keep))).await
    }
}
