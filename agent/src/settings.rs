//! Keys of config.toml: listed, planned, changed.
//!
//! The file is changed as text, so comments and order stay; it is written beside itself, synced and
//! renamed, so a reader sees the old one or the new one. The change is in force in the agent at once;
//! the bot reads the file again when it changes.

mod file;
mod stamp;

use std::path::Path;
use std::sync::Arc;

use potion_config::{Config, ConfigError, Scope};
use potion_proto::actions::{Applied, Effect};
use potion_proto::names::SettingKey;
use potion_proto::settings::{Applies, Setting};
use potion_proto::{Code, Failure};

pub(crate) use stamp::Stamp;

use crate::agent::Agent;
use crate::plans::Approved;
use crate::policy::View;

/// Every key with its value.
///
/// # Errors
/// None of its own.
#[expect(
    clippy::unused_async,
    reason = "one shape for all that the service calls"
)]
pub async fn list(agent: &Arc<Agent>, _by: &View) -> Result<Vec<Setting>, Failure> {
    let (config, defaults) = (agent.config(), Config::default());
    let settings = potion_config::keys().filter_map(|key| {
        Some(Setting {
            key: SettingKey::new(key.name).ok()?,
            value: config.value(key.name)?,
            default: defaults.value(key.name)?,
            doc: key.doc.trim().to_owned(),
            local: key.scope == Scope::Local,
            applies: applies(key.applies),
        })
    });
    Ok(settings.collect())
}

/// What a change would do; None takes the key out of the file.
pub(crate) fn effects(
    agent: &Agent,
    key: &SettingKey,
    value: Option<&String>,
) -> Result<Vec<Effect>, Failure> {
    let (_, after) = changed(&agent.paths.config, key, value.map(String::as_str))?;
    let now = |config: &Config| config.value(key.as_str()).unwrap_or_default();
    Ok(vec![
        Effect::Changes {
            from: now(&agent.config()),
            to: now(&after),
        },
        Effect::Applies(when(key)),
    ])
}

/// Sets a key.
pub(crate) async fn set(
    agent: &Arc<Agent>,
    _by: &Approved,
    key: &SettingKey,
    value: &str,
) -> Result<Applied, Failure> {
    change(agent, key, Some(value)).await
}

/// Takes a key out of the file.
pub(crate) async fn unset(
    agent: &Arc<Agent>,
    _by: &Approved,
    key: &SettingKey,
) -> Result<Applied, Failure> {
    change(agent, key, None).await
}

async fn change(
    agent: &Arc<Agent>,
    key: &SettingKey,
    value: Option<&str>,
) -> Result<Applied, Failure> {
    let path = agent.paths.config.clone();
    let (text, after) = changed(&path, key, value)?;
    let write = tokio::task::spawn_blocking(move || file::replace(&path, &text));
    write
        .await
        .map_err(|_| crate::session::defect("settings"))?
        .map_err(|error| no_file(&error))?;
    agent.config_stamp.moved(&agent.paths.config);
    agent.put_config(after);
    Ok(Applied::Setting(when(key)))
}

/// Reads the file again, as SIGHUP asks. A file that is wrong leaves the old configuration in force.
pub(crate) fn reload_and_say(agent: &Agent) {
    match Config::load(&agent.paths.config) {
        Ok(config) => {
            agent.put_config(config);
            tracing::info!("config.toml was read again");
        }
        Err(error) => tracing::error!(%error, "config.toml is wrong; the old one stays in force"),
    }
}

/// Reads the file again if somebody wrote it since it was last read: an owner with an editor need not
/// tell the agent. One look at the file's metadata.
pub(crate) fn follow(agent: &Agent) {
    if agent.config_stamp.moved(&agent.paths.config) {
        reload_and_say(agent);
    }
}

/// The file's text with the change, and what it would mean. What others wrote into it is kept.
fn changed(
    path: &Path,
    key: &SettingKey,
    value: Option<&str>,
) -> Result<(String, Config), Failure> {
    let before = file::read(path).map_err(|error| no_file(&error))?;
    let text = match value {
        Some(value) => potion_config::edit::set(&before, key.as_str(), value),
        None => potion_config::edit::unset(&before, key.as_str()),
    };
    let refused = |error: ConfigError| invalid(key, &error);
    let text = text.map_err(refused)?;
    let config = Config::parse(&text, &path.display().to_string()).map_err(refused)?;
    Ok((text, config))
}

fn when(key: &SettingKey) -> Applies {
    potion_config::key(key.as_str()).map_or(Applies::Now, |key| applies(key.applies))
}

fn applies(word: potion_config::Applies) -> Applies {
    match word {
        potion_config::Applies::Live => Applies::Now,
        potion_config::Applies::Restart(unit) => Applies::AfterRestart(unit.to_owned()),
    }
}

fn invalid(key: &SettingKey, error: &ConfigError) -> Failure {
    let code = match error {
        ConfigError::UnknownKey { .. } => Code::NotFound,
        _ => Code::Invalid,
    };
    Failure::new(code, key.as_str(), error.to_string())
}

fn no_file(error: &std::io::Error) -> Failure {
    let code = match error.kind() {
        std::io::ErrorKind::StorageFull => Code::DiskFull,
        _ => Code::Unavailable,
    };
    let sentence = format!("config.toml cannot be read or written: {error}");
    Failure::new(code, "/etc/potion", sentence)
}
