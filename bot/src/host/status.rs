//! One look at the machine, with a mark on every number that passes its threshold.

use potion_config::Thresholds;
use potion_proto::actions::Action;
use potion_proto::admins::Role;
use potion_proto::host::{BootReason, Disk, Gauge, Order, Status};
use serde::Serialize;

use super::Go;
use crate::clock::now_seconds;
use crate::go;
use crate::screen::{Button, Screen};
use crate::words::Words;

/// Cores in a row.
const CORES_A_ROW: usize = 2;

/// What `status-screen` names; times in Unix seconds, sizes in bytes, shares 0 to 100.
#[derive(Serialize)]
struct Values<'a> {
    name: &'a str,
    system: &'a str,
    /// How many things want a look.
    attention: usize,
    cpu: f32,
    cores: Vec<Vec<Core>>,
    load: [f32; 3],
    load_hot: bool,
    memory: Space,
    swap: Space,
    temperature: Option<Heat>,
    disks: Vec<Mount<'a>>,
    uptime: u64,
    booted: i64,
    clean: bool,
    unclean: bool,
    reboot: bool,
    packages: &'a [String],
    at: i64,
}

#[derive(Serialize)]
struct Core {
    number: usize,
    percent: f32,
}

#[derive(Serialize)]
struct Space {
    used: u64,
    total: u64,
    percent: f32,
    hot: bool,
}

#[derive(Serialize)]
struct Heat {
    celsius: f32,
    hot: bool,
}

#[derive(Serialize)]
struct Mount<'a> {
    path: &'a str,
    percent: f32,
    free: u64,
    total: u64,
    hot: bool,
    missing: bool,
}

/// The screen; reboot and power off for the owner alone.
pub(super) fn screen(words: &Words, status: &Status, limits: &Thresholds, role: Role) -> Screen {
    let go = |key: &str, go| Button::to(words.label(key), go::Go::Host(go));
    let here = go::Go::Host(Go::Status);
    let act = |key: &str, action| Button::to(words.label(key), go::Go::act(action, here.clone()));
    let dangerous = (role >= Role::Owner).then(|| {
        [
            act("button-reboot", Action::HostReboot),
            act("button-power-off", Action::HostPowerOff),
        ]
    });
    Screen::new(words.html("status-screen", values(status, limits)))
        .row([
            go("button-processes", Go::Processes(Order::Cpu)),
            go("button-sessions", Go::Sessions),
        ])
        .row(dangerous.into_iter().flatten())
        .refresh_back(words, here.clone(), go::Go::Menu)
}

fn values<'a>(status: &'a Status, limits: &Thresholds) -> Values<'a> {
    let mut values = Values {
        name: &status.name,
        system: &status.system,
        attention: 0,
        cpu: status.cpu_percent,
        cores: cores(&status.cores_percent),
        load: status.load,
        load_hot: is_loaded(status, limits),
        memory: space(status.memory, limits.memory_percent()),
        swap: space(status.swap, limits.swap_percent()),
        temperature: hottest(status, limits),
        disks: status
            .disks
            .iter()
            .map(|disk| mount(disk, limits.disk_percent()))
            .collect(),
        uptime: status.uptime_seconds,
        booted: status.booted.seconds(),
        clean: status.last_boot == BootReason::Clean,
        unclean: status.last_boot == BootReason::Unclean,
        reboot: status.reboot.is_some(),
        packages: status.reboot.as_deref().unwrap_or_default(),
        at: now_seconds(),
    };
    values.attention = attention(&values);
    values
}

fn attention(values: &Values<'_>) -> usize {
    let heat = values.temperature.as_ref().is_some_and(|heat| heat.hot);
    let marks = [
        values.load_hot,
        values.memory.hot,
        values.swap.hot,
        heat,
        values.reboot,
    ];
    let disks = values
        .disks
        .iter()
        .filter(|disk| disk.hot || disk.missing)
        .count();
    marks.into_iter().filter(|mark| *mark).count() + disks
}

fn cores(percents: &[f32]) -> Vec<Vec<Core>> {
    let cores: Vec<(usize, f32)> = percents.iter().copied().enumerate().collect();
    let core = |&(index, percent): &(usize, f32)| Core {
        number: index + 1,
        percent,
    };
    cores
        .chunks(CORES_A_ROW)
        .map(|pair| pair.iter().map(core).collect())
        .collect()
}

