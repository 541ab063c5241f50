//! A world for tests: an agent in a temporary folder, its ports on fakes, its clock in the test's hand,
//! and a socket for each kind of caller.
//!
//! Everybody in a test has the same uid, so who the peer is gets decided at the door's port
//! ([`Peers`]): one socket answers as root, one as the bot, one as a member, one as a stranger.
#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

mod authenticator;
mod body;
mod clock;
mod doubles;
mod person;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use potion_config::Config;
use potion_proto::actions::{Action, Applied, Behalf};
use potion_proto::admins::Role;
use potion_proto::names::TelegramId;
use potion_proto::units::Active;
use tempfile::TempDir;
use tokio::net::UnixListener;

pub use authenticator::Authenticator;
use body::Body;
pub use clock::HandClock;
pub use doubles::{FakeMirror, FakeTimers, FixedPeers};
pub use person::{Person, context, telegram_id};

use crate::agent::{Agent, Parts};
use crate::host::FakeHost;
use crate::jobs::FakeRunner;
use crate::journal::FakeJournal;
use crate::listen::{self, Patience, Peers};
use crate::packages::FakePackages;
use crate::paths::Paths;
use crate::policy::Caller;
use crate::policy::command::role_word;
use crate::store::Store;
use crate::units::FakeUnits;

/// What a test says of the world before it starts.
#[derive(Default)]
pub struct World {
    config: String,
    admins: String,
    units: FakeUnits,
}

/// Who a socket takes its callers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// uid 0.
    Root,
    /// The bot.
    Bot,
    /// A member of group `potion`.
    Member,
    /// Anybody else.
    Stranger,
}

impl Who {
    const ALL: [Self; 4] = [Self::Root, Self::Bot, Self::Member, Self::Stranger];

    fn peers(self) -> FixedPeers {
        let (uid, caller) = match self {
            Self::Root => (0, Some(Caller::Local { uid: 0 })),
            Self::Bot => (990, Some(Caller::Bot { uid: 990 })),
            Self::Member => (1000, Some(Caller::Member { uid: 1000 })),
            Self::Stranger => (1234, None),
        };
        FixedPeers { uid, caller }
    }
}

impl World {
    /// A world with nobody and nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds lines to config.toml; keys above the first table come first.
    #[must_use]
    pub fn config(mut self, text: &str) -> Self {
        self.config.push_str(text);
        self.config.push('\n');
        self
    }

    /// Adds an `[[admins]]` entry.
    #[must_use]
    pub fn admin(mut self, id: i64, role: Role) -> Self {
        let role = role_word(role);
        self.admins
            .push_str(&format!("[[admins]]\nid = {id}\nrole = \"{role}\"\n"));
        self
    }

    /// Adds a unit to systemd.
    #[must_use]
    pub fn unit(self, name: &str, active: Active) -> Self {
        self.units.put(name, active);
        self
    }

    /// Starts the agent and its doors. Must be called within a runtime.
    pub async fn start(self) -> Running {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::beneath(folder.path());
        for made in [&paths.state, &paths.secrets, &paths.run, &paths.jobs()] {
            std::fs::create_dir_all(made).unwrap();
        }
        std::fs::write(&paths.config, self.config + &self.admins).unwrap();
        Running::over(
            Arc::new(folder),
            Fakes {
                units: Arc::new(self.units),
                ..Fakes::default()
            },
        )
        .await
    }
}

/// What stands behind the ports; outlives a restart of the agent.
#[derive(Clone, Default)]
pub struct Fakes {
    /// The clocks.
    pub clock: Arc<HandClock>,
    /// systemd's units.
    pub units: Arc<FakeUnits>,
    /// journald.
    pub journal: Arc<FakeJournal>,
    /// The machine.
    pub host: Arc<FakeHost>,
    /// apt.
    pub packages: Arc<FakePackages>,
    /// Transient units.
    pub runner: Arc<FakeRunner>,
    /// Where audit entries are mirrored.
    pub mirror: Arc<FakeMirror>,
    /// systemd's timers.
    pub timers: Arc<FakeTimers>,
}

