//! Managed units as systemd's signals keep them.
//!
//! One task holds a match rule for each managed unit's object, so nothing else on the machine wakes it. It reads each
//! unit once when the bus comes, and after that only what signals bring: `PropertiesChanged` carries the new values
//! (its own type's first, the common ones last, which is when a change is told), `Reloading` and `UnitFilesChanged` ask
//! for another read, since what they change has no signal. Units are never read on `UnitNew`: reading an unloaded unit
//! loads it, which would be the next `UnitNew`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures::FutureExt;
use futures::stream::{self, SelectAll, StreamExt};
use potion_proto::names::UnitName;
use potion_proto::units::Unit;
use tokio::sync::{broadcast, watch};
use zbus::{Connection, MatchRule, Message, MessageStream};

use super::facts::{Facts, Properties};
use super::systemd::{UNIT, UNITS_AT_ONCE, read};
use super::track::Track;
use super::verbs::changed;
use super::watch::{Seen, UnitState};
use crate::bus::{Bus, BusError, MANAGER, SYSTEMD, SYSTEMD_PATH};

/// Changes that a slow listener may be behind.
const BACKLOG_CHANGES: usize = 256;
/// Pauses between attempts to reach a bus that is gone.
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_LAST: Duration = Duration::from_secs(5);
const PEER: &str = "org.freedesktop.DBus.Peer";

/// The cache; its task lives as long as it does.
pub(super) struct Cache {
    known: Mutex<Known>,
    managed: watch::Sender<Vec<UnitName>>,
    seen: broadcast::Sender<Seen>,
}

/// None while the bus is away: then nothing is known.
type Known = Option<HashMap<UnitName, Kept>>;

struct Kept {
    facts: Facts,
    track: Track,
}

impl Kept {
    fn new(facts: Facts) -> Self {
        let track = Track::new(facts.state(), facts.job);
        Self { facts, track }
    }
}

/// When a state can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ripe {
    /// At once.
    Now,
    /// Once it is known whether systemd passes on from it: on its way to a restart of its own, a unit is told to be
    /// `failed` or `dead` for a moment.
    Later,
    /// Not by this signal.
    Never,
}

/// Why the task looks at the bus anew.
enum Interrupted {
    /// The list of managed units changed, or what their names stand for.
    Managed,
    /// The connection is gone.
    Lost,
}

impl Cache {
    /// Starts the task that keeps it.
    pub(super) fn start(bus: Bus) -> Arc<Self> {
        let (managed, changes) = watch::channel(Vec::new());
        let (seen, _) = broadcast::channel(BACKLOG_CHANGES);
        let cache = Arc::new(Self {
            known: Mutex::default(),
            managed,
            seen,
        });
        tokio::spawn(keep(Arc::downgrade(&cache), bus, changes));
        cache
    }

    /// Keeps these from now on.
    pub(super) fn manage(&self, units: Vec<UnitName>) {
        self.managed.send_if_modified(|held| {
            let differs = *held != units;
            *held = units;
            differs
        });
    }

    /// What happens from now on.
    pub(super) fn watch(&self) -> broadcast::Receiver<Seen> {
        self.seen.subscribe()
    }

    /// The row of a unit, if it is kept and the bus is here.
    pub(super) fn row(&self, unit: &UnitName) -> Option<Unit> {
        self.known()
            .as_ref()?
            .get(unit)
            .map(|kept| kept.facts.row())
    }

    /// The states of all that are kept, in the order of the list; None while the bus is away.
    pub(super) fn states(&self) -> Option<Vec<UnitState>> {
        let known = self.known();
        let known = known.as_ref()?;
        self.managed
            .borrow()
            .iter()
            .map(|unit| known.get(unit).map(|kept| kept.facts.state()))
            .collect()
    }

