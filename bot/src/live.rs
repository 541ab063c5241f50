//! The configuration and the catalogue in force.
//!
//! The file is looked at (one `stat`) when something happens, at most once a second, and loaded anew when it
//! has changed: a watcher would wake an idle bot for edits that nobody waits for. A file that does not load
//! leaves what was in force, and the journal says what is wrong with it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use potion_config::{Catalogue, Config, ConfigError, Language};

use tokio::sync::Notify;

use crate::words::Words;

/// How long a look at the file holds.
const LOOK: Duration = Duration::from_secs(1);

/// A file's size and time; None while it is absent.
type Mark = Option<(u64, SystemTime)>;

/// What is in force; replaced as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    pub(crate) config: Config,
    pub(crate) catalogue: Arc<Catalogue>,
}

#[derive(Debug)]
struct Current {
    loaded: Arc<Loaded>,
    mark: Mark,
    looked: Instant,
}

/// The file and what is in force.
#[derive(Debug)]
pub(crate) struct Live {
    path: PathBuf,
    current: Mutex<Current>,
    changed: Notify,
}

impl Live {
    /// Loads the file. Errors: as the loader's.
    pub(crate) fn load(path: &Path) -> Result<Self, ConfigError> {
        let mark = mark(path);
        let loaded = Arc::new(read(path)?);
        Ok(Self {
            path: path.to_owned(),
            current: Mutex::new(Current {
                loaded,
                mark,
                looked: Instant::now(),
            }),
            changed: Notify::new(),
        })
    }

    /// Waits until another configuration is in force.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// What is in force now.
    pub(crate) fn now(&self) -> Arc<Loaded> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() >= LOOK {
            current.looked = Instant::now();
            self.look(&mut current);
        }
        Arc::clone(&current.loaded)
    }

    /// Looks at the file at once.
    pub(crate) fn refresh(&self) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        self.look(&mut current);
    }

    fn look(&self, current: &mut Current) {
        let mark = mark(&self.path);
        if mark == current.mark {
            return;
        }
        current.mark = mark;
        match read(&self.path) {
            Ok(loaded) => {
                current.loaded = Arc::new(loaded);
                self.changed.notify_one();
                tracing::info!("the configuration was loaded anew");
            }
            Err(error) => {
                tracing::error!(%error, "the changed configuration does not load; the old one stays")
            }
        }
    }
}

impl Loaded {
    /// The words of a language, or of the configuration's when a person chose none.
    pub(crate) fn words(&self, language: Option<Language>) -> Words {
        Words::new(
            Arc::clone(&self.catalogue),
            language.unwrap_or(self.config.language()),
        )
    }
}

fn read(path: &Path) -> Result<Loaded, ConfigError> {
    let config = Config::load(path)?;
    let catalogue =
        Catalogue::new(&config)?.reporting_to(|fault| tracing::error!(%fault, "catalogue"));
    Ok(Loaded {
        config,
        catalogue: Arc::new(catalogue),
    })
}

fn mark(path: &Path) -> Mark {
    let found = std::fs::metadata(path).ok()?;
    Some((found.len(), found.modified().ok()?))
}