/// The middle one of the three averages, as the watch over the threshold reads it.
fn is_loaded(status: &Status, limits: &Thresholds) -> bool {
    let cores = u32::try_from(status.cores_percent.len())
        .unwrap_or(1)
        .max(1);
    f64::from(status.load[1]) / f64::from(cores) >= limits.load_per_core()
}

fn space(gauge: Gauge, limit: u32) -> Space {
    let percent = gauge.percent();
    Space {
        used: gauge.used,
        total: gauge.total,
        percent,
        hot: is_over(percent, limit),
    }
}

fn mount(disk: &Disk, limit: u32) -> Mount<'_> {
    let percent = disk.space.percent();
    Mount {
        path: &disk.mount,
        percent,
        free: disk.space.total.saturating_sub(disk.space.used),
        total: disk.space.total,
        hot: !disk.missing && is_over(percent, limit),
        missing: disk.missing,
    }
}

fn hottest(status: &Status, limits: &Thresholds) -> Option<Heat> {
    let celsius = status.temperatures.first()?.celsius;
    Some(Heat {
        celsius,
        hot: is_over(celsius, limits.temperature_celsius()),
    })
}

fn is_over(value: f32, limit: u32) -> bool {
    f64::from(value) >= f64::from(limit)
}

#[cfg(test)]
mod tests {
    use potion_config::Config;
    use potion_proto::host::Temperature;
    use potion_proto::time::Timestamp;

    use super::*;
    use crate::samples::{english, indonesian, labels};

    const GB: u64 = 1_000_000_000;

    fn status() -> Status {
        Status {
            name: "potion".to_owned(),
            system: "Debian GNU/Linux 12 (bookworm)".to_owned(),
            kernel: "6.1.0".to_owned(),
            booted: Timestamp(1_763_800_000_000),
            uptime_seconds: 93_600,
            last_boot: BootReason::Unclean,
            cpu_percent: 31.0,
            cores_percent: vec![50.0, 12.0, 0.0],
            load: [0.4, 0.3, 0.2],
            memory: Gauge {
                used: 3 * GB,
                total: 4 * GB,
            },
            swap: Gauge::default(),
            temperatures: vec![Temperature {
                sensor: "Package <0>".to_owned(),
                celsius: 91.0,
            }],
            disks: vec![
                disk("/", 95, false),
                disk("/mnt/dre", 0, true),
                disk("/srv/<b>", 10, false),
            ],
            reboot: Some(vec!["linux-image-amd64".to_owned()]),
        }
    }

    fn disk(mount: &str, used: u64, missing: bool) -> Disk {
        let space = Gauge {
            used: used * GB,
            total: 100 * GB,
        };
        Disk {
            mount: mount.to_owned(),
            kind: "ext4".to_owned(),
            space,
            missing,
        }
    }

    fn shown(words: &Words, role: Role) -> Screen {
        screen(words, &status(), Config::default().thresholds(), role)
    }

    #[test]
    fn every_number_that_passes_its_threshold_is_marked_and_counted() {
        let html = shown(&indonesian(), Role::Viewer).html;
        assert!(html.contains("4 perlu perhatian"), "{html}");
        assert!(html.contains("▓░  95%"), "{html}");
        assert!(html.contains("belum terpasang"), "{html}");
        assert!(html.contains("linux-image-amd64"), "{html}");
        assert!(!html.contains("Swap"), "no swap, no line: {html}");
    }

    #[test]
    fn names_of_mounts_are_no_markup() {
        let html = shown(&english(), Role::Viewer).html;
        assert!(
            html.contains("/srv/&lt;b&gt;") && !html.contains("/srv/<b>"),
            "{html}"
        );
    }

    #[test]
    fn only_the_owner_is_offered_to_reboot() {
        assert!(
            labels(&shown(&english(), Role::Owner))
                .iter()
                .any(|label| label.contains("Reboot"))
        );
        assert!(
            !labels(&shown(&english(), Role::Operator))
                .iter()
                .any(|label| label.contains("Reboot"))
        );
    }

    #[test]
    fn a_calm_machine_needs_no_attention() {
        let calm = Status {
            disks: vec![disk("/", 10, false)],
            temperatures: vec![],
            reboot: None,
            ..status()
        };
        let html = screen(
            &indonesian(),
            &calm,
            Config::default().thresholds(),
            Role::Viewer,
        )
        .html;
        assert!(
            !html.contains("perlu perhatian") && !html.contains("°"),
            "{html}"
        );
    }
}
