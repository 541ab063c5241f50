//! The journal lines that matter, fetched a moment after the break: systemd writes its own about the
//! unit after the signal, and a unit in a crash loop is looked up once for all its breaks of that moment.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use potion_proto::incidents::{Incident, IncidentId, Program, Subject};
use potion_proto::journal::{Filter, Line, Place};
use potion_proto::names::UnitName;

use super::{book, publish};
use crate::agent::Agent;
use crate::errors;
use crate::journal::Cut;

/// Lines of an incident.
const LINES: usize = 10;
/// Lines that `error show` has of one of our own programs that was killed.
const WHOLE_LINES: usize = 50;
/// Characters of each.
const LINE_CHARS: usize = 400;
/// How long systemd and journald may take to write theirs.
const SETTLE: Duration = Duration::from_millis(250);

/// The incidents whose lines are being fetched.
#[derive(Default)]
pub(super) struct Enriching(Mutex<HashSet<IncidentId>>);

impl Enriching {
    fn begin(&self, id: IncidentId) -> bool {
        self.set().insert(id)
    }

    fn end(&self, id: IncidentId) {
        self.set().remove(&id);
    }

    fn set(&self) -> std::sync::MutexGuard<'_, HashSet<IncidentId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last lines of a unit, as `journalctl -u` shows them; none when the journal does not answer.
async fn last(agent: &Agent, unit: &UnitName, limit: usize) -> Vec<Line> {
    let filter = Filter {
        unit: Some(unit.clone()),
        ..Filter::default()
    };
    let cut = Cut {
        line_max_chars: LINE_CHARS,
    };
    let page = agent.journal.page(&filter, &Place::Newest, limit, cut);
    match page.await {
        Ok(page) => page.lines,
        Err(error) => {
            tracing::warn!(%error, %unit, "no journal lines for an incident");
            Vec::new()
        }
    }
}

/// The last words of one of our programs: many for the error's record, the newest for the incident.
pub(super) async fn last_words(agent: &Agent, unit: &UnitName) -> (Vec<Line>, Vec<Line>) {
    let whole = last(agent, unit, WHOLE_LINES).await;
    let newest = whole[whole.len().saturating_sub(LINES)..].to_owned();
    (whole, newest)
}

fn program(incident: &Incident) -> Option<Program> {
    match incident.subject {
        Subject::Program(program) => Some(program),
        Subject::Unit(_) | Subject::Threshold(_) => None,
    }
}

/// Fetches them for an incident, in the background, unless that is under way.
pub(super) fn enrich(agent: &Arc<Agent>, incident: &Incident, unit: UnitName) {
    let (id, program) = (incident.id, program(incident));
    if !agent.incidents.enriching.begin(id) {
        return;
    }
    let (agent, reason) = (agent.clone(), incident.reason.clone());
    tokio::spawn(async move {
        tokio::time::sleep(SETTLE).await;
        agent.incidents.enriching.end(id);
        let lines = match program {
            Some(program) => {
                let (whole, newest) = last_words(&agent, &unit).await;
                errors::record_killed(&agent, program, &reason, &whole).await;
                newest
            }
            None => last(&agent, &unit, LINES).await,
        };
        let mut book = book(&agent).await;
        let told = book.enrich(id, lines, agent.clock.now());
        publish(&agent, told).await;
    });
}
