//! The state behind one lock, and the version number that wakes whoever waits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::options::Options;
use crate::world::World;

/// Everything a server's tasks share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    world: Mutex<World>,
    version: watch::Sender<u64>,
}

impl Shared {
    pub(crate) fn new(options: Options) -> Arc<Self> {
        let world = Mutex::new(World::new(&options));
        Arc::new(Self {
            options,
            world,
            version: watch::Sender::new(0),
        })
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the world under a new version number, then wakes all waiters.
    pub(crate) fn change<R>(&self, act: impl FnOnce(&mut World) -> R) -> R {
        let mut world = self.lock();
        world.version += 1;
        let result = act(&mut world);
        self.version.send_replace(world.version);
        result
    }

    /// Looks without changing.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&World) -> R) -> R {
        look(&self.lock())
    }

    /// Looks at the world now and after each change until `look` finds something.
    pub(crate) async fn until<R>(&self, mut look: impl FnMut(&World) -> Option<R>) -> R {
        let mut version = self.version.subscribe();
        loop {
            version.mark_unchanged();
            if let Some(found) = self.read(&mut look) {
                return found;
            }
            if version.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}
