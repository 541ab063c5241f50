//! The machine: its numbers, its processes, who is logged in, reboot and power off.

mod port;

pub use port::{Host, HostError, Readings};
