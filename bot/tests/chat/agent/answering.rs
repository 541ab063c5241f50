//! The answers to every call.

use potion_proto::actions::{Action, Applied, Behalf, Plan, PlanId, Proof, Risk};
use potion_proto::admins::{Admin, Person, Role};
use potion_proto::audit::{Entry, Verification};
use potion_proto::errors::{Record, Report};
use potion_proto::events::{Event, Keep, Page as Events, Seq};
use potion_proto::failure::{Code, Failure};
use potion_proto::hello::{BUILD, Hello, Mismatch, Welcome};
use potion_proto::host::{self, Order, Process, Session};
use potion_proto::incidents::{Incident, IncidentId};
use potion_proto::jobs::{Job, JobId, Output};
use potion_proto::journal::{Filter, Page as Journal, Place};
use potion_proto::names::{ErrorId, PackageName, PairingCode, UnitName};
use potion_proto::packages::{Restarts, Status as Packages};
use potion_proto::service::Potion;
use potion_proto::settings::Setting;
use potion_proto::tickets::Fetch;
use potion_proto::time::Timestamp;
use potion_proto::units::{Detail, File, Scope, Unit};
use std::time::Duration;
use tarpc::context::Context;

use super::samples::{admin, detail, known, page, unscripted};
use super::{Agent, PAIRING};

impl Potion for Agent {
    async fn hello(self, _: Context, _: Hello) -> Result<Welcome, Mismatch> {
        Ok(Welcome {
            build: BUILD.to_owned(),
            caller: "bot".to_owned(),
        })
    }

    async fn plan(self, _: Context, by: Behalf, action: Action) -> Result<Plan, Failure> {
        self.begin("plan").await?;
        let mut script = self.script();
        let mut id = [0; 16];
        id[0] = u8::try_from(script.plans.len()).unwrap();
        script.plans.insert(id, (by, action.clone()));
        Ok(Plan {
            id: PlanId(id),
            action,
            risk: script.risk.unwrap_or(Risk::Notable),
            totp: script.totp,
            effects: script.effects.clone(),
            expires: Timestamp(4_000_000_000_000),
        })
    }

    async fn apply(
        self,
        _: Context,
        by: Behalf,
        plan: PlanId,
        proof: Proof,
    ) -> Result<Applied, Failure> {
        self.begin("apply").await?;
        let answer = {
            let mut script = self.script();
            let Some((_, action)) = script.plans.get(&plan.0).cloned() else {
                return Err(Failure::new(Code::Expired, "", "no such plan"));
            };
            let answer = if script.applies.is_empty() {
                Ok(Applied::Done)
            } else {
                script.applies.remove(0)
            };
            if !matches!(&answer, Err(failure) if failure.code == Code::TotpWrong) {
                script.plans.remove(&plan.0);
            }
            script.applied.push((by, action, proof));
            answer
        };
        self.changed.notify_waiters();
        answer
    }

    async fn job_list(self, _: Context, _: Behalf, _: u32) -> Result<Vec<Job>, Failure> {
        Ok(self.script().jobs.values().cloned().collect())
    }

    async fn job_show(self, _: Context, _: Behalf, job: JobId) -> Result<Job, Failure> {
        let found = self.script().jobs.get(&job.0).cloned();
        found.ok_or_else(|| Failure::new(Code::NotFound, job.to_string(), "no such job"))
    }

    async fn job_wait(
        self,
        _: Context,
        _: Behalf,
        job: JobId,
        seen: u64,
        wait_ms: u32,
    ) -> Result<Job, Failure> {
        let until = tokio::time::Instant::now() + Duration::from_millis(wait_ms.into());
        loop {
            let changed = self.changed.notified();
            let found = self.script().jobs.get(&job.0).cloned();
            match found {
                None => return Err(Failure::new(Code::NotFound, job.to_string(), "no such job")),
                Some(found) if found.revision != seen || tokio::time::Instant::now() >= until => {
                    return Ok(found);
                }
                Some(_) => drop(tokio::time::timeout_at(until, changed).await),
            }
        }
    }

    async fn job_output(self, _: Context, _: Behalf, _: JobId, _: u64) -> Result<Output, Failure> {
        unscripted("job_output")
    }

    async fn events_after(
        self,
        _: Context,
        _: Behalf,
        cursor: Seq,
        limit: u32,
        wait_ms: u32,
    ) -> Result<Events, Failure> {
        let until = tokio::time::Instant::now() + Duration::from_millis(wait_ms.into());
        loop {
            let changed = self.changed.notified();
            let (events, delivered, head) = {
                let script = self.script();
                let after = script.events.iter().filter(|event| event.seq > cursor);
                let events: Vec<Event> = after.take(limit as usize).cloned().collect();
                (events, script.delivered, script.events.len() as u64)
            };
            if !events.is_empty() || tokio::time::Instant::now() >= until {
                return Ok(Events {
                    events,
                    delivered: Seq(delivered),
                    head: Seq(head),
                });
            }
            drop(tokio::time::timeout_at(until, changed).await);
        }
    }

    async fn events_delivered(self, _: Context, _: Behalf, cursor: Seq) -> Result<(), Failure> {
        {
            let mut script = self.script();
            script.delivered = script.delivered.max(cursor.0);
        }
        self.changed.notify_waiters();
        Ok(())
    }

    async fn incident_list(self, _: Context, _: Behalf, _: u32) -> Result<Vec<Incident>, Failure> {
        unscripted("incident_list")
    }

