//! Where a button leads: the closed set of all that a press or a command can mean.
//!
//! A noun with screens has its own `Go` here as one variant; `schema.rs` opens it. Buttons store it as JSON in
//! the bot's state, so a variant that was ever shipped may be changed freely: an old button that no longer
//! reads is answered like one that is too old.

use potion_proto::actions::{Action, PlanId};
use potion_proto::jobs::JobId;
use serde::{Deserialize, Serialize};

use crate::{audit, host, incidents, journal, packages, settings, units};

/// Where a button leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Go {
    /// The main menu.
    Menu,
    /// What the bot can do.
    Help,
    /// The machine.
    Host(host::Go),
    /// Services.
    Units(units::Go),
    /// Logs.
    Journal(journal::Go),
    /// Updates.
    Packages(packages::Go),
    /// Settings.
    Settings(settings::Go),
    /// Who did what.
    Audit(audit::Go),
    /// Incidents.
    Incidents(incidents::Go),
    /// A job with its progress, live.
    Job(JobId),
    /// What a job wrote, as a file.
    Output(JobId),
    /// Plans an action; then asks, or does it at once when it is safe. Leads back to `back`.
    Act { action: Action, back: Box<Go> },
    /// Applies a plan; good once.
    Confirm {
        plan: PlanId,
        action: Action,
        code: bool,
        back: Box<Go>,
    },
    /// Gives up what was asked for, and goes back.
    Drop { back: Box<Go> },
}

impl Go {
    /// Plans an action.
    pub(crate) fn act(action: Action, back: Go) -> Self {
        Self::Act {
            action,
            back: Box::new(back),
        }
    }

    /// Its name for the log and for reports of crashes; never what a person typed.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Menu => "menu",
            Self::Help => "help",
            Self::Host(_) => "host",
            Self::Units(_) => "units",
            Self::Journal(_) => "journal",
            Self::Packages(_) => "packages",
            Self::Settings(_) => "settings",
            Self::Audit(_) => "audit",
            Self::Incidents(_) => "incidents",
            Self::Job(_) => "job",
            Self::Output(_) => "output",
            Self::Act { .. } => "act",
            Self::Confirm { .. } => "confirm",
            Self::Drop { .. } => "drop",
        }
    }
}
