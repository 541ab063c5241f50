//! Ports that have no adapter yet.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use futures::future::BoxFuture;
use potion_proto::host::{Order, Process, Session, Status};
use potion_proto::journal::{Filter, Page, Place};

use crate::host::{Host, HostError, Readings};
use crate::journal::{Cut, Journal, JournalError};

/// Answers nothing.
#[derive(Default)]
pub struct Absent;

fn gone<T: Send + 'static>() -> BoxFuture<'static, Result<T, HostError>> {
    Box::pin(async { Err(HostError::Strange("/proc".into())) })
}

fn no_lines<T: Send + 'static>() -> BoxFuture<'static, Result<T, JournalError>> {
    Box::pin(async { Err(JournalError::Slow) })
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

impl Journal for Absent {
    fn page<'a>(
        &'a self,
        _: &'a Filter,
        _: &'a Place,
        _: usize,
        _: Cut,
    ) -> BoxFuture<'a, Result<Page, JournalError>> {
        no_lines()
    }
    fn follow<'a>(
        &'a self,
        _: &'a Filter,
        _: &'a Place,
        _: Duration,
        _: Cut,
    ) -> BoxFuture<'a, Result<Page, JournalError>> {
        no_lines()
    }
    fn export<'a>(
        &'a self,
        _: &'a Filter,
        _: usize,
        _: File,
    ) -> BoxFuture<'a, Result<(), JournalError>> {
        no_lines()
    }
}
