//! `potionctl package …`.

use clap::{Args, Subcommand};
use potion_proto::actions::Action;
use potion_proto::names::PackageName;
use potion_proto::packages::{Restarts, Selection, Status, Upgradable};

use crate::agent::{Agent, ME};
use crate::output::{bytes, safe, table};
use crate::trouble::Trouble;
use crate::when;

/// What can be asked of apt.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List what can be upgraded.
    Status,
    /// Refresh apt's lists.
    Refresh,
    /// Upgrade packages: all, those for security, or the named ones.
    Upgrade {
        /// Only those from a security archive.
        #[arg(long, conflicts_with = "packages")]
        security: bool,
        /// Only these.
        packages: Vec<PackageName>,
    },
    /// Show a package's newest changes.
    Changelog(Name),
    /// Show what still runs on replaced code.
    Restarts,
    /// Remove packages that nothing needs.
    Autoremove,
    /// Mend an interrupted dpkg.
    Repair,
    /// Keep a package at its version.
    Hold(Name),
    /// Let it upgrade again.
    Unhold(Name),
}

/// A package.
#[derive(Debug, Args)]
pub(crate) struct Name {
    /// Its name.
    package: PackageName,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        match self {
            Self::Status => status(agent).await,
            Self::Changelog(name) => changelog(agent, name.package).await,
            Self::Restarts => restarts(agent).await,
            Self::Refresh => agent.act(Action::PackagesRefresh).await,
            Self::Upgrade { security, packages } => {
                agent
                    .act(Action::PackagesUpgrade(selection(security, packages)))
                    .await
            }
            Self::Autoremove => agent.act(Action::PackagesAutoremove).await,
            Self::Repair => agent.act(Action::PackagesRepair).await,
            Self::Hold(name) => agent.act(Action::PackageHold(name.package)).await,
            Self::Unhold(name) => agent.act(Action::PackageUnhold(name.package)).await,
        }
    }
}

fn selection(security: bool, packages: Vec<PackageName>) -> Selection {
    match (security, packages.is_empty()) {
        (true, _) => Selection::Security,
        (false, true) => Selection::All,
        (false, false) => Selection::Chosen(packages),
    }
}

async fn status(agent: &Agent) -> Result<(), Trouble> {
    let status = agent
        .read(|stub, ctx| async move { stub.package_status(ctx, ME).await })
        .await?;
    agent.output.show(&status, describe)
}

fn describe(status: &Status) -> String {
    let mut text = format!(
        "Lists refreshed: {}\n",
        when::show_or_dash(status.refreshed)
    );
    if status.broken {
        text += "dpkg was interrupted: run `sudo potionctl package repair`.\n";
    }
    if !status.removable.is_empty() {
        let names: Vec<&str> = status.removable.iter().map(PackageName::as_str).collect();
        text += &format!("No longer needed: {}\n", names.join(" "));
    }
    if status.upgradable.is_empty() {
        return text + "Everything is up to date.\n";
    }
    let rows: Vec<Vec<String>> = status.upgradable.iter().map(row).collect();
    text + "\n"
        + &table(
            &["PACKAGE", "INSTALLED", "CANDIDATE", "SIZE", "KIND"],
            &rows,
        )
        + &format!("\n{} to download.\n", bytes(status.download_bytes))
}

fn row(package: &Upgradable) -> Vec<String> {
    let kind = match (package.held, package.security) {
        (true, _) => "held",
        (false, true) => "security",
        (false, false) => "",
    };
    vec![
        package.name.to_string(),
        package.installed.clone(),
        package.candidate.clone(),
        bytes(package.download_bytes),
        kind.to_owned(),
    ]
}

async fn changelog(agent: &Agent, package: PackageName) -> Result<(), Trouble> {
    let text = agent
        .read(|stub, ctx| {
            let package = package.clone();
            async move { stub.package_changelog(ctx, ME, package).await }
        })
        .await?;
    agent.output.show(&text, |text| safe(text))
}

async fn restarts(agent: &Agent) -> Result<(), Trouble> {
    let restarts = agent
        .read(|stub, ctx| async move { stub.package_restarts(ctx, ME).await })
        .await?;
    agent.output.show(&restarts, tell)
}

fn tell(restarts: &Restarts) -> String {
    if restarts.unknown {
        return "needrestart is not installed: run `sudo apt install needrestart`.".to_owned();
    }
    let mut text: String = restarts
        .units
        .iter()
        .map(|unit| format!("{unit} runs on replaced code\n"))
        .collect();
    if let Some(waiting) = &restarts.kernel_waiting {
        text += &format!(
            "Linux {waiting} waits for a reboot ({} runs)\n",
            restarts.kernel
        );
    }
    if text.is_empty() {
        "Nothing needs a restart.".to_owned()
    } else {
        text
    }
}
