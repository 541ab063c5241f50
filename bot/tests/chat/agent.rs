//! An agent that does as the test says, over the real wire.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use potion_proto::actions::{Action, Applied, Behalf, Effect, Plan, PlanId, Proof, Risk};
use potion_proto::admins::{Admin, Language, Person, Role};
use potion_proto::audit::{Entry, Verification};
use potion_proto::errors::{Record, Report};
use potion_proto::events::{Event, Keep, Page as Events, Seq};
use potion_proto::failure::{Code, Failure};
use potion_proto::hello::{BUILD, Hello, Mismatch, Welcome};
use potion_proto::host::{self, Order, Process, Session};
use potion_proto::incidents::{Incident, IncidentId};
use potion_proto::jobs::{Job, JobId, Output};
use potion_proto::journal::{Filter, Page as Journal, Place};
use potion_proto::names::{ErrorId, PackageName, PairingCode, TelegramId, UnitName};
use potion_proto::packages::{Restarts, Status as Packages};
use potion_proto::service::Potion;
use potion_proto::settings::Setting;
use potion_proto::tickets::Fetch;
use potion_proto::time::Timestamp;
use potion_proto::units::{Active, Detail, File, Scope, Unit};
use potion_proto::wire;
use tarpc::context::Context;
use tarpc::server::{BaseChannel, Channel};
use tokio::net::UnixListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// The one pairing code that is good.
pub(crate) const PAIRING: &str = "abcdefghijklmnopqrstuvwxyz";

/// What the agent knows, does and was asked.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) admins: Vec<Admin>,
    pub(crate) units: Vec<Unit>,
    /// What every plan asks for.
    pub(crate) risk: Option<Risk>,
    pub(crate) totp: bool,
    pub(crate) effects: Vec<Effect>,
    plans: BTreeMap<[u8; 16], (Behalf, Action)>,
    /// What `apply` answers; taken from the front, `Done` when empty.
    pub(crate) applies: Vec<Result<Applied, Failure>>,
    pub(crate) applied: Vec<(Behalf, Action, Proof)>,
    /// Failures by method.
    pub(crate) failures: BTreeMap<&'static str, Failure>,
    /// Methods that take so long.
    pub(crate) slow: BTreeMap<&'static str, Duration>,
    pub(crate) events: Vec<Event>,
    pub(crate) delivered: u64,
    pub(crate) reports: Vec<Report>,
    pub(crate) jobs: BTreeMap<u64, Job>,
    pub(crate) keep: Option<Keep>,
    pub(crate) asked: Vec<&'static str>,
}

/// The agent. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Agent {
    script: Arc<Mutex<Script>>,
    changed: Arc<Notify>,
}

/// Serves until dropped.
pub(crate) struct Serving {
    socket: PathBuf,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
        drop(std::fs::remove_file(&self.socket));
    }
}

impl Agent {
    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn serve(&self, socket: &Path) -> Serving {
        let listener = UnixListener::bind(socket).unwrap();
        let agent = self.clone();
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let agent = agent.clone();
                connections.spawn(async move {
                    let channel = BaseChannel::with_defaults(wire::agent_transport(stream));
                    let mut calls = JoinSet::new();
                    let mut incoming = Box::pin(channel.execute(agent.serve_calls()));
                    while let Some(call) = incoming.next().await {
                        calls.spawn(call);
                    }
                });
            }
        });
        Serving {
            socket: socket.to_owned(),
            task,
        }
    }

    fn serve_calls(self) -> potion_proto::service::ServePotion<Self> {
        Potion::serve(self)
    }

    /// Appends an event; its place.
    pub(crate) fn publish(&self, event: impl FnOnce(Seq) -> Event) -> Seq {
        let seq = {
            let mut script = self.script();
            let seq = Seq(script.events.len() as u64 + 1);
            script.events.push(event(seq));
            seq
        };
        self.changed.notify_waiters();
        seq
    }

    /// Puts a job, or its new state.
    pub(crate) fn put_job(&self, job: Job) {
        self.script().jobs.insert(job.id.0, job);
        self.changed.notify_waiters();
    }

    /// Waits until what the agent was told fits.
    pub(crate) async fn wait_until(&self, fits: impl Fn(&Script) -> bool) {
        let waiting = async {
            while !fits(&self.script()) {
                let changed = self.changed.notified();
                if fits(&self.script()) {
                    break;
                }
                changed.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting)
            .await
            .expect("the agent was never told");
    }

    async fn begin(&self, method: &'static str) -> Result<(), Failure> {
        let (slow, failure) = {
            let mut script = self.script();
            script.asked.push(method);
            (
                script.slow.get(method).copied(),
                script.failures.get(method).cloned(),
            )
        };
        self.changed.notify_waiters();
        if let Some(slow) = slow {
            tokio::time::sleep(slow).await;
        }
        failure.map_or(Ok(()), Err)
    }
}

