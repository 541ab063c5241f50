//! A scripted systemd for tests: units with states, verbs that end as told, a feed that the test drives.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use potion_proto::names::UnitName;
use potion_proto::units::{Active, Detail, Ending, Outcome, Unit, Verb, Verdict};
use tokio::sync::broadcast;

use super::port::{UnitError, Units};
use super::watch::{Cause, Seen, UnitChange, UnitState};
use crate::bus::BusError;

/// Units that do what the test says. Panics are the test's.
pub struct FakeUnits {
    world: Mutex<World>,
    seen: broadcast::Sender<Seen>,
}

#[derive(Default)]
struct World {
    units: HashMap<UnitName, Detail>,
    order: Vec<UnitName>,
    managed: Vec<UnitName>,
    script: HashMap<UnitName, Verdict>,
    touched: Vec<(Verb, UnitName)>,
    gone: bool,
}

impl Default for FakeUnits {
    fn default() -> Self {
        let (seen, _) = broadcast::channel(64);
        Self {
            world: Mutex::default(),
            seen,
        }
    }
}

impl FakeUnits {
    /// Adds a unit, or gives it another state.
    #[must_use]
    pub fn with(self, unit: &str, active: Active) -> Self {
        self.put(unit, active);
        self
    }

    /// Adds a unit, or gives it another state, without telling anybody.
    pub fn put(&self, unit: &str, active: Active) {
        let unit = name(unit);
        let mut world = self.world();
        if !world.order.contains(&unit) {
            world.order.push(unit.clone());
        }
        world.units.insert(unit.clone(), detail(unit, active));
    }

    /// Changes what `show` tells of a unit.
    pub fn edit(&self, unit: &str, edit: impl FnOnce(&mut Detail)) {
        let mut world = self.world();
        edit(
            world
                .units
                .get_mut(&name(unit))
                .expect("the unit was added"),
        );
    }

    /// The next verbs on this unit end so.
    pub fn script(&self, unit: &str, verdict: Verdict) {
        self.world().script.insert(name(unit), verdict);
    }

    /// The bus is away (or back): every call fails.
    pub fn lose(&self, gone: bool) {
        self.world().gone = gone;
    }

    /// Tells listeners of a change to this state.
    pub fn happen(&self, unit: &str, active: Active, sub: &str, result: &str, cause: Cause) {
        let before = self.state(unit);
        self.edit(unit, |detail| {
            detail.unit.active = active;
            detail.unit.sub = sub.to_owned();
            detail.ending.result = result.to_owned();
        });
        let now = self.state(unit);
        self.tell(Seen::Change(Box::new(UnitChange { before, now, cause })));
    }

    /// Tells listeners anything.
    pub fn tell(&self, seen: Seen) {
        let _ = self.seen.send(seen);
    }

    /// A unit's state as the feed tells it.
    #[must_use]
    pub fn state(&self, unit: &str) -> UnitState {
        state(
            self.world()
                .units
                .get(&name(unit))
                .expect("the unit was added"),
        )
    }

    /// Which units are to be watched.
    #[must_use]
    pub fn snapshot_names(&self) -> Vec<UnitName> {
        self.world().managed.clone()
    }

    /// Nobody has said yet which units to watch.
    pub fn forget_managed(&self) {
        self.world().managed.clear();
    }

    /// The verbs that were used on a unit, in order.
    #[must_use]
    pub fn touched(&self, unit: &str) -> Vec<Verb> {
        let unit = name(unit);
        let world = self.world();
        world
            .touched
            .iter()
            .filter(|(_, on)| *on == unit)
            .map(|(verb, _)| *verb)
            .collect()
    }

    /// Panics when a verb was used on the unit.
    #[track_caller]
    pub fn expect_untouched(&self, unit: &str) {
        let touched = self.touched(unit);
        assert!(touched.is_empty(), "{unit} was touched: {touched:?}");
    }

    /// Panics when a verb was used on any unit.
    #[track_caller]
    pub fn expect_all_untouched(&self) {
        let world = self.world();
        assert!(
            world.touched.is_empty(),
            "units were touched: {:?}",
            world.touched
        );
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn here(&self) -> Result<MutexGuard<'_, World>, UnitError> {
        let world = self.world();
        if world.gone {
            Err(UnitError::Bus(BusError::Slow))
        } else {
            Ok(world)
        }
    }

    fn rows(&self, units: &[UnitName]) -> Result<Vec<Unit>, UnitError> {
        let world = self.here()?;
        let row = |unit: &UnitName| match world.units.get(unit) {
            Some(detail) => detail.unit.clone(),
            None => absent(unit.clone()),
        };
        Ok(units.iter().map(row).collect())
    }

