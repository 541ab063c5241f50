//! Numbers that pass a threshold, and come back.
//!
//! A number is over from its threshold on, and back only when it is a margin below: one that trembles around its
//! threshold is one incident. The look is a handful of small reads every `thresholds.check-seconds`.

use std::collections::HashSet;
use std::sync::Arc;

use potion_config::Config;
use potion_proto::incidents::Gauge;

use super::port::Readings;
use super::roots;
use crate::agent::Agent;
use crate::incidents;

/// Points of a percentage below the threshold.
const MARGIN_PERCENT: f32 = 3.0;
const MARGIN_CELSIUS: f32 = 5.0;
/// Of the threshold.
const MARGIN_LOAD_SHARE: f32 = 0.2;

/// One number beside its threshold.
#[derive(Clone, Debug, PartialEq)]
struct Reading {
    gauge: Gauge,
    value: f32,
    limit: f32,
    margin: f32,
    /// The number for people.
    shown: String,
}

/// What is over.
#[derive(Debug, Default)]
struct Over(HashSet<Gauge>);

impl Over {
    /// Whether the number counts as over after this look.
    fn weigh(&mut self, reading: &Reading) -> bool {
        let was = self.0.contains(&reading.gauge);
        let bar = if was {
            reading.limit - reading.margin
        } else {
            reading.limit
        };
        let over = reading.value >= bar;
        if over {
            self.0.insert(reading.gauge.clone());
        } else {
            self.0.remove(&reading.gauge);
        }
        over
    }
}

/// Looks for ever.
pub async fn watch(agent: Arc<Agent>) {
    let mut over = Over::default();
    let mut config = agent.config_changes();
    loop {
        look(&agent, &mut over).await;
        let pause = config.borrow_and_update().thresholds().check();
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            Ok(()) = config.changed() => {}
        }
    }
}

async fn look(agent: &Arc<Agent>, over: &mut Over) {
    let root = roots::root(agent).await;
    let readings = match agent.host.readings(&root) {
        Ok(readings) => readings,
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the machine's numbers cannot be read"
            );
            return;
        }
    };
    for reading in compare(&readings, &agent.config()) {
        let is_over = over.weigh(&reading);
        incidents::gauge(agent, reading.gauge, reading.shown, is_over).await;
    }
}

fn compare(readings: &Readings, config: &Config) -> Vec<Reading> {
    let limits = config.thresholds();
    let disks = readings.disks.iter().filter(|disk| !disk.missing);
    let disks = disks.map(|disk| {
        share(
            Gauge::Disk(disk.mount.clone()),
            disk.space.percent(),
            limits.disk_percent(),
        )
    });
    let mut found = disks.collect::<Vec<_>>();
    found.push(share(
        Gauge::Memory,
        readings.memory_percent,
        limits.memory_percent(),
    ));
    found.push(share(
        Gauge::Swap,
        readings.swap_percent,
        limits.swap_percent(),
    ));
    found.extend(readings.celsius.map(|celsius| Reading {
        gauge: Gauge::Temperature,
        value: celsius,
        limit: number(limits.temperature_celsius()),
        margin: MARGIN_CELSIUS,
        shown: format!("{celsius:.0} °C"),
    }));
    found.push(load(readings.load_per_core, limits.load_per_core()));
    found
}

fn share(gauge: Gauge, percent: f32, limit: u32) -> Reading {
    let (limit, margin) = (number(limit), MARGIN_PERCENT);
    Reading {
        gauge,
        value: percent,
        limit,
        margin,
        shown: format!("{percent:.0} %"),
    }
}

fn load(per_core: f32, limit: f64) -> Reading {
    #[expect(clippy::cast_possible_truncation, reason = "a load needs no 24 bits")]
    let limit = limit as f32;
    Reading {
        gauge: Gauge::Load,
        value: per_core,
        limit,
        margin: limit * MARGIN_LOAD_SHARE,
        shown: format!("{per_core:.2}"),
    }
}

fn number(limit: u32) -> f32 {
    f32::from(u16::try_from(limit).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use potion_proto::host::{Disk, Gauge as Space};

    use super::*;

    #[test]
    fn a_number_that_trembles_around_its_threshold_is_over_once() {
        let mut over = Over::default();
        let looks = [89.0, 90.0, 88.0, 91.0, 87.5, 86.9, 89.9];
        let seen = looks.map(|value| over.weigh(&share(Gauge::Memory, value, 90)));
        assert_eq!(seen, [false, true, true, true, true, false, false]);
    }

    #[test]
    fn every_number_has_its_threshold_and_a_missing_disk_none() {
        let disk = |mount: &str, used, missing| Disk {
            mount: mount.to_owned(),
            kind: "ext4".to_owned(),
            space: Space { used, total: 100 },
            missing,
        };
        let readings = Readings {
            memory_percent: 50.0,
            swap_percent: 0.0,
            celsius: Some(99.0),
            load_per_core: 1.5,
            disks: vec![disk("/", 95, false), disk("/mnt/dre", 0, true)],
        };
        let mut over = Over::default();
        let found = compare(&readings, &Config::default());
        let found = found
            .iter()
            .filter(|reading| over.weigh(reading))
            .map(|reading| &reading.gauge);
        let found = found.collect::<Vec<_>>();
        assert_eq!(found, [&Gauge::Disk("/".to_owned()), &Gauge::Temperature]);
    }
}
