//! systemd's units: list, show, files, verbs.
//!
//! [`Units`] is the port, [`Systemd`] its adapter over the system bus, [`watch`] the feed that incidents are made of.
//! Who may use a verb on which unit is decided in [`crate::policy`], before anything here is called.

mod cache;
mod facts;
#[cfg(any(test, feature = "testing"))]
mod fake;
mod files;
mod manager;
mod object;
mod outcome;
mod port;
mod refusal;
mod systemd;
mod track;
mod verbs;
pub mod watch;

use std::sync::Arc;
use std::time::Duration;

use potion_config::Config;
use potion_proto::actions::Effect;
use potion_proto::journal::{Filter, Line, Place};
use potion_proto::names::UnitName;
use potion_proto::time::Timestamp;
use potion_proto::units::{Detail, File, Outcome, Scope, Unit, Verb, Verdict};
use potion_proto::{Code, Failure};

#[cfg(any(test, feature = "testing"))]
pub use fake::FakeUnits;
pub use port::{UnitError, Units};
pub use systemd::Systemd;

use crate::agent::Agent;
use crate::journal::Cut;
use crate::plans::Approved;
use crate::policy::{self, Operate, View};

/// How long a verb is waited for: below `apply`'s deadline, above systemd's own time-outs to stop and to start.
const VERB_WAIT: Duration = Duration::from_secs(200);
/// Journal lines of an outcome that went badly.
const LINES_OF_FAILURE: usize = 10;

/// `unit_list`.
///
/// # Errors
/// `unavailable`.
pub async fn list(agent: &Arc<Agent>, _: &View, scope: Scope) -> Result<Vec<Unit>, Failure> {
    let config = agent.config();
    let managed = managed(&config);
    let mut rows = agent.units.named(&managed).await?;
    if scope == Scope::All {
        let loaded = agent.units.loaded().await?;
        rows.extend(
            loaded
                .into_iter()
                .filter(|row| !managed.contains(&row.name)),
        );
    }
    rows.retain(|row| {
        !config
            .units()
            .hidden()
            .iter()
            .any(|name| name == row.name.as_str())
    });
    rows.iter_mut().for_each(|row| mark(&config, row));
    Ok(rows)
}

/// `unit_show`.
///
/// # Errors
/// `unavailable`, `not-found`.
pub async fn show(agent: &Arc<Agent>, by: &View, unit: UnitName) -> Result<Detail, Failure> {
    let mut detail = agent.units.show(&unit).await?;
    let config = agent.config();
    mark(&config, &mut detail.unit);
    detail.verbs = policy::unit_verbs(&config, by, &unit);
    Ok(detail)
}

/// `unit_files`.
///
/// # Errors
/// `unavailable`, `not-found`.
pub async fn files(agent: &Arc<Agent>, _: &Operate, unit: UnitName) -> Result<Vec<File>, Failure> {
    let detail = agent.units.show(&unit).await?;
    let paths = std::iter::once(detail.fragment).chain(detail.drop_ins);
    Ok(paths
        .filter(|path| !path.is_empty())
        .map(files::read)
        .collect())
}

/// What a verb would do.
///
/// # Errors
/// `unavailable`, `not-found`.
pub async fn plan_effects(
    agent: &Arc<Agent>,
    _: Verb,
    unit: &UnitName,
) -> Result<Vec<Effect>, Failure> {
    let now = agent.units.show(unit).await?.unit;
    let mut effects = vec![Effect::UnitIs {
        active: now.active,
        sub: now.sub,
    }];
    if policy::is_protected(&agent.config(), unit) {
        effects.push(Effect::Protected);
    }
    Ok(effects)
}

/// Does it, and tells what truly came of it.
///
/// # Errors
/// `unavailable`, `not-found`, `invalid`, `conflict`.
pub async fn carry_out(
    agent: &Arc<Agent>,
    _: &Approved,
    verb: Verb,
    unit: &UnitName,
) -> Result<Outcome, Failure> {
    let begun = agent.clock.now();
    let mut outcome = agent.units.act(verb, unit, VERB_WAIT).await?;
    if matches!(outcome.verdict, Verdict::Failed | Verdict::StartLimit) {
        outcome.lines = lines_since(agent, unit, begun).await;
    }
    Ok(outcome)
}

/// The units of `units.managed`; the checked configuration holds none that is no unit name.
#[must_use]
pub fn managed(config: &Config) -> Vec<UnitName> {
    let names = config.units().managed().iter();
    names
        .filter_map(|name| UnitName::new(name.as_str()).ok())
        .collect()
}

fn mark(config: &Config, row: &mut Unit) {
    row.managed = policy::is_managed(config, &row.name);
    row.protected = policy::is_protected(config, &row.name);
}

/// An outcome without its lines is still an outcome.
async fn lines_since(agent: &Arc<Agent>, unit: &UnitName, since: Timestamp) -> Vec<Line> {
    let filter = Filter {
        unit: Some(unit.clone()),
        since: Some(since),
        ..Filter::default()
    };
    let cut = Cut::of(&agent.config());
    let page = agent
        .journal
        .page(&filter, &Place::Newest, LINES_OF_FAILURE, cut)
        .await;
    page.map(|page| page.lines).unwrap_or_default()
}

impl From<UnitError> for Failure {
    fn from(error: UnitError) -> Self {
        let (code, subject) = match &error {
            UnitError::Absent(unit) => (Code::NotFound, unit.to_string()),
            UnitError::Masked(unit) | UnitError::NotApplicable { unit, .. } => {
                (Code::Invalid, unit.to_string())
            }
            UnitError::Clash(_) => (Code::Conflict, "systemd".to_owned()),
            UnitError::Bus(source) => {
                tracing::warn!(
                    error = source as &dyn std::error::Error,
                    "systemd did not answer"
                );
                (Code::Unavailable, "systemd".to_owned())
            }
        };
        Self::new(code, subject, error.to_string())
    }
}
