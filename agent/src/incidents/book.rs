//! The state machine: at most one open incident for each subject (and error), the last one remembered
//! for [`REOPEN`], so that flapping folds into it.
//!
//! failed → healing → healed, or gave up → acknowledged → resolved. Only a first failure, giving up, and
//! a failure after a recovery ring.

use std::collections::HashMap;
use std::time::Duration;

use potion_proto::incidents::{Incident, IncidentId, Phase, Subject};
use potion_proto::journal::Line;
use potion_proto::names::ErrorId;
use potion_proto::time::Timestamp;

use super::is_open;

/// One that was over for less than this opens again.
pub(super) const REOPEN: Duration = Duration::from_secs(10 * 60);
/// An error that was not seen for so long is over.
pub(super) const QUIET: Duration = Duration::from_secs(24 * 3600);
/// Incidents remembered; a program that errs in ever new ways pushes its own oldest out.
const REMEMBERED: usize = 512;
/// Beyond this many breaks only round numbers are told.
const TOLD_EACH: u32 = 10;

/// What an incident is kept under.
pub(super) type Key = (Subject, Option<ErrorId>);

/// A break: how it leaves its subject, and why.
#[derive(Clone, Debug)]
pub(super) struct Break {
    /// `Failed`, `Healing`, `GaveUp`, or `Healed` for one that is over already.
    pub(super) phase: Phase,
    pub(super) times: u32,
    /// Short, redacted, one line.
    pub(super) reason: String,
    /// What is known at once; more may follow by [`Book::enrich`].
    pub(super) lines: Vec<Line>,
}

/// An incident that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) incident: Incident,
    /// It rings.
    pub(super) sounding: bool,
}

/// The latest incident of each subject.
#[derive(Debug, Default)]
pub(super) struct Book {
    latest: HashMap<Key, Incident>,
    last_id: u64,
}

fn key(incident: &Incident) -> Key {
    (incident.subject.clone(), incident.error.clone())
}

fn within(earlier: Timestamp, now: Timestamp, span: Duration) -> bool {
    u128::from(now.0.abs_diff(earlier.0)) < span.as_millis()
}

impl Book {
    /// What was remembered, oldest first, and the last number that was given.
    pub(super) fn new(incidents: Vec<Incident>, last_id: u64) -> Self {
        Self {
            latest: incidents.into_iter().map(|it| (key(&it), it)).collect(),
            last_id,
        }
    }

    /// Its subject broke.
    pub(super) fn broke(&mut self, key: Key, how: Break, now: Timestamp) -> Option<Told> {
        match self.latest.get_mut(&key) {
            Some(open) if is_open(open) => Self::broke_again(open, how, now),
            _ if how.times == 0 => None,
            Some(over) if within(over.changed, now, REOPEN) => Some(Self::reopen(over, how, now)),
            _ => Some(self.open(key, how, now)),
        }
    }

    fn broke_again(open: &mut Incident, how: Break, now: Timestamp) -> Option<Told> {
        let gave_up = gives_up(open, &how);
        let phase = match (open.phase, how.phase) {
            _ if gave_up => Phase::GaveUp,
            (Phase::Acknowledged, _) => Phase::Acknowledged,
            (Phase::GaveUp, Phase::Failed) => Phase::GaveUp,
            (_, phase) => phase,
        };
        let moved = phase != open.phase;
        let count = open.count.saturating_add(how.times);
        let told = moved || open.count / round(count) != count / round(count);
        open.count = count;
        if how.times > 0 || gave_up {
            open.reason = how.reason;
        }
        if !how.lines.is_empty() {
            open.lines = how.lines;
        }
        if moved {
            enter(open, phase, now);
        } else if how.times > 0 {
            open.changed = now;
        }
        told.then(|| tell(open, gave_up, now))
    }

    fn reopen(over: &mut Incident, how: Break, now: Timestamp) -> Told {
        let rings = how.phase != Phase::Healed && !matches!(over.subject, Subject::Threshold(_));
        over.count = over.count.saturating_add(how.times);
        over.reason = how.reason;
        over.lines = how.lines;
        over.acknowledged_by.clear();
        enter(over, how.phase, now);
        tell(over, rings, now)
    }

