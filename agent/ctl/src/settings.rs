//! `potionctl config …`.

use std::path::PathBuf;

use clap::Subcommand;
use potion_config::Config;
use potion_proto::actions::Action;
use potion_proto::names::SettingKey;
use potion_proto::settings::{Applies, Setting};

use crate::agent::{Agent, ME};
use crate::output::table;
use crate::trouble::Trouble;

/// What can be asked of the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List every key with its value.
    List,
    /// Show one key's value.
    Get {
        /// The key, such as `thresholds.disk-percent`.
        key: SettingKey,
    },
    /// Change a key; comments in the file stay.
    Set {
        /// The key.
        key: SettingKey,
        /// The value; several for a list are separated by commas.
        value: String,
    },
    /// Take a key out of the file, back to its default.
    Unset {
        /// The key.
        key: SettingKey,
    },
    /// Check the file as both daemons do when they start.
    Check {
        /// The file.
        #[arg(default_value = "/etc/potion/config.toml")]
        file: PathBuf,
    },
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        match self {
            Self::List => list(agent).await,
            Self::Get { key } => get(agent, &key).await,
            Self::Set { key, value } => agent.change(Action::SettingSet(key, value)).await,
            Self::Unset { key } => agent.change(Action::SettingUnset(key)).await,
            Self::Check { file } => check(agent, &file),
        }
    }
}

impl Agent {
    async fn change(&self, action: Action) -> Result<(), Trouble> {
        match self.apply(action).await? {
            potion_proto::actions::Applied::Setting(applies) => {
                self.output.say(&applies, &describe(&applies))
            }
            other => self.output.say(&other, "Done."),
        }
    }
}

/// When a change takes effect, as a sentence.
pub(crate) fn describe(applies: &Applies) -> String {
    match applies {
        Applies::Now => "It applies at once.".to_owned(),
        Applies::AfterRestart(unit) => {
            format!("It applies after `sudo systemctl restart {unit}`.")
        }
    }
}

async fn settings(agent: &Agent) -> Result<Vec<Setting>, Trouble> {
    agent
        .read(|stub, ctx| async move { stub.setting_list(ctx, ME).await })
        .await
}

async fn list(agent: &Agent) -> Result<(), Trouble> {
    let settings = settings(agent).await?;
    let row = |setting: &Setting| {
        let changed = if setting.value == setting.default {
            ""
        } else {
            "*"
        };
        let value = format!("{}{changed}", shorten(&setting.value));
        vec![setting.key.to_string(), value, setting.doc.clone()]
    };
    agent.output.show(&settings, |settings| {
        let rows: Vec<Vec<String>> = settings.iter().map(row).collect();
        table(&["KEY", "VALUE", "MEANING"], &rows)
    })
}

/// A long list would push every meaning off the screen; `config get` shows it whole.
fn shorten(value: &str) -> String {
    const COLUMNS: usize = 40;
    if value.chars().count() <= COLUMNS {
        return value.to_owned();
    }
    let head: String = value.chars().take(COLUMNS - 1).collect();
    format!("{head}…")
}

async fn get(agent: &Agent, key: &SettingKey) -> Result<(), Trouble> {
    let settings = settings(agent).await?;
    match settings.iter().find(|setting| setting.key == *key) {
        Some(setting) => agent.output.show(setting, |setting| setting.value.clone()),
        None => Err(Trouble::Usage(format!(
            "there is no key `{key}`: see `potionctl config list`"
        ))),
    }
}

fn check(agent: &Agent, file: &std::path::Path) -> Result<(), Trouble> {
    let config = Config::load(file)?;
    potion_config::Catalogue::new(&config)?;
    agent
        .output
        .say(&file, &format!("{} is fine.", file.display()))
}