fn unscripted<T>(what: &str) -> Result<T, Failure> {
    Err(Failure::new(
        Code::Unavailable,
        what,
        "the test's agent does not know this",
    ))
}

pub(crate) fn admin(id: i64, role: Role) -> Admin {
    Admin {
        id: TelegramId::new(id).unwrap(),
        name: format!("Admin {id}"),
        role,
        language: Some(Language::Id),
        configured: true,
        totp: true,
        paired: None,
    }
}

pub(crate) fn unit(name: &str, active: Active) -> Unit {
    Unit {
        name: UnitName::new(name).unwrap(),
        description: format!("The unit {name}"),
        active,
        sub: "running".to_owned(),
        file_state: "enabled".to_owned(),
        load: "loaded".to_owned(),
        since: None,
        managed: true,
        protected: false,
    }
}

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
        _: Option<u64>,
        _: u32,
    ) -> Result<Vec<Entry>, Failure> {
        unscripted("audit_list")
    }

    async fn audit_verify(self, _: Context, _: Behalf) -> Result<Verification, Failure> {
        unscripted("audit_verify")
    }

    async fn host_status(self, _: Context, _: Behalf) -> Result<host::Status, Failure> {
        self.begin("host_status").await?;
        unscripted("host_status")
    }

    async fn host_processes(
        self,
        _: Context,
        _: Behalf,
        _: Order,
        _: u32,
    ) -> Result<Vec<Process>, Failure> {
        unscripted("host_processes")
    }

    async fn host_sessions(self, _: Context, _: Behalf) -> Result<Vec<Session>, Failure> {
        unscripted("host_sessions")
    }

    async fn unit_list(self, _: Context, _: Behalf, _: Scope) -> Result<Vec<Unit>, Failure> {
        self.begin("unit_list").await?;
        Ok(self.script().units.clone())
    }

    async fn unit_show(self, _: Context, _: Behalf, _: UnitName) -> Result<Detail, Failure> {
        unscripted("unit_show")
    }

    async fn unit_files(self, _: Context, _: Behalf, _: UnitName) -> Result<Vec<File>, Failure> {
        unscripted("unit_files")
    }

    async fn journal_page(
        self,
        _: Context,
        _: Behalf,
        _: Filter,
        _: Place,
        _: u32,
    ) -> Result<Journal, Failure> {
        unscripted("journal_page")
    }

    async fn journal_follow(
        self,
        _: Context,
        _: Behalf,
        _: Filter,
        _: Place,
        _: u32,
    ) -> Result<Journal, Failure> {
        unscripted("journal_follow")
    }

    async fn journal_file(self, _: Context, _: Behalf, _: Filter) -> Result<Fetch, Failure> {
        unscripted("journal_file")
    }

    async fn package_status(self, _: Context, _: Behalf) -> Result<Packages, Failure> {
        unscripted("package_status")
    }

    async fn package_changelog(
        self,
        _: Context,
        _: Behalf,
        _: PackageName,
    ) -> Result<String, Failure> {
        unscripted("package_changelog")
    }

    async fn package_restarts(self, _: Context, _: Behalf) -> Result<Restarts, Failure> {
        unscripted("package_restarts")
    }

    async fn setting_list(self, _: Context, _: Behalf) -> Result<Vec<Setting>, Failure> {
        unscripted("setting_list")
    }
}
