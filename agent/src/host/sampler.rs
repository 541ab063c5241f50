//! CPU shares on demand.
//!
//! A share needs two looks. The first call in a while waits a short window; calls that follow within [`USABLE`] compare
//! with the look before, and those within [`FRESH`] get the same answer. Nothing is looked at while nobody asks.

use std::time::Duration;

use potion_proto::host::{Order, Process};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use super::cpu::Counters;
use super::port::HostError;
use super::processes::{self, Earlier};
use super::tree::Tree;

const WINDOW: Duration = Duration::from_millis(200);
const FRESH: Duration = Duration::from_secs(1);
const USABLE: Duration = Duration::from_secs(10);
const STAT: &str = "proc/stat";

/// Shares, 0–100.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shares {
    pub(super) all: f32,
    pub(super) cores: Vec<f32>,
    /// Unix time of the boot in seconds.
    pub(super) booted: i64,
}

/// The looks that were taken last.
#[derive(Default)]
pub(super) struct Sampler {
    cpu: Mutex<Option<(Instant, Counters, Shares)>>,
    processes: Mutex<Option<(Instant, Counters, Earlier)>>,
}

impl Sampler {
    /// Busy shares of late.
    pub(super) async fn cpu(&self, tree: &Tree) -> Result<Shares, HostError> {
        let mut last = self.cpu.lock().await;
        if let Some((at, _, shares)) = &*last
            && at.elapsed() < FRESH
        {
            return Ok(shares.clone());
        }
        let before = match last.take().filter(|(at, ..)| at.elapsed() < USABLE) {
            Some((_, counters, _)) => counters,
            None => self.wait(tree).await?,
        };
        let now = tree.parsed(STAT, Counters::parse)?;
        let shares = Shares {
            all: now.percent(&before),
            cores: now.cores_percent(&before),
            booted: now.booted,
        };
        *last = Some((Instant::now(), now, shares.clone()));
        Ok(shares)
    }

    /// The top processes of late.
    pub(super) async fn processes(
        &self,
        tree: &Tree,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Process>, HostError> {
        let mut last = self.processes.lock().await;
        let usable = |at: &Instant| (WINDOW..USABLE).contains(&at.elapsed());
        let (before, earlier) = match last.take().filter(|(at, ..)| usable(at)) {
            Some((_, counters, earlier)) => (counters, earlier),
            None => {
                let earlier = processes::remember(&processes::stats(tree));
                (self.wait(tree).await?, earlier)
            }
        };
        let now = tree.parsed(STAT, Counters::parse)?;
        let stats = processes::stats(tree);
        let remembered = processes::remember(&stats);
        let cores = u64::try_from(now.cores.len()).unwrap_or(1).max(1);
        let core_ticks = now.since(&before) / cores;
        *last = Some((Instant::now(), now, remembered));
        Ok(processes::top(
            tree, stats, &earlier, core_ticks, order, limit,
        ))
    }

    /// Counters, and then a window's wait.
    async fn wait(&self, tree: &Tree) -> Result<Counters, HostError> {
        let before = tree.parsed(STAT, Counters::parse)?;
        sleep(WINDOW).await;
        Ok(before)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    #[tokio::test]
    async fn the_first_look_waits_and_the_next_is_the_same() {
        let (sampler, tree) = (Sampler::default(), Tree::at("/".into()));
        let first = sampler.cpu(&tree).await.unwrap();
        let begun = Instant::now();
        assert_eq!(sampler.cpu(&tree).await.unwrap(), first);
        assert!(begun.elapsed() < WINDOW && !first.cores.is_empty());
        assert!((0.0..=100.0).contains(&first.all));
    }

    #[tokio::test]
    async fn a_machine_without_proc_is_an_error() {
        let (sampler, tree) = (Sampler::default(), Tree::at("/nowhere".into()));
        assert!(matches!(
            sampler.cpu(&tree).await,
            Err(HostError::Read { .. })
        ));
        assert!(sampler.processes(&tree, Order::Memory, 3).await.is_err());
    }
}
