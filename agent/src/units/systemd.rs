//! The adapter: systemd over the system bus.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream;
use potion_proto::names::UnitName;
use potion_proto::units::{Detail, Outcome, Unit, Verb};
use tokio::sync::broadcast;
use zbus::Connection;

use super::cache::Cache;
use super::facts::{Facts, Properties};
use super::manager::{Listed, ManagerProxy};
use super::port::{UnitError, Units};
use super::watch::{Seen, UnitState};
use super::{facts, object, verbs};
use crate::bus::{Bus, BusError, PROPERTIES, SYSTEMD};

/// The interface that all types of unit share.
pub(super) const UNIT: &str = "org.freedesktop.systemd1.Unit";
/// Units asked for at once when there are many: each takes two calls, and the bus cuts off a caller who waits for
/// more than 128 answers (`max_replies_per_connection` of dbus-daemon(1)'s system bus).
pub(super) const UNITS_AT_ONCE: usize = 32;
/// What a list of all units holds.
const PATTERNS: [&str; 3] = ["*.service", "*.timer", "*.socket"];

/// systemd's units; clones share one cache and one watch.
#[derive(Clone)]
pub struct Systemd {
    bus: Bus,
    cache: Arc<Cache>,
}

impl Systemd {
    /// An adapter that watches nothing until [`Units::manage`]. Must be called within a tokio runtime, whose tasks keep
    /// the cache; they end when the last clone is dropped.
    #[must_use]
    pub fn new(bus: Bus) -> Self {
        let cache = Cache::start(bus.clone());
        Self { bus, cache }
    }

    async fn row(&self, connection: &Connection, unit: &UnitName) -> Result<Unit, UnitError> {
        match self.cache.row(unit) {
            Some(row) => Ok(row),
            None => Ok(read_unit(connection, unit).await?.row()),
        }
    }

    async fn rows(&self, units: &[UnitName]) -> Result<Vec<Unit>, UnitError> {
        let cached = units
            .iter()
            .map(|unit| self.cache.row(unit))
            .collect::<Option<Vec<_>>>();
        if let Some(rows) = cached {
            return Ok(rows);
        }
        let connection = self.bus.connection().await?;
        let mut rows = Vec::with_capacity(units.len());
        for some in units.chunks(UNITS_AT_ONCE) {
            let some = some.iter().map(|unit| self.row(&connection, unit));
            rows.extend(futures::future::try_join_all(some).await?);
        }
        Ok(rows)
    }

    async fn all(&self) -> Result<Vec<Unit>, UnitError> {
        let connection = self.bus.connection().await?;
        let manager = manager(&connection).await?;
        let listed = manager
            .list_units_by_patterns(&[], &PATTERNS)
            .await
            .map_err(BusError::from)?;
        let rows = listed.into_iter().filter_map(row_of);
        let rows = stream::iter(rows).map(|row| complete(&connection, row));
        let mut rows = rows
            .buffer_unordered(UNITS_AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        rows.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        Ok(rows)
    }

    async fn detail(&self, unit: &UnitName) -> Result<Detail, UnitError> {
        let connection = self.bus.connection().await?;
        let facts = read(&connection, unit).await?;
        if !facts.exists() {
            return Err(UnitError::Absent(unit.clone()));
        }
        Ok(facts.detail(monotonic_zero()))
    }
}

impl Units for Systemd {
    fn named<'a>(&'a self, units: &'a [UnitName]) -> BoxFuture<'a, Result<Vec<Unit>, UnitError>> {
        Box::pin(self.rows(units))
    }

    fn loaded(&self) -> BoxFuture<'_, Result<Vec<Unit>, UnitError>> {
        Box::pin(self.all())
    }

    fn show<'a>(&'a self, unit: &'a UnitName) -> BoxFuture<'a, Result<Detail, UnitError>> {
        Box::pin(self.detail(unit))
    }

    fn act<'a>(
        &'a self,
        verb: Verb,
        unit: &'a UnitName,
        within: Duration,
    ) -> BoxFuture<'a, Result<Outcome, UnitError>> {
        Box::pin(async move {
            let connection = self.bus.connection().await?;
            verbs::act(&connection, verb, unit, within).await
        })
    }

    fn manage(&self, units: Vec<UnitName>) {
        self.cache.manage(units);
    }

    fn watch(&self) -> broadcast::Receiver<Seen> {
        self.cache.watch()
    }

    fn snapshot(&self) -> BoxFuture<'_, Result<Vec<UnitState>, UnitError>> {
        Box::pin(async {
            match self.cache.states() {
                Some(states) => Ok(states),
                None => Ok(self
                    .cache
                    .read_states(&self.bus.connection().await?)
                    .await?),
            }
        })
    }
}

pub(super) async fn manager(connection: &Connection) -> Result<ManagerProxy<'static>, BusError> {
    let builder =
        ManagerProxy::builder(connection).cache_properties(zbus::proxy::CacheProperties::No);
    Ok(builder.build().await?)
}

/// All about a unit, in one round trip.
pub(super) async fn read(connection: &Connection, unit: &UnitName) -> Result<Facts, BusError> {
    let path = object::path(unit);
    let interface = object::interface(unit);
    let (common, own) = futures::join!(
        get_all(connection, &path, UNIT),
        get_all(connection, &path, &interface)
    );
    let mut facts = Facts::none(unit.clone());
    for reply in [common?, own?] {
        let body = reply.body();
        facts.learn(
            &body
                .deserialize::<Properties<'_>>()
                .map_err(BusError::from)?,
        );
    }
    Ok(facts)
}

/// What all types of unit have in common.
async fn read_unit(connection: &Connection, unit: &UnitName) -> Result<Facts, BusError> {
    let reply = get_all(connection, &object::path(unit), UNIT).await?;
    let mut facts = Facts::none(unit.clone());
    facts.learn(
        &reply
            .body()
            .deserialize::<Properties<'_>>()
            .map_err(BusError::from)?,
    );
    Ok(facts)
}

async fn get_all(
    connection: &Connection,
    path: &str,
    interface: &str,
) -> Result<zbus::Message, BusError> {
    let call = connection.call_method(Some(SYSTEMD), path, Some(PROPERTIES), "GetAll", &interface);
    Ok(call.await?)
}

/// A row of a list; names that are none of ours (of a unit type to come) are left out.
fn row_of(listed: Listed) -> Option<Unit> {
    let (name, description, load, active, sub, ..) = listed;
    Some(Unit {
        name: UnitName::new(name).ok()?,
        description,
        active: facts::active(&active)?,
        sub,
        file_state: String::new(),
        load,
        since: None,
        managed: false,
        protected: false,
    })
}

/// Adds what a list does not tell. A unit that went away meanwhile stays as the list told it.
async fn complete(connection: &Connection, row: Unit) -> Unit {
    match read_unit(connection, &row.name).await {
        Ok(facts) => facts.row(),
        Err(_) => row,
    }
}

/// The Unix time in microseconds at which CLOCK_MONOTONIC was 0.
fn monotonic_zero() -> u64 {
    use nix::time::{ClockId, clock_gettime};
    let micros = |clock| clock_gettime(clock).map_or(0, |at| Duration::from(at).as_micros());
    let zero = micros(ClockId::CLOCK_REALTIME).saturating_sub(micros(ClockId::CLOCK_MONOTONIC));
    u64::try_from(zero).unwrap_or(0)
}
