//! Telegram, the bot and the agent, in one process.

use std::path::PathBuf;
use std::time::Duration;

use potion_agent::incidents;
use potion_agent::testing::{self, Running, Who};
use potion_agent::units::watch::{Cause, Seen};
use potion_bot::Places;
use potion_proto::admins::Role;
use potion_proto::units::Active;
use potion_telegram::{Account, Options, Person, TelegramServer};
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// An admin with the role of owner.
pub(crate) const OWNER: i64 = 1001;
/// Somebody nobody knows yet.
pub(crate) const GUEST: i64 = 1002;
/// The unit that things happen to.
pub(crate) const NGINX: &str = "nginx.service";

pub(crate) struct World {
    pub(crate) telegram: TelegramServer,
    pub(crate) agent: Option<Running>,
    bot: JoinHandle<()>,
    watch: JoinHandle<()>,
    _dir: TempDir,
}

impl Drop for World {
    fn drop(&mut self) {
        self.bot.abort();
        self.watch.abort();
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        let telegram = TelegramServer::start(Options::default()).await.unwrap();
        for (id, name) in [(OWNER, "Budi"), (GUEST, "Sari")] {
            let _person = telegram
                .add(Account::new(id, name).speaking("id"))
                .started();
        }
        let agent = testing::World::new()
            .config("[units]\nmanaged = [\"nginx.service\", \"ssh.service\"]")
            .admin(OWNER, Role::Owner)
            .unit(NGINX, Active::Active)
            .unit("ssh.service", Active::Active)
            .start()
            .await;
        let dir = tempfile::tempdir().unwrap();
        let url = telegram.url();
        let config = format!(
            "telegram.api-url = \"{}\"\ntelegram.poll-seconds = 5\n",
            url.trim_end_matches('/')
        );
        std::fs::write(dir.path().join("config.toml"), config).unwrap();
        let places = Places {
            config: dir.path().join("config.toml"),
            state: dir.path().to_owned(),
            socket: agent.socket(Who::Bot),
            token: telegram.token().to_owned(),
            agent_patience: Duration::from_millis(500),
        };
        let bot = tokio::spawn(async move {
            potion_bot::service::serve(places, || {}, std::future::pending())
                .await
                .unwrap();
        });
        let watch = watch(&agent).await;
        Self {
            telegram,
            agent: Some(agent),
            bot,
            watch,
            _dir: dir,
        }
    }

    /// Kills the agent; until `revive`.
    pub(crate) fn agent(&self) -> &Running {
        self.agent.as_ref().unwrap()
    }

    /// Kills the agent with all it holds, and starts another over the same files.
    pub(crate) async fn restart_agent(&mut self) {
        self.watch.abort();
        let agent = self.agent.take().unwrap().restart().await;
        self.watch = watch(&agent).await;
        self.agent = Some(agent);
    }

    /// Something befalls nginx by itself.
    pub(crate) fn befall(&self, active: Active, sub: &str, result: &str) {
        self.agent()
            .fakes
            .units
            .happen(NGINX, active, sub, result, Cause::Itself);
    }

    pub(crate) fn owner(&self) -> Person {
        self.telegram.person(OWNER)
    }

    pub(crate) fn guest(&self) -> Person {
        self.telegram.person(GUEST)
    }

    /// The agent's own configuration.
    pub(crate) fn agent_config(&self) -> PathBuf {
        self.agent().agent.paths.config.clone()
    }
}

async fn watch(agent: &Running) -> JoinHandle<()> {
    agent.fakes.units.forget_managed();
    let watch = tokio::spawn(incidents::watch(agent.agent.clone()));
    while agent.fakes.units.snapshot_names().is_empty() {
        tokio::task::yield_now().await;
    }
    let units = &agent.fakes.units;
    units.tell(Seen::Snapshot(vec![
        units.state(NGINX),
        units.state("ssh.service"),
    ]));
    watch
}
