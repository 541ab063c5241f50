//! The whole path in one lab machine: the .deb installed, real systemd, the bot talking to a Bot API
//! stand-in that this process serves inside the machine's own network.

use std::path::Path;
use std::time::Duration;

use potion_telegram::{Account, Options, TelegramServer};

use crate::lab::{LabError, Machine, Suite};
use crate::package::{self, PackageError};

/// The stand-in's port inside the machine.
pub const TELEGRAM_PORT: u16 = 8081;
/// The bot's token, accepted by the stand-in alone.
pub const TOKEN: &str = "7000000001:AAPotionStandInTokenThatOpensNothing00";
/// The owner's Telegram user id.
pub const OWNER: i64 = 1001;
/// A viewer's.
pub const VIEWER: i64 = 1002;
/// Somebody whom nobody knows.
pub const STRANGER: i64 = 6666;

const CONFIG: &str = r#"# Written by the lab.
[telegram]
api-url = "http://127.0.0.1:8081"

[[admins]]
id = 1001
role = "owner"
name = "Budi"
language = "id"

[[admins]]
id = 1002
role = "viewer"
name = "Sari"
language = "en"

# The host is shared with compilers; its load is no news.
[thresholds]
load-per-core = 64.0

[units]
managed = ["nginx.service", "ssh.service", "fail2ban.service", "cron.service"]
"#;

/// How long the programs may take to come up.
const START: Duration = Duration::from_secs(30);

/// Why there is no stack.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// The machine.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// The package.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The stand-in.
    #[error(transparent)]
    Telegram(#[from] potion_telegram::StartError),
    /// A socket.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// A machine with everything running.
pub struct Stack {
    /// The stand-in; people are [`OWNER`], [`VIEWER`] and [`STRANGER`].
    pub telegram: TelegramServer,
    /// The machine.
    pub machine: Machine,
}

impl Stack {
    /// Boots `suite` with the package under test and waits until bot and agent are up.
    ///
    /// # Errors
    /// When any part of it cannot be had.
    ///
    /// # Panics
    /// Outside a tokio runtime, or when a daemon does not come up.
    pub fn boot(suite: Suite) -> Result<Self, StackError> {
        Self::boot_with(suite, "")
    }

    /// As [`Stack::boot`], with more lines at the end of config.toml.
    ///
    /// # Errors
    /// When any part of it cannot be had.
    ///
    /// # Panics
    /// Outside a tokio runtime, or when a daemon does not come up.
    pub fn boot_with(suite: Suite, config: &str) -> Result<Self, StackError> {
        let deb = package::deb()?;
        let machine = Machine::of(suite).disk("/mnt/dre", 64).boot()?;
        let telegram = serve_telegram(&machine)?;
        install(&machine, &deb, config);
        Ok(Self { telegram, machine })
    }

    /// Enrols an authenticator for the owner through potionctl, as setup does; returns the secret.
    #[must_use]
    pub fn enrol(&self) -> String {
        crate::authenticator::enrol(&self.machine, OWNER)
    }
}

/// Serves the stand-in on the machine's own loopback.
///
/// # Errors
/// When the port cannot be had.
///
/// # Panics
/// Outside a tokio runtime.
pub fn serve_telegram(machine: &Machine) -> Result<TelegramServer, StackError> {
    let listener = machine.listen(TELEGRAM_PORT)?;
    let options = Options {
        token: TOKEN.to_owned(),
        people: people(),
        ..Options::default()
    };
    Ok(TelegramServer::serve(listener, options)?)
}

fn people() -> Vec<Account> {
    vec![
        Account::new(OWNER, "Budi").speaking("id").labelled("Owner"),
        Account::new(VIEWER, "Sari")
            .speaking("en")
            .labelled("Viewer"),
        Account::new(STRANGER, "Mallory")
            .speaking("en")
            .labelled("Stranger"),
    ]
}

/// Installs the package with its configuration and token, and waits for both daemons.
pub fn install(machine: &Machine, deb: &Path, config: &str) {
    machine.write("/etc/potion/config.toml", format!("{CONFIG}{config}"));
    let _ = machine.install(deb).ok();
    machine.write("/etc/potion/secrets/telegram-token", TOKEN);
    let _ = machine
        .run(["chmod", "600", "/etc/potion/secrets/telegram-token"])
        .ok();
    let _ = machine
        .run(["systemctl", "restart", "potiond.service"])
        .ok();
    let _ = machine
        .run(["systemctl", "restart", "potion-bot.service"])
        .ok();
    for unit in ["potiond.service", "potion-bot.service"] {
        machine.wait_until(unit, START, |machine| {
            (machine.property(unit, "ActiveState") == "active").then_some(())
        });
    }
}
