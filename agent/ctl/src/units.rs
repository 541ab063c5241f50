//! `potionctl unit …`.

use clap::{Args, Subcommand};
use potion_proto::actions::Action;
use potion_proto::names::UnitName;
use potion_proto::units::{Detail, Ending, File, Outcome, Scope, Unit, Verb as Act, Verdict};

use crate::agent::{Agent, ME};
use crate::output::{bytes, fields, safe, table, word};
use crate::trouble::Trouble;
use crate::{journal, when};

/// What can be asked of units.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List units with their state.
    List {
        /// All of them, not only the managed ones.
        #[arg(long, short)]
        all: bool,
    },
    /// Show one unit.
    Show(Name),
    /// Show its unit file and drop-ins.
    Files(Name),
    /// Start it.
    Start(Name),
    /// Stop it.
    Stop(Name),
    /// Restart it.
    Restart(Name),
    /// Make it read its configuration again.
    Reload(Name),
    /// Start it at every boot.
    Enable(Name),
    /// Start it at boot no more.
    Disable(Name),
    /// Forget its failures, so that it may start again.
    ResetFailed(Name),
}

/// A unit.
#[derive(Debug, Args)]
pub(crate) struct Name {
    /// Its name; `.service` may be left out.
    #[arg(value_name = "UNIT", value_parser = UnitName::with_default_type)]
    unit: UnitName,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        match self {
            Self::List { all } => list(agent, all).await,
            Self::Show(name) => show(agent, name.unit).await,
            Self::Files(name) => files(agent, name.unit).await,
            Self::Start(name) => act(agent, Act::Start, name).await,
            Self::Stop(name) => act(agent, Act::Stop, name).await,
            Self::Restart(name) => act(agent, Act::Restart, name).await,
            Self::Reload(name) => act(agent, Act::Reload, name).await,
            Self::Enable(name) => act(agent, Act::Enable, name).await,
            Self::Disable(name) => act(agent, Act::Disable, name).await,
            Self::ResetFailed(name) => act(agent, Act::ResetFailed, name).await,
        }
    }
}

async fn act(agent: &Agent, verb: Act, name: Name) -> Result<(), Trouble> {
    agent.act(Action::Unit(verb, name.unit)).await
}

async fn list(agent: &Agent, all: bool) -> Result<(), Trouble> {
    let scope = if all { Scope::All } else { Scope::Managed };
    let units = agent
        .read(|stub, ctx| async move { stub.unit_list(ctx, ME, scope).await })
        .await?;
    agent.output.show(&units, |units| {
        let rows: Vec<Vec<String>> = units.iter().map(row).collect();
        table(
            &["UNIT", "STATE", "SUB", "ENABLED", "SINCE", "DESCRIPTION"],
            &rows,
        )
    })
}

fn row(unit: &Unit) -> Vec<String> {
    let state = if unit.load == "loaded" {
        word(&unit.active)
    } else {
        unit.load.clone()
    };
    vec![
        unit.name.to_string(),
        state,
        unit.sub.clone(),
        unit.file_state.clone(),
        when::show_or_dash(unit.since),
        unit.description.clone(),
    ]
}

async fn show(agent: &Agent, unit: UnitName) -> Result<(), Trouble> {
    let detail = agent
        .read(|stub, ctx| {
            let unit = unit.clone();
            async move { stub.unit_show(ctx, ME, unit).await }
        })
        .await?;
    agent.output.show(&detail, describe)
}

fn describe(detail: &Detail) -> String {
    let unit = &detail.unit;
    let number = |count: Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
    fields(&[
        ("Unit", unit.name.to_string()),
        ("Description", unit.description.clone()),
        ("State", format!("{} ({})", word(&unit.active), unit.sub)),
        ("Since", when::show_or_dash(unit.since)),
        ("Enabled", unit.file_state.clone()),
        ("Last run", ending(&detail.ending)),
        ("Main PID", number(detail.main_pid.map(u64::from))),
        ("Restarts", detail.restarts.to_string()),
        ("Memory", detail.memory.map(bytes).unwrap_or_default()),
        ("Tasks", number(detail.tasks)),
        ("Next", detail.next.map(when::show).unwrap_or_default()),
        ("Requires", detail.requires.join(" ")),
        ("Required by", detail.required_by.join(" ")),
        ("Triggered by", detail.triggered_by.join(" ")),
        ("File", detail.fragment.clone()),
        ("Drop-ins", detail.drop_ins.join(" ")),
        (
            "Needs reload",
            if detail.needs_reload {
                "yes".to_owned()
            } else {
                String::new()
            },
        ),
        (
            "Verbs",
            detail.verbs.iter().map(word).collect::<Vec<_>>().join(" "),
        ),
    ])
}

fn ending(ending: &Ending) -> String {
    let how = match (ending.status, ending.signalled) {
        (Some(signal), true) => format!("{} (signal {signal})", ending.result),
        (Some(status), false) => format!("{} (status {status})", ending.result),
        (None, _) => ending.result.clone(),
    };
    if ending.skipped {
        format!("{how}, skipped by a condition")
    } else {
        how
    }
}

async fn files(agent: &Agent, unit: UnitName) -> Result<(), Trouble> {
    let files = agent
        .read(|stub, ctx| {
            let unit = unit.clone();
            async move { stub.unit_files(ctx, ME, unit).await }
        })
        .await?;
    let file = |file: &File| format!("# {}\n{}\n", safe(&file.path), safe(&file.text));
    agent
        .output
        .show(&files, |files| files.iter().map(file).collect())
}

/// Tells what truly came of a verb; trouble when it did not come out as asked.
pub(crate) fn tell(agent: &Agent, outcome: &Outcome) -> Result<(), Trouble> {
    agent.output.show(outcome, |outcome| {
        let lines: String = outcome.lines.iter().map(journal::line).collect();
        format!("{lines}{}\n", sentence(outcome))
    })?;
    match outcome.verdict {
        Verdict::Done | Verdict::Unchanged => Ok(()),
        _ => Err(Trouble::Outcome(format!(
            "{} of {} did not succeed",
            word(&outcome.verb),
            outcome.unit
        ))),
    }
}

fn sentence(outcome: &Outcome) -> String {
    let unit = &outcome.unit;
    let state = format!("{} ({})", word(&outcome.active), outcome.sub);
    match outcome.verdict {
        Verdict::Done => format!("{unit} is {state} after {} ms.", outcome.took_ms),
        Verdict::Unchanged => format!("{unit} was {state} already."),
        Verdict::Skipped => {
            format!("{unit} was not started: a condition in its unit file is not met.")
        }
        Verdict::StartLimit => format!(
            "{unit} was started too often; try `potionctl unit reset-failed {unit}`, then start it."
        ),
        Verdict::Failed => format!("{unit} failed: {}. It is {state}.", ending(&outcome.ending)),
        Verdict::Cancelled => format!("The job was replaced by another; {unit} is {state}."),
        Verdict::StillRunning => format!("systemd is still at it; {unit} is {state}."),
    }
}