/// A world that runs.
pub struct Running {
    /// The agent.
    pub agent: Arc<Agent>,
    /// What stands behind its ports.
    pub fakes: Fakes,
    folder: Arc<TempDir>,
    body: Body,
}

impl Running {
    async fn over(folder: Arc<TempDir>, fakes: Fakes) -> Self {
        let body = Body::new();
        let begun = begin(Arc::clone(&folder), fakes.clone());
        let agent = body.run(begun).await;
        Self {
            agent,
            fakes,
            folder,
            body,
        }
    }

    /// Kills the agent with all its tasks and connections, and starts another over the same files and
    /// fakes.
    pub async fn restart(self) -> Self {
        let (folder, fakes) = (Arc::clone(&self.folder), self.fakes.clone());
        drop(self);
        Self::over(folder, fakes).await
    }

    /// The socket of these callers.
    #[must_use]
    pub fn socket(&self, who: Who) -> PathBuf {
        socket(&self.agent.paths, who)
    }

    /// A further socket of these callers, where the agent waits only so long.
    pub async fn impatient(&self, who: Who, patience: Patience) -> PathBuf {
        let path = self.agent.paths.run.join("impatient.sock");
        let (agent, socket) = (Arc::clone(&self.agent), path.clone());
        self.body
            .run(async move { open(&agent, who, &socket, patience) })
            .await;
        path
    }

    /// Somebody with root's terminal.
    pub async fn root(&self) -> Person {
        Person::connect(&self.socket(Who::Root), Behalf::Own).await
    }

    /// A member of group `potion` at a terminal.
    pub async fn member(&self) -> Person {
        Person::connect(&self.socket(Who::Member), Behalf::Own).await
    }

    /// The bot, speaking for itself.
    pub async fn bot(&self) -> Person {
        Person::connect(&self.socket(Who::Bot), Behalf::Own).await
    }

    /// The bot, speaking for this person.
    pub async fn telegram(&self, id: i64) -> Person {
        Person::connect(&self.socket(Who::Bot), Behalf::Telegram(telegram_id(id))).await
    }

    /// Enrols an authenticator for somebody, as root and they would.
    pub async fn enrol(&self, id: i64) -> Authenticator {
        let (root, id): (Person, TelegramId) = (self.root().await, telegram_id(id));
        let Applied::Enrolled { secret, .. } = root.act(Action::TotpEnrol(id)).await.unwrap()
        else {
            panic!("an enrolment answers with its secret");
        };
        let authenticator = Authenticator::new(&secret, Arc::clone(&self.fakes.clock));
        root.act(Action::TotpConfirm(id, authenticator.code()))
            .await
            .unwrap();
        self.fakes.clock.advance(Authenticator::STEP);
        authenticator
    }
}

async fn begin(folder: Arc<TempDir>, fakes: Fakes) -> Arc<Agent> {
    let agent = Agent::new(parts(&folder, &fakes));
    crate::start::recover(&agent).await.unwrap();
    for who in Who::ALL {
        open(&agent, who, &socket(&agent.paths, who), Patience::default());
    }
    agent
}

fn parts(folder: &TempDir, fakes: &Fakes) -> Parts {
    let paths = Paths::beneath(folder.path());
    Parts {
        config: Config::load(&paths.config).unwrap(),
        store: Store::open(&paths.state).unwrap(),
        paths,
        clock: fakes.clock.clone(),
        units: fakes.units.clone(),
        journal: fakes.journal.clone(),
        host: fakes.host.clone(),
        packages: fakes.packages.clone(),
        runner: fakes.runner.clone(),
        mirror: fakes.mirror.clone(),
        timers: fakes.timers.clone(),
    }
}

fn socket(paths: &Paths, who: Who) -> PathBuf {
    paths.run.join(format!("{who:?}.sock"))
}

fn open(agent: &Arc<Agent>, who: Who, path: &Path, patience: Patience) {
    let _ = std::fs::remove_file(path);
    let listener = UnixListener::bind(path).unwrap();
    let peers: Arc<dyn Peers> = Arc::new(who.peers());
    tokio::spawn(listen::serve(Arc::clone(agent), listener, peers, patience));
}
