//! What the agent knows, does and was asked.

use std::collections::BTreeMap;
use std::time::Duration;

use potion_proto::actions::{Action, Applied, Behalf, Effect, Proof, Risk};
use potion_proto::admins::Admin;
use potion_proto::audit::{Entry, Verification};
use potion_proto::errors::Report;
use potion_proto::events::{Event, Keep};
use potion_proto::failure::Failure;
use potion_proto::host::{self, Process, Session};
use potion_proto::jobs::Job;
use potion_proto::journal::{Filter, Line};
use potion_proto::packages::{Restarts, Status as Packages};
use potion_proto::settings::Setting;
use potion_proto::tickets::Fetch;
use potion_proto::units::{File, Unit, Verb};

/// What the agent knows, does and was asked.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) admins: Vec<Admin>,
    pub(crate) units: Vec<Unit>,
    /// What every plan asks for.
    pub(crate) risk: Option<Risk>,
    pub(crate) totp: bool,
    pub(crate) effects: Vec<Effect>,
    pub(super) plans: BTreeMap<[u8; 16], (Behalf, Action)>,
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
    pub(crate) answers: Answers,
    pub(crate) asked: Vec<&'static str>,
}

/// What the agent says of the machine when it is asked.
#[derive(Default)]
pub(crate) struct Answers {
    pub(crate) host: Option<host::Status>,
    pub(crate) processes: Vec<Process>,
    pub(crate) sessions: Vec<Session>,
    /// What the asker may do to every unit.
    pub(crate) verbs: Vec<Verb>,
    pub(crate) files: Vec<File>,
    /// The newest lines.
    pub(crate) lines: Vec<Line>,
    /// Older ones, and those that come while somebody follows.
    pub(crate) more_lines: Vec<Line>,
    /// What was asked of the journal.
    pub(crate) filters: Vec<Filter>,
    pub(crate) fetch: Option<Fetch>,
    pub(crate) packages: Option<Packages>,
    pub(crate) changelog: String,
    pub(crate) restarts: Restarts,
    pub(crate) settings: Vec<Setting>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) verification: Option<Verification>,
}