    /// The same, read from systemd.
    pub(super) async fn read_states(
        &self,
        connection: &Connection,
    ) -> Result<Vec<UnitState>, BusError> {
        let units = self.managed.borrow().clone();
        let facts = read_many(connection, &units).await?;
        Ok(facts.iter().map(Facts::state).collect())
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over a whole reading and tells it.
    fn replace(&self, facts: Vec<Facts>) {
        let states = facts.iter().map(Facts::state).collect();
        let kept = facts
            .into_iter()
            .map(|facts| (facts.unit.clone(), Kept::new(facts)));
        *self.known() = Some(kept.collect());
        self.tell(Seen::Snapshot(states));
    }

    /// Takes over another reading of the same units; what moved is told as a change.
    fn refresh(&self, facts: Vec<Facts>) {
        for facts in facts {
            self.update(&facts.unit.clone(), |kept| {
                kept.facts = facts;
                Ripe::Now
            });
        }
    }

    fn lose(&self) {
        if self.known().take().is_some() {
            self.tell(Seen::Lost);
        }
    }

    /// Takes over what a signal says of a unit, and says when it can be told. The common properties come last: with
    /// them it is whole.
    fn learn(&self, unit: &UnitName, interface: &str, properties: &Properties<'_>) -> Ripe {
        self.update(unit, |kept| {
            kept.facts.learn(properties);
            match (interface == UNIT, kept.facts.may_heal()) {
                (false, _) => Ripe::Never,
                (true, true) => Ripe::Later,
                (true, false) => Ripe::Now,
            }
        })
    }

    /// Tells what was held back.
    fn ripen(&self, unit: &UnitName) {
        self.update(unit, |_| Ripe::Now);
    }

    fn update(&self, unit: &UnitName, change: impl FnOnce(&mut Kept) -> Ripe) -> Ripe {
        let mut known = self.known();
        let Some(kept) = known.as_mut().and_then(|known| known.get_mut(unit)) else {
            return Ripe::Never;
        };
        let ripe = change(kept);
        let told = match ripe {
            Ripe::Now => kept.track.step(kept.facts.state(), kept.facts.job),
            Ripe::Later | Ripe::Never => None,
        };
        drop(known);
        if let Some(change) = told {
            self.tell(Seen::Change(Box::new(change)));
        }
        ripe
    }

    /// Nobody may be listening yet.
    fn tell(&self, seen: Seen) {
        let _ = self.seen.send(seen);
    }
}

/// The task: watches until the cache is dropped, over as many connections as it takes.
async fn keep(cache: Weak<Cache>, bus: Bus, mut managed: watch::Receiver<Vec<UnitName>>) {
    let mut pause = RETRY_FIRST;
    loop {
        let units = managed.borrow_and_update().clone();
        let interrupted = match cache.upgrade() {
            Some(cache) => attend(&cache, &bus, &units).await,
            None => return,
        };
        let watching = match interrupted {
            Ok(watching) => watching,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "systemd cannot be watched"
                );
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(RETRY_LAST);
                continue;
            }
        };
        pause = RETRY_FIRST;
        match watching.run(&cache, &mut managed).await {
            Some(Interrupted::Managed) => {}
            Some(Interrupted::Lost) => {
                tracing::warn!("the system bus went away");
                if let Some(cache) = cache.upgrade() {
                    cache.lose();
                }
            }
            None => return,
        }
    }
}

/// The streams of one connection.
struct Watching {
    connection: Connection,
    units: Vec<UnitName>,
    /// Their own names, which differ for aliases.
    names: Vec<UnitName>,
    signals: SelectAll<stream::BoxStream<'static, Signal>>,
    put_back: Option<Signal>,
}

/// What a stream brought.
enum Signal {
    /// A unit changed.
    Unit(UnitName, Message),
    /// systemd read its files again, or links to them changed.
    Files,
    /// The stream is at its end or broken.
    Lost,
}

/// Subscribes first and reads then, so that no change falls between; what names stand for is read before both.
async fn attend(cache: &Cache, bus: &Bus, units: &[UnitName]) -> Result<Watching, BusError> {
    let connection = bus.connection().await?;
    let names = own_names(&read_many(&connection, units).await?);
    let mut signals = SelectAll::new();
    for (unit, name) in units.iter().zip(&names) {
        let stream = MessageStream::for_match_rule(changed(name)?, &connection, None).await?;
        let unit = unit.clone();
        signals.push(ending(stream.map(move |message| match message {
            Ok(message) => Signal::Unit(unit.clone(), message),
            Err(_) => Signal::Lost,
        })));
    }
    for member in ["Reloading", "UnitFilesChanged"] {
        let stream =
            MessageStream::for_match_rule(manager_signal(member)?, &connection, None).await?;
        signals.push(ending(
            stream
                .map(|message| match message {
                    Ok(message) if began_reloading(&message) => None,
                    Ok(_) => Some(Signal::Files),
                    Err(_) => Some(Signal::Lost),
                })
                .filter_map(std::future::ready),
        ));
    }
    cache.replace(read_many(&connection, units).await?);
    Ok(Watching {
        connection,
        units: units.to_owned(),
        names,
        signals,
        put_back: None,
    })
}

