//! What systemd's properties say of a unit.
//!
//! A property of an unexpected type or name is passed over: another version of systemd may know it differently, and the
//! rest still counts. Numbers that systemd gives as their highest value mean “not known”.

use std::collections::HashMap;

use potion_proto::names::UnitName;
use potion_proto::time::Timestamp;
use potion_proto::units::{Active, Detail, Ending, Unit};
use zbus::Variant;

use super::watch::UnitState;

mod values;

use values::{first_number, hex, moment, put_flag, put_text, put_texts, sorted, text};

/// Properties as `GetAll` and `PropertiesChanged` bring them.
pub(super) type Properties<'a> = HashMap<&'a str, Variant<'a>>;

const CLD_KILLED: i32 = 2;
const CLD_DUMPED: i32 = 3;

/// A unit's properties, decoded.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) unit: UnitName,
    /// Its own name, where the one it was asked for by is an alias (`mysql.service`): systemd's signals bear that.
    own_name: Option<UnitName>,
    description: String,
    load: String,
    pub(super) active: Active,
    pub(super) sub: String,
    file_state: String,
    moments: Moments,
    run: Run,
    usage: Usage,
    links: Links,
    fragment: String,
    drop_ins: Vec<String>,
    needs_reload: bool,
    pub(super) can_reload: bool,
    /// The id of the job that is queued or running; 0 when there is none.
    pub(super) job: u32,
    /// `Type=` of a service; empty for others.
    pub(super) start_type: String,
    /// `Restart=` of a service; empty for others.
    restart: String,
}

/// When it entered and left its states, in microseconds of Unix time; 0 means never.
#[derive(Clone, Debug, Default)]
struct Moments {
    active_enter: u64,
    active_exit: u64,
    inactive_enter: u64,
    inactive_exit: u64,
    next_realtime: u64,
    next_monotonic: u64,
    condition: u64,
    assert: u64,
}

/// Its last run.
#[derive(Clone, Debug, Default)]
struct Run {
    result: String,
    invocation: String,
    restarts: u32,
    main_pid: u32,
    exit_code: i32,
    exit_status: i32,
    condition_failed: bool,
    assert_failed: bool,
}

/// What it uses.
#[derive(Clone, Debug, Default)]
struct Usage {
    memory: Option<u64>,
    cpu_nanos: Option<u64>,
    tasks: Option<u64>,
}

/// Its neighbours.
#[derive(Clone, Debug, Default)]
struct Links {
    requires: Vec<String>,
    wants: Vec<String>,
    required_by: Vec<String>,
    wanted_by: Vec<String>,
    triggered_by: Vec<String>,
}

impl Facts {
    /// Nothing known yet.
    pub(super) fn none(unit: UnitName) -> Self {
        Self {
            unit,
            own_name: None,
            description: String::new(),
            load: "not-found".to_owned(),
            active: Active::Inactive,
            sub: "dead".to_owned(),
            file_state: String::new(),
            moments: Moments::default(),
            run: Run::default(),
            usage: Usage::default(),
            links: Links::default(),
            fragment: String::new(),
            drop_ins: Vec::new(),
            needs_reload: false,
            can_reload: false,
            job: 0,
            start_type: String::new(),
            restart: String::new(),
        }
    }

    /// Takes over what these properties say.
    pub(super) fn learn(&mut self, properties: &Properties<'_>) {
        for (name, value) in properties {
            self.learn_one(name, value);
        }
    }

