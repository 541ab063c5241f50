//! The service, to be read aloud. Every change goes through `plan` and `apply`; all else only reads,
//! but for `admin_redeem`, `error_report` and `events_delivered`.
//!
//! Each call but `hello` names for whom it is made; the failures `denied`, `rate-limited`, `internal`
//! and `timeout` belong to all and are not repeated.

use crate::actions::{Action, Applied, Behalf, Plan, PlanId, Proof};
use crate::admins::{Admin, Person};
use crate::audit::{Entry, Verification};
use crate::errors::{Record, Report};
use crate::events::{Keep, Page as Events, Seq};
use crate::failure::Failure;
use crate::hello::{Hello, Mismatch, Welcome};
use crate::host::{Order, Process, Session, Status};
use crate::incidents::{Incident, IncidentId};
use crate::jobs::{Job, JobId, Output};
use crate::journal::{Filter, Page as Journal, Place};
use crate::names::{ErrorId, PackageName, PairingCode, UnitName};
use crate::packages::{Restarts, Status as Packages};
use crate::settings::Setting;
use crate::tickets::Fetch;
use crate::units::{Detail, File, Scope, Unit};

/// What `potiond` does for its callers.
#[tarpc::service]
pub trait Potion {
    /// First call on every connection. Frozen: stays first, never changes shape.
    async fn hello(client: Hello) -> Result<Welcome, Mismatch>;

    /// What an action would do, and what it asks for. Grant: the action's own. Failures: not-found,
    /// invalid, unavailable, conflict, unit-refused, unit-unmanaged, local-only, totp-not-enrolled.
    async fn plan(by: Behalf, action: Action) -> Result<Plan, Failure>;
    /// Does what was planned, once. Waits for a unit verb to end; starts a job and returns its id.
    /// Failures: those of `plan`, expired, totp-required, totp-wrong, totp-reused, totp-locked,
    /// audit-unavailable, disk-full.
    async fn apply(by: Behalf, plan: PlanId, proof: Proof) -> Result<Applied, Failure>;

    /// The newest jobs first, at most `limit` (1 to 100). Grant: view.
    async fn job_list(by: Behalf, limit: u32) -> Result<Vec<Job>, Failure>;
    /// One job. Grant: view. Failures: not-found.
    async fn job_show(by: Behalf, job: JobId) -> Result<Job, Failure>;
    /// One job as soon as its revision differs from `seen`, or after `wait_ms` (at most 30 000) as it
    /// is. Grant: view. Failures: not-found.
    async fn job_wait(by: Behalf, job: JobId, seen: u64, wait_ms: u32) -> Result<Job, Failure>;
    /// Its output from byte `from` on. Grant: operate. Failures: not-found.
    async fn job_output(by: Behalf, job: JobId, from: u64) -> Result<Output, Failure>;

    /// Events after `cursor`, at most `limit` (1 to 100); waits up to `wait_ms` (at most 60 000) for
    /// the first. Grant: the bot itself, or local.
    async fn events_after(
        by: Behalf,
        cursor: Seq,
        limit: u32,
        wait_ms: u32,
    ) -> Result<Events, Failure>;
    /// Records that all up to `cursor` were delivered; never moves back. Grant: the bot itself.
    async fn events_delivered(by: Behalf, cursor: Seq) -> Result<(), Failure>;

    /// Incidents, newest first, at most `limit` (1 to 100). Grant: view.
    async fn incident_list(by: Behalf, limit: u32) -> Result<Vec<Incident>, Failure>;
    /// One incident. Grant: view. Failures: not-found.
    async fn incident_show(by: Behalf, incident: IncidentId) -> Result<Incident, Failure>;
    /// The keep-or-revert act that waits, if one does. Grant: view.
    async fn keep_pending(by: Behalf) -> Result<Option<Keep>, Failure>;

    /// Records a crash or error of the caller itself, bounded. Grant: the bot itself, or local.
    async fn error_report(by: Behalf, report: Report) -> Result<ErrorId, Failure>;
    /// Recorded errors, newest first, at most `limit` (1 to 100). Grant: view.
    async fn error_list(by: Behalf, limit: u32) -> Result<Vec<Record>, Failure>;
    /// One recorded error, whole. Grant: own. Failures: not-found.
    async fn error_show(by: Behalf, error: ErrorId) -> Result<Record, Failure>;

    /// All admins. Grant: view, or the bot itself (it tells them when the agent is gone).
    async fn admin_list(by: Behalf) -> Result<Vec<Admin>, Failure>;
    /// Pairs a person by a code. Grant: the bot itself. Failures: pairing-refused.
    async fn admin_redeem(code: PairingCode, person: Person) -> Result<Admin, Failure>;

    /// Audit entries before `before` (None: the newest), newest first, at most `limit` (1 to 100).
    /// Grant: own.
    async fn audit_list(by: Behalf, before: Option<u64>, limit: u32)
    -> Result<Vec<Entry>, Failure>;
    /// Walks the whole chain and compares its head with the database and the journal. Grant: own.
    async fn audit_verify(by: Behalf) -> Result<Verification, Failure>;

    /// One look at the machine. Grant: view.
    async fn host_status(by: Behalf) -> Result<Status, Failure>;
    /// The top processes, at most `limit` (1 to 50). Grant: view.
    async fn host_processes(by: Behalf, order: Order, limit: u32) -> Result<Vec<Process>, Failure>;
    /// Who is logged in. Grant: view. Failures: unavailable.
    async fn host_sessions(by: Behalf) -> Result<Vec<Session>, Failure>;

    /// Units with state. Hidden ones are left out. Grant: view. Failures: unavailable.
    async fn unit_list(by: Behalf, scope: Scope) -> Result<Vec<Unit>, Failure>;
    /// One unit. Grant: view. Failures: not-found, unavailable.
    async fn unit_show(by: Behalf, unit: UnitName) -> Result<Detail, Failure>;
    /// Its unit file and drop-ins, redacted. Grant: operate. Failures: not-found, unavailable.
    async fn unit_files(by: Behalf, unit: UnitName) -> Result<Vec<File>, Failure>;

    /// A page of at most `limit` (1 to 500) lines. Grant: view; without a unit: operate. Failures:
    /// invalid, unavailable.
    async fn journal_page(
        by: Behalf,
        filter: Filter,
        place: Place,
        limit: u32,
    ) -> Result<Journal, Failure>;
    /// Lines after the cursor of `place` as soon as there are any, or an empty page after `wait_ms`
    /// (at most 60 000). Grant: as `journal_page`.
    async fn journal_follow(
        by: Behalf,
        filter: Filter,
        place: Place,
        wait_ms: u32,
    ) -> Result<Journal, Failure>;
    /// The newest lines as a text file of at most `journal.file-lines` lines. Grant: as
    /// `journal_page`. Failures: disk-full.
    async fn journal_file(by: Behalf, filter: Filter) -> Result<Fetch, Failure>;

    /// What apt would do, from its cache. Grant: view. Failures: unavailable.
    async fn package_status(by: Behalf) -> Result<Packages, Failure>;
    /// The newest entries of a package's changelog, redacted. Grant: view. Failures: not-found,
    /// unavailable.
    async fn package_changelog(by: Behalf, package: PackageName) -> Result<String, Failure>;
    /// What runs on replaced code. Grant: view.
    async fn package_restarts(by: Behalf) -> Result<Restarts, Failure>;

    /// Every key of config.toml with its value. Grant: view.
    async fn setting_list(by: Behalf) -> Result<Vec<Setting>, Failure>;
}
