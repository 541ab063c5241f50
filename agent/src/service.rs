//! The service: each method names the grant it asks for and the noun that answers.

use std::time::Duration;

use potion_proto::actions::{Action, Applied, Behalf, Plan, PlanId, Proof};
use potion_proto::admins::{Admin, Person};
use potion_proto::audit::{Entry, Verification};
use potion_proto::errors::{Record, Report};
use potion_proto::events::{Keep, Page as Events, Seq};
use potion_proto::hello::{BUILD, Hello, Mismatch, PROTOCOL, Welcome};
use potion_proto::host::{Order, Process, Session as LoginSession, Status};
use potion_proto::incidents::{Incident, IncidentId};
use potion_proto::jobs::{Job, JobId, Output};
use potion_proto::journal::{Filter, Page as JournalPage, Place};
use potion_proto::names::{ErrorId, PackageName, PairingCode, UnitName};
use potion_proto::packages::{Restarts, Status as PackageStatus};
use potion_proto::settings::Setting;
use potion_proto::tickets::Fetch;
use potion_proto::units::{Detail, File, Scope, Unit};
use potion_proto::{Failure, Potion};
use tarpc::context::Context;

use crate::session::{Call, Session};
use crate::{
    admins, audit, errors, events, host, incidents, jobs, journal, keeps, packages, plans,
    settings, units,
};

/// Rows of a list.
const ROWS_MAX: u32 = 100;
/// Processes of a list.
const PROCESSES_MAX: u32 = 50;
/// Journal lines of a page.
const LINES_MAX: u32 = 500;
/// How long `job_wait` waits at most, in milliseconds.
const JOB_WAIT_MAX_MS: u32 = 30_000;
/// How long `events_after` and `journal_follow` wait at most, in milliseconds.
const NEWS_WAIT_MAX_MS: u32 = 60_000;

fn millis(wait: u32, most: u32) -> Duration {
    Duration::from_millis(wait.min(most).into())
}

/// A journal without a unit holds everybody's secrets: it asks for more.
fn journal_grant(call: &Call<'_>, filter: &Filter) -> Result<crate::policy::View, Failure> {
    if filter.unit.is_none() {
        call.operate()?;
    }
    call.view()
}

impl Potion for Session {
    async fn hello(self, _: Context, client: Hello) -> Result<Welcome, Mismatch> {
        if !self.greeting.is_done() {
            let (caller, uid) = (self.caller.word(), self.caller.uid());
            tracing::info!(caller, uid, ?client, "hello");
        }
        if client.protocol == PROTOCOL {
            self.greeting.succeed();
            return Ok(Welcome {
                build: BUILD.into(),
                caller: self.caller.word().into(),
            });
        }
        let restart = "sudo systemctl restart potiond.service potion-bot.service";
        Err(Mismatch {
            protocol: PROTOCOL,
            build: BUILD.into(),
            restart: restart.into(),
        })
    }

    async fn plan(self, _: Context, by: Behalf, action: Action) -> Result<Plan, Failure> {
        let call = self.call("plan", by);
        call.answer(async { plans::plan(call.agent(), call.actor()?, action).await })
            .await
    }

    async fn apply(
        self,
        _: Context,
        by: Behalf,
        plan: PlanId,
        proof: Proof,
    ) -> Result<Applied, Failure> {
        let call = self.call("apply", by);
        call.answer(async { plans::apply(call.agent(), call.actor()?, plan, proof).await })
            .await
    }

    async fn job_list(self, _: Context, by: Behalf, limit: u32) -> Result<Vec<Job>, Failure> {
        let (call, limit) = (self.call("job_list", by), limit.clamp(1, ROWS_MAX));
        call.answer(async { jobs::list(call.agent(), &call.view()?, limit).await })
            .await
    }

    async fn job_show(self, _: Context, by: Behalf, job: JobId) -> Result<Job, Failure> {
        let call = self.call("job_show", by);
        call.answer(async { jobs::show(call.agent(), &call.view()?, job).await })
            .await
    }