    async fn incident_show(
        self,
        _: Context,
        _: Behalf,
        _: IncidentId,
    ) -> Result<Incident, Failure> {
        unscripted("incident_show")
    }

    async fn keep_pending(self, _: Context, _: Behalf) -> Result<Option<Keep>, Failure> {
        self.begin("keep_pending").await?;
        Ok(self.script().keep.clone())
    }

    async fn error_report(self, _: Context, _: Behalf, report: Report) -> Result<ErrorId, Failure> {
        self.begin("error_report").await?;
        self.script().reports.push(report);
        self.changed.notify_waiters();
        Ok(ErrorId::new("deadbeef").unwrap())
    }

    async fn error_list(self, _: Context, _: Behalf, _: u32) -> Result<Vec<Record>, Failure> {
        unscripted("error_list")
    }

    async fn error_show(self, _: Context, _: Behalf, _: ErrorId) -> Result<Record, Failure> {
        unscripted("error_show")
    }

    async fn admin_list(self, _: Context, _: Behalf) -> Result<Vec<Admin>, Failure> {
        self.begin("admin_list").await?;
        Ok(self.script().admins.clone())
    }

    async fn admin_redeem(
        self,
        _: Context,
        code: PairingCode,
        person: Person,
    ) -> Result<Admin, Failure> {
        self.begin("admin_redeem").await?;
        if code.as_str() != PAIRING {
            return Err(Failure::new(Code::PairingRefused, "", "no such code"));
        }
        let mut new = admin(person.id.get(), Role::Owner);
        new.name = person.name;
        self.script().admins.push(new.clone());
        Ok(new)
    }

    async fn audit_list(
        self,
        _: Context,
        _: Behalf,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Entry>, Failure> {
        self.begin("audit_list").await?;
        let script = self.script();
        let older = |entry: &&Entry| before.is_none_or(|before| entry.number < before);
        let found = script.answers.entries.iter().rev().filter(older);
        Ok(found.take(limit as usize).cloned().collect())
    }

    async fn audit_verify(self, _: Context, _: Behalf) -> Result<Verification, Failure> {
        self.begin("audit_verify").await?;
        known("audit_verify", self.script().answers.verification.clone())
    }

    async fn host_status(self, _: Context, _: Behalf) -> Result<host::Status, Failure> {
        self.begin("host_status").await?;
        known("host_status", self.script().answers.host.clone())
    }

    async fn host_processes(
        self,
        _: Context,
        _: Behalf,
        _: Order,
        limit: u32,
    ) -> Result<Vec<Process>, Failure> {
        let script = self.script();
        let found = script.answers.processes.iter().take(limit as usize);
        Ok(found.cloned().collect())
    }

    async fn host_sessions(self, _: Context, _: Behalf) -> Result<Vec<Session>, Failure> {
        Ok(self.script().answers.sessions.clone())
    }

    async fn unit_list(self, _: Context, _: Behalf, _: Scope) -> Result<Vec<Unit>, Failure> {
        self.begin("unit_list").await?;
        Ok(self.script().units.clone())
    }

    async fn unit_show(self, _: Context, _: Behalf, name: UnitName) -> Result<Detail, Failure> {
        self.begin("unit_show").await?;
        let script = self.script();
        let unit = script.units.iter().find(|unit| unit.name == name).cloned();
        let missing = || Failure::new(Code::NotFound, name.as_str(), "no such unit");
        Ok(detail(unit.ok_or_else(missing)?, &script.answers.verbs))
    }

    async fn unit_files(self, _: Context, _: Behalf, _: UnitName) -> Result<Vec<File>, Failure> {
        Ok(self.script().answers.files.clone())
    }

    async fn journal_page(
        self,
        _: Context,
        _: Behalf,
        filter: Filter,
        place: Place,
        _: u32,
    ) -> Result<Journal, Failure> {
        self.begin("journal_page").await?;
        let mut script = self.script();
        script.answers.filters.push(filter);
        Ok(match place {
            Place::Newest | Place::After(_) => page(&script.answers.lines, "newest", true),
            Place::Before(_) => page(&script.answers.more_lines, "older", false),
        })
    }

    async fn journal_follow(
        self,
        _: Context,
        _: Behalf,
        _: Filter,
        place: Place,
        wait_ms: u32,
    ) -> Result<Journal, Failure> {
        self.begin("journal_follow").await?;
        let followed = matches!(&place, Place::After(cursor) if cursor.as_str() == "s=followed");
        if followed {
            tokio::time::sleep(Duration::from_millis(wait_ms.into())).await;
            return Ok(page(&[], "followed", false));
        }
        Ok(page(&self.script().answers.more_lines, "followed", false))
    }

    async fn journal_file(self, _: Context, _: Behalf, _: Filter) -> Result<Fetch, Failure> {
        known("journal_file", self.script().answers.fetch.clone())
    }

    async fn package_status(self, _: Context, _: Behalf) -> Result<Packages, Failure> {
        known("package_status", self.script().answers.packages.clone())
    }

    async fn package_changelog(
        self,
        _: Context,
        _: Behalf,
        _: PackageName,
    ) -> Result<String, Failure> {
        Ok(self.script().answers.changelog.clone())
    }

    async fn package_restarts(self, _: Context, _: Behalf) -> Result<Restarts, Failure> {
        Ok(self.script().answers.restarts.clone())
    }

    async fn setting_list(self, _: Context, _: Behalf) -> Result<Vec<Setting>, Failure> {
        Ok(self.script().answers.settings.clone())
    }
}