    fn learn_one(&mut self, name: &str, value: &Variant<'_>) {
        match name {
            "Id" => self.own_name = text(value).and_then(|name| UnitName::new(name).ok()),
            "Description" => put_text(&mut self.description, value),
            "LoadState" => put_text(&mut self.load, value),
            "ActiveState" => self.active = text(value).and_then(active).unwrap_or(self.active),
            "SubState" => put_text(&mut self.sub, value),
            "UnitFileState" => put_text(&mut self.file_state, value),
            "FragmentPath" => put_text(&mut self.fragment, value),
            "DropInPaths" => put_texts(&mut self.drop_ins, value),
            "NeedDaemonReload" => put_flag(&mut self.needs_reload, value),
            "CanReload" => put_flag(&mut self.can_reload, value),
            "Job" => self.job = first_number(value).unwrap_or(self.job),
            "Type" => put_text(&mut self.start_type, value),
            "Restart" => put_text(&mut self.restart, value),
            _ => {
                self.moments.learn(name, value);
                self.run.learn(name, value);
                self.usage.learn(name, value);
                self.links.learn(name, value);
            }
        }
    }

    /// The name that systemd's signals bear.
    pub(super) fn own_name(&self) -> &UnitName {
        self.own_name.as_ref().unwrap_or(&self.unit)
    }

    /// systemd knows a file or a run of it.
    pub(super) fn exists(&self) -> bool {
        self.load != "not-found" || self.active != Active::Inactive
    }

    /// It runs, as far as a reload is concerned.
    pub(super) fn is_up(&self) -> bool {
        matches!(self.active, Active::Active | Active::Reloading)
    }

    /// systemd may be about to start it again by itself.
    pub(super) fn may_heal(&self) -> bool {
        let down = matches!(self.active, Active::Inactive | Active::Failed);
        down && !matches!(self.restart.as_str(), "" | "no")
    }

    /// A condition or assertion kept the last attempt to start it from happening.
    pub(super) fn was_skipped(&self) -> bool {
        (self.moments.condition > 0 && self.run.condition_failed)
            || (self.moments.assert > 0 && self.run.assert_failed)
    }

    /// InvocationID as hex.
    pub(super) fn invocation(&self) -> &str {
        &self.run.invocation
    }

    /// systemd's Result.
    pub(super) fn result(&self) -> &str {
        &self.run.result
    }

    /// UnitFileState.
    pub(super) fn file_state(&self) -> &str {
        &self.file_state
    }

    /// The row of a list; policy's flags are left false.
    pub(super) fn row(&self) -> Unit {
        Unit {
            name: self.unit.clone(),
            description: self.description.clone(),
            active: self.active,
            sub: self.sub.clone(),
            file_state: self.file_state.clone(),
            load: self.load.clone(),
            since: self.moments.since(self.active),
            managed: false,
            protected: false,
        }
    }

    /// How the last run ended.
    pub(super) fn ending(&self) -> Ending {
        let ended = self.run.exit_code != 0;
        Ending {
            result: self.run.result.clone(),
            status: ended.then_some(self.run.exit_status),
            signalled: matches!(self.run.exit_code, CLD_KILLED | CLD_DUMPED),
            skipped: self.was_skipped() && self.active == Active::Inactive,
        }
    }

    /// MainPID.
    pub(super) fn main_pid(&self) -> Option<u32> {
        Some(self.run.main_pid).filter(|&pid| pid != 0)
    }

    /// The watch's view of it.
    pub(super) fn state(&self) -> UnitState {
        UnitState {
            unit: self.unit.clone(),
            active: self.active,
            sub: self.sub.clone(),
            ending: self.ending(),
            invocation: self.run.invocation.clone(),
            restarts: self.run.restarts,
            main_pid: self.main_pid(),
            since: self.moments.since(self.active),
        }
    }

    /// Everything; policy's parts are left empty. `monotonic_zero` is the Unix time in microseconds at which the
    /// monotonic clock was 0.
    pub(super) fn detail(self, monotonic_zero: u64) -> Detail {
        let next = self.moments.next(monotonic_zero);
        Detail {
            unit: self.row(),
            ending: self.ending(),
            main_pid: self.main_pid(),
            restarts: self.run.restarts,
            memory: self.usage.memory,
            cpu_nanos: self.usage.cpu_nanos,
            tasks: self.usage.tasks,
            requires: sorted(self.links.requires, self.links.wants),
            required_by: sorted(self.links.required_by, self.links.wanted_by),
            triggered_by: sorted(self.links.triggered_by, Vec::new()),
            next,
            fragment: self.fragment,
            drop_ins: self.drop_ins,
            needs_reload: self.needs_reload,
            verbs: Vec::new(),
        }
    }
}

