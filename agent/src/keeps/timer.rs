//! Timers of systemd that outlive the agent.

use std::time::Duration;

use futures::future::BoxFuture;
use potion_proto::Failure;
use potion_proto::events::KeepId;

use crate::agent::unavailable;
use crate::exec::Tool;

/// How much later than the agent's own task the timer fires: the task tells people, so it goes first.
pub(super) const GRACE: Duration = Duration::from_secs(3);
const SYSTEMD_RUN: &str = "/usr/bin/systemd-run";
const SYSTEMCTL: &str = "/usr/bin/systemctl";
const POTIOND: &str = "/usr/libexec/potion/potiond";

/// The port to timers that outlive this process.
pub trait Timers: Send + Sync {
    /// Has `potiond revert ID` run after so long, whatever becomes of this process.
    fn arm(&self, id: KeepId, after: Duration) -> BoxFuture<'_, Result<(), Failure>>;
    /// Takes that back; one that is gone already is fine.
    fn disarm(&self, id: KeepId) -> BoxFuture<'_, ()>;
}

/// `systemd-run --on-active=…`: systemd's own front end to transient timers.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemdTimers;

impl Timers for SystemdTimers {
    fn arm(&self, id: KeepId, after: Duration) -> BoxFuture<'_, Result<(), Failure>> {
        let tool = Tool::new(SYSTEMD_RUN)
            .args(["--quiet", "--collect", "--timer-property=AccuracySec=1s"])
            .arg(format!("--unit={}", unit(id)))
            .arg(format!("--on-active={}s", after.as_secs()))
            .args([POTIOND, "revert"])
            .arg(id.0.to_string());
        Box::pin(async move {
            match tool.output().await {
                Ok(output) if output.ended.is_ok() => Ok(()),
                Ok(output) => Err(no_timer(&output.complaint())),
                Err(error) => Err(no_timer(&error)),
            }
        })
    }

    fn disarm(&self, id: KeepId) -> BoxFuture<'_, ()> {
        let timer = format!("{}.timer", unit(id));
        let tool = Tool::new(SYSTEMCTL).args(["--quiet", "stop", &timer]);
        Box::pin(async move {
            if let Err(error) = tool.output().await {
                tracing::warn!(%error, timer, "the timer of an act that was decided stays; it will find nothing");
            }
        })
    }
}

fn unit(id: KeepId) -> String {
    format!("potion-revert-{}", id.0)
}

fn no_timer(why: &dyn std::fmt::Display) -> Failure {
    tracing::error!(%why, "no transient timer");
    unavailable("systemd's timer for the undoing")
}