/// A stream that says so when it ends.
fn ending(
    stream: impl stream::Stream<Item = Signal> + Send + 'static,
) -> stream::BoxStream<'static, Signal> {
    stream.chain(stream::once(async { Signal::Lost })).boxed()
}

impl Watching {
    /// Follows the signals until something else is to be done; None when the cache is gone.
    async fn run(
        mut self,
        cache: &Weak<Cache>,
        managed: &mut watch::Receiver<Vec<UnitName>>,
    ) -> Option<Interrupted> {
        loop {
            let signal = match self.put_back.take() {
                Some(signal) => signal,
                None => tokio::select! {
                    signal = self.signals.next() => signal.unwrap_or(Signal::Lost),
                    changed = managed.changed() => return changed.ok().map(|()| Interrupted::Managed),
                },
            };
            let cache = cache.upgrade()?;
            match signal {
                Signal::Unit(unit, message) => {
                    if apply(&cache, &unit, &message) == Ripe::Later {
                        self.catch_up(&cache, unit).await;
                    }
                }
                Signal::Files => match read_many(&self.connection, &self.units).await {
                    Ok(facts) if own_names(&facts) == self.names => cache.refresh(facts),
                    Ok(_) => return Some(Interrupted::Managed),
                    Err(_) => return Some(Interrupted::Lost),
                },
                Signal::Lost => return Some(Interrupted::Lost),
            }
        }
    }

    /// Takes in what systemd has already sent of what it was at, and then tells where the units have come to. It
    /// answers a call only when it is through with that, so its signals are waiting here when the answer is.
    async fn catch_up(&mut self, cache: &Cache, unit: UnitName) {
        let ping =
            self.connection
                .call_method(Some(SYSTEMD), SYSTEMD_PATH, Some(PEER), "Ping", &());
        // A failure ends the streams too, and they tell.
        let _ = ping.await;
        let mut held = vec![unit];
        while let Some(Some(signal)) = self.signals.next().now_or_never() {
            let Signal::Unit(unit, message) = signal else {
                self.put_back = Some(signal);
                break;
            };
            if apply(cache, &unit, &message) == Ripe::Later {
                held.push(unit);
            }
        }
        held.iter().for_each(|unit| cache.ripen(unit));
    }
}

fn apply(cache: &Cache, unit: &UnitName, message: &Message) -> Ripe {
    let body = message.body();
    match body.deserialize::<(&str, Properties<'_>, Vec<&str>)>() {
        Ok((interface, properties, _)) => cache.learn(unit, interface, &properties),
        Err(error) => {
            tracing::warn!(%unit, %error, "a signal of systemd reads as nothing known");
            Ripe::Never
        }
    }
}

/// `Reloading(true)`: nothing is to be read before it ends.
fn began_reloading(message: &Message) -> bool {
    message.body().deserialize::<bool>().unwrap_or(false)
}

fn own_names(facts: &[Facts]) -> Vec<UnitName> {
    facts.iter().map(|facts| facts.own_name().clone()).collect()
}

async fn read_many(connection: &Connection, units: &[UnitName]) -> Result<Vec<Facts>, BusError> {
    let mut facts = Vec::with_capacity(units.len());
    for some in units.chunks(UNITS_AT_ONCE) {
        let some = some.iter().map(|unit| read(connection, unit));
        facts.extend(futures::future::try_join_all(some).await?);
    }
    Ok(facts)
}

fn manager_signal(member: &'static str) -> Result<MatchRule<'static>, BusError> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender(SYSTEMD)
        .path(SYSTEMD_PATH)
        .interface(MANAGER)
        .member(member);
    Ok(rule.build()?)
}