impl Moments {
    fn learn(&mut self, name: &str, value: &Variant<'_>) {
        let at = match name {
            "ActiveEnterTimestamp" => &mut self.active_enter,
            "ActiveExitTimestamp" => &mut self.active_exit,
            "InactiveEnterTimestamp" => &mut self.inactive_enter,
            "InactiveExitTimestamp" => &mut self.inactive_exit,
            "NextElapseUSecRealtime" => &mut self.next_realtime,
            "NextElapseUSecMonotonic" => &mut self.next_monotonic,
            "ConditionTimestamp" => &mut self.condition,
            "AssertTimestamp" => &mut self.assert,
            _ => return,
        };
        if let Variant::U64(micros) = value {
            *at = *micros;
        }
    }

    fn since(&self, active: Active) -> Option<Timestamp> {
        moment(match active {
            Active::Active | Active::Reloading | Active::Maintenance => self.active_enter,
            Active::Inactive | Active::Failed => self.inactive_enter,
            Active::Activating => self.inactive_exit,
            Active::Deactivating => self.active_exit,
        })
    }

    fn next(&self, monotonic_zero: u64) -> Option<Timestamp> {
        let monotonic = moment(self.next_monotonic)
            .and_then(|_| moment(self.next_monotonic.saturating_add(monotonic_zero)));
        [moment(self.next_realtime), monotonic]
            .into_iter()
            .flatten()
            .min()
    }
}

impl Run {
    fn learn(&mut self, name: &str, value: &Variant<'_>) {
        match (name, value) {
            ("Result", value) => put_text(&mut self.result, value),
            ("InvocationID", value) => self.invocation = hex(value),
            ("NRestarts", Variant::U32(count)) => self.restarts = *count,
            ("MainPID", Variant::U32(pid)) => self.main_pid = *pid,
            ("ExecMainCode", Variant::I32(code)) => self.exit_code = *code,
            ("ExecMainStatus", Variant::I32(status)) => self.exit_status = *status,
            ("ConditionResult", Variant::Bool(met)) => self.condition_failed = !met,
            ("AssertResult", Variant::Bool(met)) => self.assert_failed = !met,
            _ => {}
        }
    }
}

impl Usage {
    fn learn(&mut self, name: &str, value: &Variant<'_>) {
        let at = match name {
            "MemoryCurrent" => &mut self.memory,
            "CPUUsageNSec" => &mut self.cpu_nanos,
            "TasksCurrent" => &mut self.tasks,
            _ => return,
        };
        if let Variant::U64(number) = value {
            *at = Some(*number).filter(|&number| number != u64::MAX);
        }
    }
}

impl Links {
    fn learn(&mut self, name: &str, value: &Variant<'_>) {
        let at = match name {
            "Requires" => &mut self.requires,
            "Wants" => &mut self.wants,
            "RequiredBy" => &mut self.required_by,
            "WantedBy" => &mut self.wanted_by,
            "TriggeredBy" => &mut self.triggered_by,
            _ => return,
        };
        put_texts(at, value);
    }
}

/// systemd's word for an ActiveState; None for one that no version of ours knows.
pub(super) fn active(word: &str) -> Option<Active> {
    Some(match word {
        "active" | "refreshing" => Active::Active,
        "reloading" => Active::Reloading,
        "inactive" => Active::Inactive,
        "failed" => Active::Failed,
        "activating" => Active::Activating,
        "deactivating" => Active::Deactivating,
        "maintenance" => Active::Maintenance,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
