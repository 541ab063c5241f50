//! Verbs: ask systemd, wait for the very job to end, look again.
//!
//! The stream of `JobRemoved` is there before the call, so a job that ends at once is not missed. After a start of a
//! service that systemd counts as started as soon as it is forked (`Type=simple` and its kin), its signals are watched
//! for a moment longer: one that dies right away is told as failed.

use std::time::{Duration, Instant};

use futures::StreamExt;
use potion_proto::names::UnitName;
use potion_proto::units::{Active, Outcome, Verb, Verdict};
use zbus::{Connection, MatchRule, MessageStream, OwnedObjectPath};

use super::facts::Facts;
use super::manager::ManagerProxy;
use super::object;
use super::outcome::{self, JobEnd};
use super::port::UnitError;
use super::refusal;
use super::systemd::{UNIT, manager, read};
use crate::bus::{BusError, MANAGER, PROPERTIES, SYSTEMD, SYSTEMD_PATH};

/// How long a service that only forked may take to die of its first steps.
const SETTLE: Duration = Duration::from_millis(300);
const NOTHING_TO_RELOAD: &str = "it is not running, so there is nothing to reload; start it";
/// Job mode: like `systemctl`'s own.
const REPLACE: &str = "replace";

/// Does the verb.
pub(super) async fn act(
    connection: &Connection,
    verb: Verb,
    unit: &UnitName,
    within: Duration,
) -> Result<Outcome, UnitError> {
    let begun = Instant::now();
    let done = match verb {
        Verb::Enable | Verb::Disable => switch(connection, verb, unit).await,
        Verb::ResetFailed => reset(connection, unit).await,
        Verb::Start | Verb::Stop | Verb::Restart | Verb::Reload => {
            by_job(connection, verb, unit, within).await
        }
    };
    let (verdict, after) = done.map_err(|error| refusal::explain(unit, error))?;
    let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(outcome::outcome(verb, verdict, &after, took_ms))
}

async fn by_job(
    connection: &Connection,
    verb: Verb,
    unit: &UnitName,
    within: Duration,
) -> Result<(Verdict, Facts), UnitError> {
    let (removed, mut changes, before, _held) = futures::try_join!(
        listen(connection, job_removed()?),
        listen(connection, changed(unit)?),
        read(connection, unit),
        Held::hold(connection, unit)
    )?;
    if verb == Verb::Reload && !before.is_up() {
        let (unit, why) = (unit.clone(), NOTHING_TO_RELOAD.to_owned());
        return Err(UnitError::NotApplicable { unit, why });
    }
    if before.own_name() != unit {
        changes = listen(connection, changed(before.own_name())?).await?;
    }
    let job = queue(&manager(connection).await?, verb, &before).await?;
    let end = tokio::time::timeout(within, end_of(removed, &job)).await;
    let end = end.map_or(Ok(JobEnd::Running), |end| end.map(JobEnd::Removed))?;
    let mut after = read(connection, unit).await?;
    if matches!(verb, Verb::Start | Verb::Restart) && may_die_at_once(&after, &before) {
        after = settle(connection, changes, after).await?;
    }
    Ok((outcome::of_job(verb, &end, &before, &after), after))
}

async fn listen(
    connection: &Connection,
    rule: MatchRule<'static>,
) -> Result<MessageStream, BusError> {
    Ok(MessageStream::for_match_rule(rule, connection, None).await?)
}

/// Keeps systemd from forgetting a unit as soon as its start was skipped, and the reason with it.
struct Held {
    connection: Connection,
    path: String,
}

