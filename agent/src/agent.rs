//! The agent: everything that outlives a connection, in one place.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use potion_config::Config;
use tokio::sync::watch;

use crate::admins::Admins;
use crate::audit::{Audit, Mirror};
use crate::clock::Clock;
use crate::host::Host;
use crate::jobs::Runner;
use crate::journal::Journal;
use crate::keeps::Timers;
use crate::packages::Packages;
use crate::paths::Paths;
use crate::plans::Plans;
use crate::rate::Rates;
use crate::settings::Stamp;
use crate::store::Store;
use crate::tickets::Tickets;
use crate::units::Units;

/// What an agent is built from: its files, its clock, and the adapters behind its ports.
pub struct Parts {
    /// The configuration as loaded.
    pub config: Config,
    /// Its places.
    pub paths: Paths,
    /// Its database.
    pub store: Store,
    /// Its clocks.
    pub clock: Arc<dyn Clock>,
    /// systemd's units.
    pub units: Arc<dyn Units>,
    /// journald.
    pub journal: Arc<dyn Journal>,
    /// The machine.
    pub host: Arc<dyn Host>,
    /// apt.
    pub packages: Arc<dyn Packages>,
    /// Transient units.
    pub runner: Arc<dyn Runner>,
    /// Where audit entries are mirrored.
    pub mirror: Arc<dyn Mirror>,
    /// Timers of systemd that outlive the agent.
    pub timers: Arc<dyn Timers>,
}

/// Shared by all connections and background tasks as `Arc<Agent>`.
pub struct Agent {
    config: watch::Sender<Config>,
    requests: AtomicU64,
    /// The configuration's file as it was when it was last read.
    pub(crate) config_stamp: Stamp,
    /// Its places.
    pub paths: Paths,
    /// Its database.
    pub store: Store,
    /// Its clocks.
    pub clock: Arc<dyn Clock>,
    /// systemd's units.
    pub units: Arc<dyn Units>,
    /// journald.
    pub journal: Arc<dyn Journal>,
    /// The machine.
    pub host: Arc<dyn Host>,
    /// apt.
    pub packages: Arc<dyn Packages>,
    /// Transient units.
    pub runner: Arc<dyn Runner>,
    /// Where audit entries are mirrored.
    pub mirror: Arc<dyn Mirror>,
    /// Timers of systemd that outlive the agent.
    pub timers: Arc<dyn Timers>,
    /// The audit log.
    pub audit: Audit,
    /// Those who were paired.
    pub admins: Admins,
    /// Plans that wait for `apply`.
    pub plans: Plans,
    /// Tickets that wait for their holder.
    pub tickets: Tickets,
    /// Calls lately made.
    pub rates: Rates,
    /// What the event log remembers while it runs (waiters of the long poll).
    pub events: crate::events::State,
    /// What the incidents remember while the agent runs.
    pub incidents: crate::incidents::State,
    /// What the job list remembers while it runs.
    pub jobs: crate::jobs::State,
}

impl Agent {
    /// An agent that serves nobody yet.
    #[must_use]
    pub fn new(parts: Parts) -> Arc<Self> {
        Arc::new(Self {
            audit: Audit::new(&parts.paths),
            requests: AtomicU64::new(first_request(&*parts.clock)),
            config_stamp: Stamp::of(&parts.paths.config),
            config: watch::Sender::new(parts.config),
            paths: parts.paths,
            store: parts.store,
            clock: parts.clock,
            units: parts.units,
            journal: parts.journal,
            host: parts.host,
            packages: parts.packages,
            runner: parts.runner,
            mirror: parts.mirror,
            timers: parts.timers,
            admins: Admins::default(),
            plans: Plans::default(),
            tickets: Tickets::default(),
            rates: Rates::default(),
            events: crate::events::State::default(),
            incidents: crate::incidents::State::default(),
            jobs: crate::jobs::State::default(),
        })
    }

    /// The next request's id; grows over restarts too, so that the journal can be searched for one.
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    /// The configuration as it stands; cheap.
    #[must_use]
    pub fn config(&self) -> Config {
        self.config.borrow().clone()
    }

    /// Puts another configuration in force, at once for every caller.
    pub fn put_config(&self, config: Config) {
        self.config.send_replace(config);
    }

    /// Wakes whoever keeps something that follows from the configuration.
    #[must_use]
    pub fn config_changes(&self) -> watch::Receiver<Config> {
        self.config.subscribe()
    }
}

/// The failure of a noun that does not answer; `what` names it.
pub(crate) fn unavailable(what: &str) -> potion_proto::Failure {
    let sentence = format!("{what} does not answer; see `journalctl -u potiond`");
    potion_proto::Failure::new(potion_proto::Code::Unavailable, what, sentence)
}

/// Room for a million requests between two starts in the same second.
const REQUESTS_PER_SECOND_BITS: u32 = 20;

fn first_request(clock: &dyn Clock) -> u64 {
    clock.now().seconds().unsigned_abs() << REQUESTS_PER_SECOND_BITS
}
