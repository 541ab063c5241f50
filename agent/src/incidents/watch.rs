//! Watches managed units: what systemd shows becomes incidents, and is remembered for the next start.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use potion_config::Config;
use potion_proto::events::Event;
use potion_proto::incidents::{Phase, Program, Subject};
use potion_proto::names::UnitName;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use super::book::{Book, Break, Key, Told};
use super::marks::Mark;
use super::turn::{self, Stands, Turn};
use super::{book, lines, rows};
use crate::agent::Agent;
use crate::events;
use crate::units::watch::{Cause, Seen, UnitChange, UnitState};

/// Watched like a managed unit, though nobody lists it: it is ours.
const BOT: &str = "potion-bot.service";
/// A unit is well when it stays up for this long: one that dies at once again is still broken.
const STEADY: Duration = Duration::from_secs(3);
/// How long after the bus failed to answer it is asked again.
const AGAIN: Duration = Duration::from_secs(5);

/// The units to watch under this configuration: `units.managed`, and the bot.
#[must_use]
pub fn watched(config: &Config) -> Vec<UnitName> {
    let names = config.units().managed().iter().map(String::as_str);
    let names = names.chain([BOT]);
    names.filter_map(|name| UnitName::new(name).ok()).collect()
}

fn key(unit: &UnitName) -> Key {
    match unit.as_str() {
        BOT => super::killed_key(Program::Bot),
        _ => (Subject::Unit(unit.clone()), None),
    }
}

/// Watches for ever. Also tells the port which units those are, now and when the configuration changes.
pub async fn watch(agent: Arc<Agent>) {
    let mut seen = agent.units.watch();
    let mut config = agent.config_changes();
    agent.units.manage(watched(&agent.config()));
    let mut watcher = Watcher::new(agent).await;
    loop {
        tokio::select! {
            seen = seen.recv() => match seen {
                Ok(seen) => watcher.see(seen).await,
                Err(RecvError::Lagged(_)) => watcher.look().await,
                Err(RecvError::Closed) => return,
            },
            Ok(()) = config.changed() => {
                let units = watched(&config.borrow_and_update());
                watcher.agent.units.manage(units);
            }
            () = due(watcher.next_due()) => watcher.on_due().await,
        }
    }
}