    fn open(&mut self, key: Key, how: Break, now: Timestamp) -> Told {
        self.make_room();
        self.last_id += 1;
        let incident = Incident {
            id: IncidentId(self.last_id),
            subject: key.0.clone(),
            phase: how.phase,
            since: now,
            changed: now,
            count: how.times.max(1),
            reason: how.reason,
            lines: how.lines,
            error: key.1.clone(),
            acknowledged_by: String::new(),
            muted_until: None,
        };
        self.latest.insert(key, incident.clone());
        tell(&incident, true, now)
    }

    /// Only errors can be many: units and gauges are as many as there are.
    fn make_room(&mut self) {
        if self.latest.len() < REMEMBERED {
            return;
        }
        let oldest = self.latest.iter().filter(|(key, _)| key.1.is_some());
        let oldest = oldest.min_by_key(|(_, incident)| incident.changed);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.latest.remove(&key);
        }
    }

    /// Its subject is well again; `asked`: because somebody acted.
    pub(super) fn well(&mut self, key: &Key, asked: bool, now: Timestamp) -> Option<Told> {
        let open = self.latest.get_mut(key).filter(|it| is_open(it))?;
        let by_itself = !asked && matches!(open.phase, Phase::Failed | Phase::Healing);
        let phase = if by_itself {
            Phase::Healed
        } else {
            Phase::Resolved
        };
        enter(open, phase, now);
        Some(tell(open, false, now))
    }

    /// Whether something is open there.
    pub(super) fn is_open(&self, key: &Key) -> bool {
        self.latest.get(key).is_some_and(is_open)
    }

    /// Somebody took it on. None: no incident of that number is at hand.
    pub(super) fn acknowledge(
        &mut self,
        id: IncidentId,
        who: &str,
        now: Timestamp,
    ) -> Option<Told> {
        let incident = self.find(id)?;
        who.clone_into(&mut incident.acknowledged_by);
        if is_open(incident) {
            enter(incident, Phase::Acknowledged, now);
        }
        Some(tell(incident, false, now))
    }

    /// It does not ring until then. None: no incident of that number is at hand.
    pub(super) fn mute(
        &mut self,
        id: IncidentId,
        until: Timestamp,
        now: Timestamp,
    ) -> Option<Told> {
        let incident = self.find(id)?;
        incident.muted_until = Some(until);
        Some(tell(incident, false, now))
    }

    /// The lines that matter have come. None: nothing new.
    pub(super) fn enrich(
        &mut self,
        id: IncidentId,
        lines: Vec<Line>,
        now: Timestamp,
    ) -> Option<Told> {
        let incident = self.find(id)?;
        if lines.is_empty() || incident.lines == lines {
            return None;
        }
        incident.lines = lines;
        Some(tell(incident, false, now))
    }

    /// Errors that have been quiet for a day are over; what is over for long is forgotten here.
    pub(super) fn age(&mut self, now: Timestamp) -> Vec<Told> {
        self.latest
            .retain(|_, it| is_open(it) || within(it.changed, now, REOPEN));
        let quiet = self.latest.values_mut().filter(|it| {
            let errs = matches!(it.phase, Phase::Failed | Phase::Acknowledged);
            errs && it.error.is_some() && !within(it.changed, now, QUIET)
        });
        quiet
            .map(|incident| {
                enter(incident, Phase::Resolved, now);
                tell(incident, false, now)
            })
            .collect()
    }

    fn find(&mut self, id: IncidentId) -> Option<&mut Incident> {
        self.latest.values_mut().find(|incident| incident.id == id)
    }
}

/// systemd tried again and does so no more. Whoever took it on is not rung for that.
fn gives_up(open: &Incident, how: &Break) -> bool {
    matches!(
        (open.phase, how.phase),
        (Phase::Failed | Phase::Healing, Phase::GaveUp) | (Phase::Healing, Phase::Failed)
    )
}

/// Up to [`TOLD_EACH`] every break is told, then every tenth, hundredth, …
fn round(count: u32) -> u32 {
    let mut step = 1;
    while count > step * TOLD_EACH && step < 1_000_000 {
        step *= 10;
    }
    step
}

fn enter(incident: &mut Incident, phase: Phase, now: Timestamp) {
    incident.phase = phase;
    incident.changed = now;
}

fn tell(incident: &Incident, rings: bool, now: Timestamp) -> Told {
    let muted = incident.muted_until.is_some_and(|until| now < until);
    Told {
        incident: incident.clone(),
        sounding: rings && !muted,
    }
}
