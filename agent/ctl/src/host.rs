//! `potionctl host …`.

use clap::{Subcommand, ValueEnum};
use potion_proto::actions::Action;
use potion_proto::host::{Disk, Gauge, Order, Process, Session, Status};

use crate::agent::{Agent, ME};
use crate::output::{bytes, fields, table, word};
use crate::trouble::Trouble;
use crate::when;

/// What can be asked of the machine.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show CPU, memory, disks, temperatures, uptime.
    Status,
    /// Show the top processes.
    Processes {
        /// What they are sorted by.
        #[arg(long, default_value = "cpu")]
        by: By,
        /// How many.
        #[arg(long, short = 'n', default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=50))]
        lines: u32,
    },
    /// Show who is logged in.
    Sessions,
    /// Reboot the machine.
    Reboot,
    /// Power the machine off.
    PowerOff,
}

/// An order of processes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum By {
    /// CPU share.
    Cpu,
    /// Resident memory.
    Memory,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        match self {
            Self::Status => status(agent).await,
            Self::Processes { by, lines } => processes(agent, by, lines).await,
            Self::Sessions => sessions(agent).await,
            Self::Reboot => agent.act(Action::HostReboot).await,
            Self::PowerOff => agent.act(Action::HostPowerOff).await,
        }
    }
}

async fn status(agent: &Agent) -> Result<(), Trouble> {
    let status = agent
        .read(|stub, ctx| async move { stub.host_status(ctx, ME).await })
        .await?;
    agent.output.show(&status, describe)
}

fn describe(status: &Status) -> String {
    let [one, five, fifteen] = status.load;
    let cores: Vec<String> = status
        .cores_percent
        .iter()
        .map(|core| format!("{core:.0}"))
        .collect();
    let hottest = |t: &potion_proto::host::Temperature| format!("{:.0} °C {}", t.celsius, t.sensor);
    let machine = fields(&[
        (
            "Host",
            format!(
                "{}, {}, Linux {}",
                status.name, status.system, status.kernel
            ),
        ),
        (
            "Up",
            format!(
                "{} (since {})",
                when::span(status.uptime_seconds),
                when::show(status.booted)
            ),
        ),
        ("Last boot ended", word(&status.last_boot)),
        (
            "CPU",
            format!("{:.0} % (cores {})", status.cpu_percent, cores.join(" ")),
        ),
        ("Load", format!("{one:.2} {five:.2} {fifteen:.2}")),
        ("Memory", gauge(status.memory)),
        (
            "Swap",
            if status.swap.total == 0 {
                "none".to_owned()
            } else {
                gauge(status.swap)
            },
        ),
        (
            "Temperature",
            status.temperatures.first().map(hottest).unwrap_or_default(),
        ),
        (
            "Reboot pending",
            status
                .reboot
                .as_ref()
                .map(|why| format!("yes {}", why.join(" ")))
                .unwrap_or_default(),
        ),
    ]);
    let rows: Vec<Vec<String>> = status.disks.iter().map(disk).collect();
    format!(
        "{machine}\n{}",
        table(&["MOUNT", "TYPE", "USED", "OF", "%"], &rows)
    )
}

fn gauge(gauge: Gauge) -> String {
    format!(
        "{} of {} ({:.0} %)",
        bytes(gauge.used),
        bytes(gauge.total),
        gauge.percent()
    )
}

fn disk(disk: &Disk) -> Vec<String> {
    if disk.missing {
        return vec![disk.mount.clone(), "not mounted".to_owned()];
    }
    vec![
        disk.mount.clone(),
        disk.kind.clone(),
        bytes(disk.space.used),
        bytes(disk.space.total),
        format!("{:.0}", disk.space.percent()),
    ]
}

async fn processes(agent: &Agent, by: By, limit: u32) -> Result<(), Trouble> {
    let order = match by {
        By::Cpu => Order::Cpu,
        By::Memory => Order::Memory,
    };
    let processes = agent
        .read(|stub, ctx| async move { stub.host_processes(ctx, ME, order, limit).await })
        .await?;
    let row = |process: &Process| {
        vec![
            process.pid.to_string(),
            process.user.clone(),
            format!("{:.1}", process.cpu_percent),
            bytes(process.memory),
            process.unit.clone(),
            process.name.clone(),
        ]
    };
    agent.output.show(&processes, |processes| {
        let rows: Vec<Vec<String>> = processes.iter().map(row).collect();
        table(&["PID", "USER", "CPU %", "MEMORY", "UNIT", "NAME"], &rows)
    })
}

async fn sessions(agent: &Agent) -> Result<(), Trouble> {
    let sessions = agent
        .read(|stub, ctx| async move { stub.host_sessions(ctx, ME).await })
        .await?;
    let row = |session: &Session| {
        vec![
            session.id.clone(),
            session.user.clone(),
            session.service.clone(),
            session.from.clone(),
            session.tty.clone(),
            when::show(session.since),
        ]
    };
    agent.output.show(&sessions, |sessions| {
        let rows: Vec<Vec<String>> = sessions.iter().map(row).collect();
        table(&["ID", "USER", "SERVICE", "FROM", "TTY", "SINCE"], &rows)
    })
}