    async fn job_wait(
        self,
        _: Context,
        by: Behalf,
        job: JobId,
        seen: u64,
        wait_ms: u32,
    ) -> Result<Job, Failure> {
        let (call, wait) = (self.call("job_wait", by), millis(wait_ms, JOB_WAIT_MAX_MS));
        call.answer(async { jobs::wait(call.agent(), &call.view()?, job, seen, wait).await })
            .await
    }

    async fn job_output(
        self,
        _: Context,
        by: Behalf,
        job: JobId,
        from: u64,
    ) -> Result<Output, Failure> {
        let call = self.call("job_output", by);
        call.answer(async { jobs::output(call.agent(), &call.operate()?, job, from).await })
            .await
    }

    async fn events_after(
        self,
        _: Context,
        by: Behalf,
        cursor: Seq,
        limit: u32,
        wait_ms: u32,
    ) -> Result<Events, Failure> {
        let (limit, wait) = (limit.clamp(1, ROWS_MAX), millis(wait_ms, NEWS_WAIT_MAX_MS));
        let call = self.call("events_after", by);
        call.answer(async {
            events::after(call.agent(), &call.bot_or_local()?, cursor, limit, wait).await
        })
        .await
    }

    async fn events_delivered(self, _: Context, by: Behalf, cursor: Seq) -> Result<(), Failure> {
        let call = self.call("events_delivered", by);
        call.answer(async { events::delivered(call.agent(), &call.bot()?, cursor).await })
            .await
    }

    async fn incident_list(
        self,
        _: Context,
        by: Behalf,
        limit: u32,
    ) -> Result<Vec<Incident>, Failure> {
        let (call, limit) = (self.call("incident_list", by), limit.clamp(1, ROWS_MAX));
        call.answer(async { incidents::list(call.agent(), &call.view()?, limit).await })
            .await
    }

    async fn incident_show(
        self,
        _: Context,
        by: Behalf,
        incident: IncidentId,
    ) -> Result<Incident, Failure> {
        let call = self.call("incident_show", by);
        call.answer(async { incidents::show(call.agent(), &call.view()?, incident).await })
            .await
    }

    async fn keep_pending(self, _: Context, by: Behalf) -> Result<Option<Keep>, Failure> {
        let call = self.call("keep_pending", by);
        call.answer(async { keeps::pending(call.agent(), &call.view()?).await })
            .await
    }

    async fn error_report(
        self,
        _: Context,
        by: Behalf,
        report: Report,
    ) -> Result<ErrorId, Failure> {
        let call = self.call("error_report", by);
        call.answer(async { errors::report(call.agent(), &call.bot_or_local()?, report).await })
            .await
    }

    async fn error_list(self, _: Context, by: Behalf, limit: u32) -> Result<Vec<Record>, Failure> {
        let (call, limit) = (self.call("error_list", by), limit.clamp(1, ROWS_MAX));
        call.answer(async { errors::list(call.agent(), &call.view()?, limit).await })
            .await
    }

    async fn error_show(self, _: Context, by: Behalf, error: ErrorId) -> Result<Record, Failure> {
        let call = self.call("error_show", by);
        call.answer(async { errors::show(call.agent(), &call.own()?, error).await })
            .await
    }

    async fn admin_list(self, _: Context, by: Behalf) -> Result<Vec<Admin>, Failure> {
        let call = self.call("admin_list", by);
        call.answer(async { admins::list(call.agent(), &call.roster()?).await })
            .await
    }

    async fn admin_redeem(
        self,
        _: Context,
        code: PairingCode,
        person: Person,
    ) -> Result<Admin, Failure> {
        let call = self.call("admin_redeem", Behalf::Own);
        call.answer(async { admins::redeem(call.agent(), &call.bot()?, code, person).await })
            .await
    }

