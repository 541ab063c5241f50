//! The lab: real booted Debian machines for tests, the demo and the benchmarks.
//!
//! A [`Machine`] is a systemd-nspawn container with its own systemd, journald, D-Bus, logind, nginx, sshd and fail2ban, over an
//! image that mmdebstrap builds once (about 20 s, kept in `$POTION_LAB_CACHE` or `/var/cache/potion-lab`). It boots in about a second,
//! has no network but its own loopback, and is gone, with all its processes, mounts and cgroups, when the value is dropped or its
//! process dies. Needs root; host programs are installed by [`crate::tools`]. Machines do not disturb each other, so tests may
//! boot one each; a test that only looks can share one.
//!
//! ```no_run
//! use std::time::Duration;
//! use potion_tests::lab::{Fixture, Machine, Repository, Suite};
//!
//! let machine = Machine::boot(Suite::Bookworm)?;
//! // Commands: as root, as somebody else, as a line of shell. `ok()` is the text, and panics with everything said otherwise.
//! assert_eq!(machine.run(["systemctl", "is-active", "nginx.service"]).ok(), "active");
//! let denied = machine.run_as("nobody", ["cat", "/etc/shadow"]);
//! assert!(denied.fails_with(1).contains("Permission denied"));
//! // Files.
//! machine.write("/etc/potion/config.toml", "# mine\n");
//! assert!(machine.read_text("/etc/potion/config.toml").contains("mine"));
//! // Units: kill one, wait for what follows, read its lines.
//! machine.kill_pid(machine.main_pid("nginx.service"));
//! machine.wait_until("nginx has failed", Duration::from_secs(5), |machine| {
//!     (machine.property("nginx.service", "ActiveState") == "failed").then_some(())
//! });
//! assert!(machine.journal("nginx.service").contains("code=killed"));
//! // Packages: install 1.0, publish 1.1; the machine is outdated now.
//! let repository = Repository::new(&machine);
//! repository.publish(&Fixture::new("potion-fixture", "1.0")).refresh();
//! let _ = machine.run(["apt-get", "-y", "install", "potion-fixture"]).ok();
//! repository.publish(&Fixture::new("potion-fixture", "1.1")).refresh();
//! // Network: this process serves a port of the machine, here for the Telegram stand-in …
//! let telegram = machine.listen(8081)?;
//! // … and the host reaches a server inside.
//! let address = machine.forward(([127, 0, 0, 1], 0).into(), 80)?;
//! // Power.
//! machine.reboot()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | to | call |
//! | --- | --- |
//! | boot with more packages or a disk for `files.root` | `Machine::of(suite).packages(&["monit"]).disk("/mnt/dre", 64).boot()` |
//! | install the package under test | `machine.install(&`[`package::deb`](crate::package::deb)`()?).ok()`; for an upgrade [`package::deb_of_version`](crate::package::deb_of_version) |
//! | run to the end | [`run`](Machine::run), [`run_as`](Machine::run_as), [`shell`](Machine::shell), [`feed`](Machine::feed) (with input) |
//! | leave running, or stream | [`command`](Machine::command), a `std::process::Command` |
//! | look at a unit | [`property`](Machine::property), [`main_pid`](Machine::main_pid), [`journal`](Machine::journal) |
//! | reboot; pull the plug | [`reboot`](Machine::reboot), or [`rebooted`](Machine::rebooted) when the product asked for it; [`cut_power`](Machine::cut_power), [`power_on`](Machine::power_on) |
//! | sockets inside, owned by the test | [`listen`](Machine::listen), [`connect`](Machine::connect), [`in_network`](Machine::in_network), [`netns_path`](Machine::netns_path) |
//! | an upgrade that hangs, fails, asks | [`Fixture::held_until`], [`Fixture::failing`], [`Fixture::conffile`] |
//! | security updates | [`Repository::security`] |
//!
//! All calls block; in a tokio test use the multi-thread flavour. Everything a machine writes is in memory (4 GiB at most).
//!
//! Does not: emulate Ubuntu (its packages cannot be had), limit memory by cgroup (the host's hierarchy may be v1), or give a machine
//! a network beyond loopback.

mod boot;
mod cgroup;
mod image;
mod inside;
mod machine;
mod network;
mod output;
mod reaper;
mod repository;
mod sources;
mod storage;
mod suite;
pub mod wait;

use std::time::Duration;

pub use machine::{Builder, Machine};
pub use output::Output;
pub use repository::{Fixture, Repository};
pub use suite::Suite;

/// Why a machine could not be had or kept.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// A host program is missing and could not be installed.
    #[error(transparent)]
    Tool(#[from] crate::tools::ToolError),
    /// A file, process or socket of the host.
    #[error("the lab cannot use this host: {0}")]
    Io(#[from] std::io::Error),
    /// A mount or a signal was refused.
    #[error("the lab needs root and mounts: {0}")]
    System(#[from] nix::Error),
    /// A program of the host failed.
    #[error("{0} failed: {1}")]
    Host(String, String),
    /// apt on the host knows no Debian mirror.
    #[error("apt on this host has no repository of its own release `{0}` to take a mirror from")]
    NoMirror(String),
    /// mmdebstrap failed; its log follows.
    #[error("the image of {0:?} could not be built:\n{1}")]
    Image(Suite, String),
    /// nspawn or systemd did not come up; the console's end follows.
    #[error("the machine did not boot: {0}\n{1}")]
    Boot(String, String),
    /// systemd came up in another state than `running` or `degraded`.
    #[error("the machine is `{0}`, neither running nor degraded")]
    State(String),
    /// It was to go down and did not.
    #[error("the machine is still up after {0:?}")]
    StillUp(Duration),
    /// It was to reboot, and is off.
    #[error("the machine is powered off")]
    PoweredOff,
    /// It was to stay off, and wants to reboot.
    #[error("the machine asked for a reboot, not for a power-off")]
    Rebooted,
}