    fn do_verb(&self, verb: Verb, unit: &UnitName) -> Result<Outcome, UnitError> {
        let mut world = self.here()?;
        if !world.units.contains_key(unit) {
            return Err(UnitError::Absent(unit.clone()));
        }
        world.touched.push((verb, unit.clone()));
        let verdict = world.script.get(unit).copied().unwrap_or(Verdict::Done);
        let detail = world.units.get_mut(unit).expect("it was just there");
        obey(detail, verb, verdict);
        Ok(outcome(detail, verb, verdict))
    }
}

impl Units for FakeUnits {
    fn named<'a>(&'a self, units: &'a [UnitName]) -> BoxFuture<'a, Result<Vec<Unit>, UnitError>> {
        Box::pin(async { self.rows(units) })
    }

    fn loaded(&self) -> BoxFuture<'_, Result<Vec<Unit>, UnitError>> {
        Box::pin(async {
            let order = self.here()?.order.clone();
            self.rows(&order)
        })
    }

    fn show<'a>(&'a self, unit: &'a UnitName) -> BoxFuture<'a, Result<Detail, UnitError>> {
        Box::pin(async {
            let found = self.here()?.units.get(unit).cloned();
            found.ok_or_else(|| UnitError::Absent(unit.clone()))
        })
    }

    fn act<'a>(
        &'a self,
        verb: Verb,
        unit: &'a UnitName,
        _: Duration,
    ) -> BoxFuture<'a, Result<Outcome, UnitError>> {
        Box::pin(async move { self.do_verb(verb, unit) })
    }

    fn manage(&self, units: Vec<UnitName>) {
        self.world().managed = units;
    }

    fn watch(&self) -> broadcast::Receiver<Seen> {
        self.seen.subscribe()
    }

    fn snapshot(&self) -> BoxFuture<'_, Result<Vec<UnitState>, UnitError>> {
        Box::pin(async {
            let world = self.here()?;
            let kept = world
                .managed
                .iter()
                .filter_map(|unit| world.units.get(unit));
            Ok(kept.map(state).collect())
        })
    }
}

fn obey(detail: &mut Detail, verb: Verb, verdict: Verdict) {
    let (active, sub) = match (verdict, verb) {
        (Verdict::Done, Verb::Start | Verb::Restart | Verb::Reload) => (Active::Active, "running"),
        (Verdict::Done, Verb::Stop | Verb::ResetFailed) => (Active::Inactive, "dead"),
        (Verdict::Failed | Verdict::StartLimit, _) => (Active::Failed, "failed"),
        _ => return,
    };
    detail.unit.active = active;
    detail.unit.sub = sub.to_owned();
    if verb == Verb::Restart {
        detail.main_pid = detail.main_pid.map(|pid| pid + 1);
    }
}

fn outcome(detail: &Detail, verb: Verb, verdict: Verdict) -> Outcome {
    Outcome {
        unit: detail.unit.name.clone(),
        verb,
        verdict,
        active: detail.unit.active,
        sub: detail.unit.sub.clone(),
        ending: detail.ending.clone(),
        main_pid: detail.main_pid,
        took_ms: 1,
        lines: Vec::new(),
    }
}

fn state(detail: &Detail) -> UnitState {
    UnitState {
        unit: detail.unit.name.clone(),
        active: detail.unit.active,
        sub: detail.unit.sub.clone(),
        ending: detail.ending.clone(),
        invocation: format!("{:032x}", detail.main_pid.unwrap_or_default()),
        restarts: detail.restarts,
        main_pid: detail.main_pid,
        since: detail.unit.since,
    }
}

fn detail(unit: UnitName, active: Active) -> Detail {
    let mut row = absent(unit);
    row.load = "loaded".to_owned();
    row.file_state = "enabled".to_owned();
    row.active = active;
    row.sub = if active == Active::Active {
        "running"
    } else {
        "dead"
    }
    .to_owned();
    Detail {
        unit: row,
        ending: Ending {
            result: "success".to_owned(),
            status: None,
            signalled: false,
            skipped: false,
        },
        main_pid: (active == Active::Active).then_some(100),
        restarts: 0,
        memory: Some(12 << 20),
        cpu_nanos: Some(1_000_000),
        tasks: Some(3),
        requires: Vec::new(),
        required_by: Vec::new(),
        triggered_by: Vec::new(),
        next: None,
        fragment: String::new(),
        drop_ins: Vec::new(),
        needs_reload: false,
        verbs: Vec::new(),
    }
}

fn absent(unit: UnitName) -> Unit {
    Unit {
        description: format!("The {unit} of a test"),
        name: unit,
        active: Active::Inactive,
        sub: "dead".to_owned(),
        file_state: String::new(),
        load: "not-found".to_owned(),
        since: None,
        managed: false,
        protected: false,
    }
}

fn name(unit: &str) -> UnitName {
    UnitName::new(unit).expect("a test names a unit")
}