    async fn audit_list(
        self,
        _: Context,
        by: Behalf,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Entry>, Failure> {
        let (call, limit) = (self.call("audit_list", by), limit.clamp(1, ROWS_MAX));
        call.answer(async { audit::list(call.agent(), &call.own()?, before, limit).await })
            .await
    }

    async fn audit_verify(self, _: Context, by: Behalf) -> Result<Verification, Failure> {
        let call = self.call("audit_verify", by);
        call.answer(async { audit::verify(call.agent(), &call.own()?).await })
            .await
    }

    async fn host_status(self, _: Context, by: Behalf) -> Result<Status, Failure> {
        let call = self.call("host_status", by);
        call.answer(async { host::status(call.agent(), &call.view()?).await })
            .await
    }

    async fn host_processes(
        self,
        _: Context,
        by: Behalf,
        order: Order,
        limit: u32,
    ) -> Result<Vec<Process>, Failure> {
        let (call, limit) = (
            self.call("host_processes", by),
            limit.clamp(1, PROCESSES_MAX),
        );
        call.answer(async { host::processes(call.agent(), &call.view()?, order, limit).await })
            .await
    }

    async fn host_sessions(self, _: Context, by: Behalf) -> Result<Vec<LoginSession>, Failure> {
        let call = self.call("host_sessions", by);
        call.answer(async { host::sessions(call.agent(), &call.view()?).await })
            .await
    }

    async fn unit_list(self, _: Context, by: Behalf, scope: Scope) -> Result<Vec<Unit>, Failure> {
        let call = self.call("unit_list", by);
        call.answer(async { units::list(call.agent(), &call.view()?, scope).await })
            .await
    }

    async fn unit_show(self, _: Context, by: Behalf, unit: UnitName) -> Result<Detail, Failure> {
        let call = self.call("unit_show", by);
        call.answer(async { units::show(call.agent(), &call.view()?, unit).await })
            .await
    }

    async fn unit_files(
        self,
        _: Context,
        by: Behalf,
        unit: UnitName,
    ) -> Result<Vec<File>, Failure> {
        let call = self.call("unit_files", by);
        call.answer(async { units::files(call.agent(), &call.operate()?, unit).await })
            .await
    }

    async fn journal_page(
        self,
        _: Context,
        by: Behalf,
        filter: Filter,
        place: Place,
        limit: u32,
    ) -> Result<JournalPage, Failure> {
        let (call, limit) = (self.call("journal_page", by), limit.clamp(1, LINES_MAX));
        call.answer(async {
            let view = journal_grant(&call, &filter)?;
            journal::page(call.agent(), &view, filter, place, limit).await
        })
        .await
    }

    async fn journal_follow(
        self,
        _: Context,
        by: Behalf,
        filter: Filter,
        place: Place,
        wait_ms: u32,
    ) -> Result<JournalPage, Failure> {
        let (call, wait) = (
            self.call("journal_follow", by),
            millis(wait_ms, NEWS_WAIT_MAX_MS),
        );
        call.answer(async {
            let view = journal_grant(&call, &filter)?;
            journal::follow(call.agent(), &view, filter, place, wait).await
        })
        .await
    }

    async fn journal_file(self, _: Context, by: Behalf, filter: Filter) -> Result<Fetch, Failure> {
        let call = self.call("journal_file", by);
        call.answer(async {
            let view = journal_grant(&call, &filter)?;
            journal::file(call.agent(), &view, filter).await
        })
        .await
    }

    async fn package_status(self, _: Context, by: Behalf) -> Result<PackageStatus, Failure> {
        let call = self.call("package_status", by);
        call.answer(async { packages::status(call.agent(), &call.view()?).await })
            .await
    }

    async fn package_changelog(
        self,
        _: Context,
        by: Behalf,
        package: PackageName,
    ) -> Result<String, Failure> {
        let call = self.call("package_changelog", by);
        call.answer(async { packages::changelog(call.agent(), &call.view()?, package).await })
            .await
    }

    async fn package_restarts(self, _: Context, by: Behalf) -> Result<Restarts, Failure> {
        let call = self.call("package_restarts", by);
        call.answer(async { packages::restarts(call.agent(), &call.view()?).await })
            .await
    }

    async fn setting_list(self, _: Context, by: Behalf) -> Result<Vec<Setting>, Failure> {
        let call = self.call("setting_list", by);
        call.answer(async { settings::list(call.agent(), &call.view()?).await })
            .await
    }
}
