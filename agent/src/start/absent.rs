//! Ports that have no adapter yet.

use std::path::PathBuf;

use futures::future::BoxFuture;
use potion_proto::host::{Order, Process, Session, Status};

use crate::host::{Host, HostError, Readings};

/// Answers nothing.
#[derive(Default)]
pub struct Absent;

fn gone<T: Send + 'static>() -> BoxFuture<'static, Result<T, HostError>> {
    Box::pin(async { Err(HostError::Strange("/proc".into())) })
}

impl Host for Absent {
    fn status<'a>(&'a self, _: &'a [PathBuf]) -> BoxFuture<'a, Result<Status, HostError>> {
        gone()
    }
    fn processes(&self, _: Order, _: usize) -> BoxFuture<'_, Result<Vec<Process>, HostError>> {
        gone()
    }
    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, HostError>> {
        gone()
    }
    fn readings(&self, _: &[PathBuf]) -> Result<Readings, HostError> {
        Err(HostError::Strange("/proc".into()))
    }
    fn reboot(&self) -> BoxFuture<'_, Result<(), HostError>> {
        gone()
    }
    fn power_off(&self) -> BoxFuture<'_, Result<(), HostError>> {
        gone()
    }
}
