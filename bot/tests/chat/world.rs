//! A bot, a Telegram and an agent, each to be started, stopped and killed by itself.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use potion_bot::Places;
use potion_proto::admins::Role;
use potion_telegram::{Account, Options, Person, TelegramServer};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::agent::{Agent, Serving, admin};

/// An admin with the role of owner.
pub(crate) const OWNER: i64 = 1001;
/// Another owner.
pub(crate) const SECOND: i64 = 1002;
/// Somebody nobody knows.
pub(crate) const STRANGER: i64 = 6666;

pub(crate) struct World {
    pub(crate) telegram: TelegramServer,
    pub(crate) agent: Agent,
    pub(crate) serving: Option<Serving>,
    bot: Option<(JoinHandle<()>, oneshot::Sender<()>)>,
    dir: TempDir,
    patience: Duration,
}

/// The bot as a process; killed when dropped.
pub(crate) struct Process(Child);

impl Process {
    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Process {
    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.0.id().to_string())
            .status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// No message may be what the catalogue says when it lacks a value.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for id in [OWNER, SECOND, STRANGER] {
            for message in self.telegram.person(id).messages() {
                assert!(
                    !message.text.contains(": {'"),
                    "a value is missing: {}",
                    message.text
                );
            }
        }
    }
}

impl World {
    /// Everything runs; one owner.
    pub(crate) async fn start() -> Self {
        let mut world = Self::prepare("").await;
        world.start_agent();
        world.start_bot();
        world
    }

    /// Telegram runs; agent and bot do not yet. `config` is added to the configuration.
    pub(crate) async fn prepare(config: &str) -> Self {
        let telegram = TelegramServer::start(Options {
            patience: Duration::from_secs(12),
            ..Options::default()
        })
        .await
        .unwrap();
        for (id, name) in [(OWNER, "Budi"), (SECOND, "Sari")] {
            let _person = telegram
                .add(Account::new(id, name).speaking("id"))
                .started();
        }
        let dir = tempfile::tempdir().unwrap();
        let text = format!(
            "telegram.api-url = \"{}\"\ntelegram.poll-seconds = 5\n{config}\n",
            telegram.url().trim_end_matches('/')
        );
        std::fs::write(dir.path().join("config.toml"), text).unwrap();
        std::fs::create_dir(dir.path().join("state")).unwrap();
        let agent = Agent::default();
        agent.script().admins.push(admin(OWNER, Role::Owner));
        Self {
            telegram,
            agent,
            serving: None,
            bot: None,
            dir,
            patience: Duration::from_secs(10),
        }
    }

    /// How long the agent may be gone before the bot says so.
    pub(crate) fn impatient(mut self) -> Self {
        self.patience = Duration::from_millis(300);
        self
    }

    pub(crate) fn start_agent(&mut self) {
        self.serving = Some(self.agent.serve(&self.socket()));
    }

    pub(crate) fn stop_agent(&mut self) {
        self.serving = None;
    }

    pub(crate) fn start_bot(&mut self) {
        let places = Places {
            config: self.path("config.toml"),
            state: self.path("state"),
            socket: self.socket(),
            token: self.telegram.token().to_owned(),
            agent_patience: self.patience,
        };
        let (stop, stopped) = oneshot::channel();
        let bot = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            potion_bot::service::serve(places, || {}, stopped)
                .await
                .unwrap();
        });
        self.bot = Some((bot, stop));
    }

    /// Starts the bot as a process of its own.
    pub(crate) fn start_process(&self) -> Process {
        let secrets = self.path("credentials");
        std::fs::create_dir_all(&secrets).unwrap();
        std::fs::write(
            secrets.join("secrets_telegram-token"),
            format!("{}\n", self.telegram.token()),
        )
        .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_potion-bot"))
            .arg("--config")
            .arg(self.path("config.toml"))
            .arg("--socket")
            .arg(self.socket())
            .env_clear()
            .env("CREDENTIALS_DIRECTORY", secrets)
            .env("STATE_DIRECTORY", self.path("state"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Process(child)
    }

    /// Stops the bot in order.
    pub(crate) async fn stop_bot(&mut self) {
        let (bot, stop) = self.bot.take().unwrap();
        stop.send(()).unwrap();
        bot.await.unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.path("agent.sock")
    }

    pub(crate) fn owner(&self) -> Person {
        self.telegram.person(OWNER)
    }

    pub(crate) fn second(&self) -> Person {
        self.telegram.person(SECOND)
    }

    pub(crate) fn stranger(&self) -> Person {
        self.telegram.person(STRANGER)
    }

    /// Waits until the bot knows the agent's admins.
    pub(crate) async fn settled(&self) {
        self.agent
            .wait_until(|script| script.asked.contains(&"host_status"))
            .await;
    }
}

/// The exit code of `potion-bot --check FILE`.
pub(crate) fn config_check(file: &std::path::Path) -> Option<i32> {
    let check = Command::new(env!("CARGO_BIN_EXE_potion-bot"))
        .arg("--check")
        .arg(file)
        .output();
    check.unwrap().status.code()
}
