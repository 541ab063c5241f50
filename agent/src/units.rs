//! systemd's units: list, show, files, verbs.

mod port;
pub mod watch;

pub use port::{UnitError, Units};