impl Held {
    async fn hold(connection: &Connection, unit: &UnitName) -> Result<Self, BusError> {
        let path = object::path(unit);
        let call = connection.call_method(Some(SYSTEMD), &*path, Some(UNIT), "Ref", &());
        // One that cannot be held (there is no such unit) is refused by the verb itself.
        let _ = call.await;
        Ok(Self {
            connection: connection.clone(),
            path,
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let (connection, path) = (self.connection.clone(), std::mem::take(&mut self.path));
        tokio::spawn(async move {
            let call = connection.call_method(Some(SYSTEMD), path, Some(UNIT), "Unref", &());
            // systemd forgets what a connection holds when the connection ends.
            let _ = call.await;
        });
    }
}

/// A start of a unit that systemd itself will start in a while would wait for that; a restart is at once.
async fn queue(
    manager: &ManagerProxy<'_>,
    verb: Verb,
    before: &Facts,
) -> Result<OwnedObjectPath, BusError> {
    let unit = before.unit.as_str();
    let job = match verb {
        Verb::Stop => manager.stop_unit(unit, REPLACE).await,
        Verb::Reload => manager.reload_unit(unit, REPLACE).await,
        Verb::Start if !before.sub.starts_with("auto-restart") => {
            manager.start_unit(unit, REPLACE).await
        }
        _ => manager.restart_unit(unit, REPLACE).await,
    };
    Ok(job?)
}

async fn end_of(mut removed: MessageStream, job: &OwnedObjectPath) -> Result<String, BusError> {
    while let Some(message) = removed.next().await {
        let message = message?;
        let body = message.body();
        let (_, path, _, result) = body
            .deserialize::<(u32, zbus::ObjectPath<'_>, &str, &str)>()
            .map_err(BusError::from)?;
        if path.as_str() == job.as_str() {
            return Ok(result.to_owned());
        }
    }
    // The bus went away in mid-job; the caller reads again what came of it.
    Err(BusError::Slow)
}

/// Just forked, by a service type whose start says nothing about its health.
fn may_die_at_once(after: &Facts, before: &Facts) -> bool {
    after.active == Active::Active
        && after.invocation() != before.invocation()
        && matches!(after.start_type.as_str(), "simple" | "exec" | "idle")
}

async fn settle(
    connection: &Connection,
    mut changes: MessageStream,
    mut after: Facts,
) -> Result<Facts, BusError> {
    let over = tokio::time::sleep(SETTLE);
    tokio::pin!(over);
    while after.active == Active::Active {
        tokio::select! {
            () = &mut over => break,
            change = changes.next() => match change {
                Some(_) => after = read(connection, &after.unit).await?,
                None => break,
            },
        }
    }
    Ok(after)
}

async fn switch(
    connection: &Connection,
    verb: Verb,
    unit: &UnitName,
) -> Result<(Verdict, Facts), UnitError> {
    let manager = manager(connection).await?;
    let files = [unit.as_str()];
    let (installable, changes) = match verb {
        Verb::Enable => manager
            .enable_unit_files(&files, false, false)
            .await
            .map_err(BusError::from)?,
        _ => (
            true,
            manager
                .disable_unit_files(&files, false)
                .await
                .map_err(BusError::from)?,
        ),
    };
    if !changes.is_empty() {
        manager.reload().await.map_err(BusError::from)?;
    }
    let after = read(connection, unit).await?;
    let as_asked = match verb {
        Verb::Enable => after.file_state() != "disabled",
        _ => after.file_state() != "enabled",
    };
    let verdict = match (installable && as_asked, changes.is_empty()) {
        (false, _) => Verdict::Failed,
        (true, true) => Verdict::Unchanged,
        (true, false) => Verdict::Done,
    };
    Ok((verdict, after))
}

async fn reset(connection: &Connection, unit: &UnitName) -> Result<(Verdict, Facts), UnitError> {
    let before = read(connection, unit).await?;
    let done = manager(connection)
        .await?
        .reset_failed_unit(unit.as_str())
        .await;
    // One that systemd has not loaded has nothing to reset.
    if let Err(error) = done.map_err(BusError::from)
        && (before.active == Active::Failed || !before.exists())
    {
        return Err(error.into());
    }
    let after = read(connection, unit).await?;
    let verdict = match (before.active, after.active) {
        (Active::Failed, Active::Failed) => Verdict::Failed,
        (Active::Failed, _) => Verdict::Done,
        _ => Verdict::Unchanged,
    };
    Ok((verdict, after))
}

/// Of any unit: a job on an alias bears the unit's own name, which is not known yet.
fn job_removed() -> Result<MatchRule<'static>, BusError> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender(SYSTEMD)
        .path(SYSTEMD_PATH)
        .interface(MANAGER)
        .member("JobRemoved");
    Ok(rule.build()?)
}

/// A unit's own changes.
pub(super) fn changed(unit: &UnitName) -> Result<MatchRule<'static>, BusError> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender(SYSTEMD)
        .path(object::path(unit))
        .interface(PROPERTIES)
        .member("PropertiesChanged");
    Ok(rule.build()?)
}