async fn due(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// systemd had restarted it before, and does not any more. At a start limit the result may still be that
/// of the last crash.
fn gave_up(state: &UnitState) -> bool {
    state.restarts > 0 || state.ending.result == "start-limit-hit"
}

/// A unit that came up and must stay so to be well.
struct Steadying {
    due: Instant,
    asked: bool,
}

struct Watcher {
    agent: Arc<Agent>,
    marks: HashMap<UnitName, Mark>,
    steadying: HashMap<UnitName, Steadying>,
    look_again: Option<Instant>,
}

impl Watcher {
    async fn new(agent: Arc<Agent>) -> Self {
        let marks = agent.store.call(rows::marks).await;
        let marks = marks.unwrap_or_else(|error| {
            tracing::error!(%error, "how units were last seen cannot be read");
            Vec::new()
        });
        Self {
            agent,
            marks: marks.into_iter().map(|it| (it.unit.clone(), it)).collect(),
            steadying: HashMap::new(),
            look_again: None,
        }
    }

    async fn see(&mut self, seen: Seen) {
        match seen {
            Seen::Snapshot(states) => self.compare(states).await,
            Seen::Change(change) => self.change(&change).await,
            Seen::Lost => self.steadying.clear(),
        }
    }

    /// Some changes were missed: compares all units with what is known of them.
    async fn look(&mut self) {
        match self.agent.units.snapshot().await {
            Ok(states) => self.compare(states).await,
            Err(error) => {
                tracing::warn!(%error, "units cannot be looked at");
                self.look_again = Some(Instant::now() + AGAIN);
            }
        }
    }

    async fn compare(&mut self, states: Vec<UnitState>) {
        self.look_again = None;
        for state in &states {
            let turn = turn::of_snapshot(self.marks.get(&state.unit), state);
            self.take(turn, state, Mark::of(state)).await;
        }
        self.forget_others().await;
    }

    async fn change(&mut self, change: &UnitChange) {
        let before = self.marks.get(&change.now.unit);
        let turn = turn::of_change(before, change);
        let mark = Mark::after(before, change);
        tracing::debug!(
            unit = %change.now.unit, sub = change.now.sub, asked = (change.cause == Cause::Asked), ?turn,
            "a unit changed"
        );
        self.take(turn, &change.now, mark).await;
    }

    /// Writes down what the turn means, and the mark with it.
    async fn take(&mut self, turn: Option<Turn>, state: &UnitState, mark: Mark) {
        let agent = self.agent.clone();
        let mut book = book(&agent).await;
        let told = match turn {
            Some(Turn::Broke { times, stands }) => self.broke(&mut book, state, times, stands),
            Some(Turn::Well { asked }) => {
                self.steady(&book, state, asked);
                None
            }
            Some(Turn::LaidDown) => self.well(&mut book, &state.unit, true),
            None => None,
        };
        let incident = told.as_ref().map(|told| told.incident.clone());
        self.record(told, mark).await;
        if let (Some(incident), Some(Turn::Broke { .. })) = (incident, turn) {
            lines::enrich(&agent, &incident, state.unit.clone());
        }
    }

    fn broke(
        &mut self,
        book: &mut Book,
        state: &UnitState,
        times: u32,
        stands: Stands,
    ) -> Option<Told> {
        self.steadying.remove(&state.unit);
        let how = Break {
            phase: match stands {
                Stands::Failed if gave_up(state) => Phase::GaveUp,
                Stands::Failed => Phase::Failed,
                Stands::Healing | Stands::Up => Phase::Healing,
            },
            times,
            reason: turn::reason(&state.ending),
            lines: Vec::new(),
        };
        let told = book.broke(key(&state.unit), how, self.agent.clock.now());
        if stands == Stands::Up {
            self.steady(book, state, false);
        }
        told
    }

    /// It is up; well it is when it stays so.
    fn steady(&mut self, book: &Book, state: &UnitState, asked: bool) {
        if book.is_open(&key(&state.unit)) {
            let steadying = Steadying {
                due: Instant::now() + STEADY,
                asked,
            };
            // A second sign of life does not make it wait longer.
            self.steadying
                .entry(state.unit.clone())
                .or_insert(steadying);
        }
    }

    fn well(&mut self, book: &mut Book, unit: &UnitName, asked: bool) -> Option<Told> {
        self.steadying.remove(unit);
        book.well(&key(unit), asked, self.agent.clock.now())
    }

    async fn tell_well(&mut self, unit: &UnitName, asked: bool) {
        let agent = self.agent.clone();
        let mut book = book(&agent).await;
        let told = self.well(&mut book, unit, asked);
        super::publish(&agent, told).await;
    }

    /// The event and the mark in one transaction: a crash of ours between them would tell it twice.
    async fn record(&mut self, told: Option<Told>, mark: Mark) {
        if told.is_none() && self.marks.get(&mark.unit) == Some(&mark) {
            return;
        }
        self.marks.insert(mark.unit.clone(), mark.clone());
        let told = told.map(|told| super::event(told, &self.agent));
        let events: Vec<Event> = told.into_iter().collect();
        events::record(&self.agent, events, move |tx| rows::mark(tx, &mark)).await;
    }

    /// Those that are no longer to be watched. A snapshot alone does not tell: before the list of units
    /// reached systemd's side, it is empty.
    async fn forget_others(&mut self) {
        let watched: HashSet<UnitName> = watched(&self.agent.config()).into_iter().collect();
        let known = self.marks.keys().cloned();
        let others: Vec<UnitName> = known.filter(|unit| !watched.contains(unit)).collect();
        for unit in others {
            self.marks.remove(&unit);
            self.tell_well(&unit, true).await;
            let gone = self
                .agent
                .store
                .call(move |tx| rows::unmark(tx, &unit))
                .await;
            if let Err(error) = gone {
                tracing::warn!(%error, "a unit's mark cannot be deleted");
            }
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let steadying = self.steadying.values().map(|it| it.due);
        steadying.chain(self.look_again).min()
    }

    async fn on_due(&mut self) {
        let now = Instant::now();
        if self.look_again.is_some_and(|at| at <= now) {
            self.look_again = None;
            self.look().await;
        }
        let due: Vec<(UnitName, bool)> = self
            .steadying
            .iter()
            .filter(|(_, it)| it.due <= now)
            .map(|(unit, it)| (unit.clone(), it.asked))
            .collect();
        for (unit, asked) in due {
            self.tell_well(&unit, asked).await;
        }
    }
}

#[cfg(test)]
mod tests;
