//! Samples of the nouns: every variant of every enum, every field of every struct with a value of its own.

use potion_proto::actions::{Action, Applied, Behalf, Effect, Plan, PlanId, Proof, Risk};
use potion_proto::admins::{Admin, Language, Person, Role};
use potion_proto::audit::{Entry, Verdict as Audited, Verification};
use potion_proto::errors::{Record, Report};
use potion_proto::events::{Audience, Class, Event, Keep, KeepId, News, Page as Events, Seq};
use potion_proto::host::{self, BootReason, Disk, Order, Process, Session, Status, Temperature};
use potion_proto::incidents::{self, Incident, IncidentId, Phase as Standing, Program, Subject};
use potion_proto::jobs::{self, Job, JobId, Output, Phase, Progress};
use potion_proto::journal::{Cursor, Filter, Line, Page, Place, Priority};
use potion_proto::names::{
    ErrorId, PackageName, PairingCode, SettingKey, TelegramId, TotpCode, UnitName,
};
use potion_proto::packages::{self, Restarts, Selection, Upgradable};
use potion_proto::settings::{Applies, Setting};
use potion_proto::tickets::{Fetch, Ticket};
use potion_proto::time::Timestamp;
use potion_proto::units::{Active, Detail, Ending, File, Outcome, Scope, Unit, Verb, Verdict};
use potion_proto::{Code, Failure};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Golden;
use crate::coverage::assert_covered;

pub(crate) fn unit_name() -> UnitName {
    UnitName::new("nginx.service").unwrap()
}

pub(crate) fn package_name() -> PackageName {
    PackageName::new("libc6:amd64").unwrap()
}

pub(crate) fn telegram() -> TelegramId {
    TelegramId::new(1001).unwrap()
}

pub(crate) fn pairing_code() -> PairingCode {
    PairingCode::new("abcdefghijklmnopqrstuvwxyz").unwrap()
}

pub(crate) fn error_id() -> ErrorId {
    ErrorId::new("0123abcd").unwrap()
}

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp(1_700_000_000_000 + millis)
}

fn key() -> SettingKey {
    SettingKey::new("thresholds.disk-percent").unwrap()
}

fn code() -> TotpCode {
    TotpCode::new("123456").unwrap()
}

pub(crate) fn cursor() -> Cursor {
    Cursor::try_from("s=1a;i=2b".to_owned()).unwrap()
}

pub(crate) fn verbs() -> Vec<Verb> {
    use Verb::{Disable, Enable, Reload, ResetFailed, Restart, Start, Stop};
    vec![Start, Stop, Restart, Reload, Enable, Disable, ResetFailed]
}

pub(crate) fn actions() -> Vec<Action> {
    let mut all: Vec<Action> = verbs()
        .into_iter()
        .map(|verb| Action::Unit(verb, unit_name()))
        .collect();
    all.extend([
        Action::HostReboot,
        Action::HostPowerOff,
        Action::PackagesRefresh,
        Action::PackagesUpgrade(Selection::All),
        Action::PackagesUpgrade(Selection::Security),
        Action::PackagesUpgrade(Selection::Chosen(vec![package_name()])),
        Action::PackagesAutoremove,
        Action::PackagesRepair,
        Action::PackageHold(package_name()),
        Action::PackageUnhold(package_name()),
        Action::JobCancel(JobId(7)),
        Action::IncidentAcknowledge(IncidentId(8)),
        Action::IncidentMute(IncidentId(8), 60),
        Action::Keep(KeepId(9)),
        Action::Revert(KeepId(9)),
        Action::AdminLanguage(Language::En),
        Action::AdminAdd(Role::Operator),
        Action::AdminRemove(telegram()),
        Action::AdminRole(telegram(), Role::Owner),
        Action::TotpEnrol(telegram()),
        Action::TotpConfirm(telegram(), code()),
        Action::TotpReset(telegram()),
        Action::TotpUnlock(telegram()),
        Action::SettingSet(key(), "85".into()),
        Action::SettingUnset(key()),
        Action::FilesRootRecord,
    ]);
    all
}

pub(crate) fn behalves() -> Vec<Behalf> {
    vec![Behalf::Own, Behalf::Telegram(telegram())]
}

pub(crate) fn proofs() -> Vec<Proof> {
    vec![Proof::Confirmed, Proof::Totp(code())]
}

fn effects() -> Vec<Effect> {
    vec![
        Effect::UnitIs {
            active: Active::Active,
            sub: "running".into(),
        },
        Effect::Protected,
        Effect::KeepOrRevert { seconds: 120 },
        Effect::Upgrades {
            names: vec![package_name()],
            count: 3,
            security: 2,
            download_bytes: 5_000_000_000,
        },
        Effect::UpgradesPotion,
        Effect::Removes {
            names: vec![package_name()],
            count: 1,
        },
        Effect::Sessions { count: 2 },
        Effect::Jobs { count: 1 },
        Effect::Changes {
            from: "90".into(),
            to: "85".into(),
        },
        Effect::Applies(Applies::Now),
        Effect::Applies(Applies::AfterRestart("potion-bot.service".into())),
    ]
}

pub(crate) fn plan() -> Plan {
    Plan {
        id: PlanId([7; 16]),
        action: Action::HostReboot,
        risk: Risk::Dangerous,
        totp: true,
        effects: effects(),
        expires: at(1),
    }
}

pub(crate) fn keep() -> Keep {
    Keep {
        id: KeepId(9),
        action: Action::Unit(Verb::Stop, unit_name()),
        until: at(2),
    }
}

pub(crate) fn line() -> Line {
    Line {
        at: at(3),
        priority: Some(Priority::Err),
        unit: "nginx.service".into(),
        source: "nginx".into(),
        pid: Some(42),
        message: "bind() failed — “é”".into(),
        cut: true,
    }
}

fn ending() -> Ending {
    Ending {
        result: "signal".into(),
        status: Some(-9),
        signalled: true,
        skipped: false,
    }
}

pub(crate) fn outcome() -> Outcome {
    Outcome {
        unit: unit_name(),
        verb: Verb::Restart,
        verdict: Verdict::Failed,
        active: Active::Failed,
        sub: "failed".into(),
        ending: ending(),
        main_pid: None,
        took_ms: 1234,
        lines: vec![line()],
    }
}

pub(crate) fn applied() -> Vec<Applied> {
    vec![
        Applied::Done,
        Applied::Unit(Box::new(outcome())),
        Applied::KeepPending(Box::new(outcome()), keep()),
        Applied::Job(JobId(7)),
        Applied::Pairing {
            code: pairing_code(),
            expires: at(4),
        },
        Applied::Enrolled {
            uri: "otpauth://totp/x".into(),
            secret: "GEZDGNBV".into(),
        },
        Applied::Setting(Applies::Now),
        Applied::FilesRoot {
            filesystem: "1234-abcd".into(),
        },
    ]
}

pub(crate) fn unit() -> Unit {
    Unit {
        name: unit_name(),
        description: "A web server".into(),
        active: Active::Active,
        sub: "running".into(),
        file_state: "enabled".into(),
        load: "loaded".into(),
        since: Some(at(5)),
        managed: true,
        protected: false,
    }
}

pub(crate) fn detail() -> Detail {
    Detail {
        unit: unit(),
        ending: ending(),
        main_pid: Some(4242),
        restarts: 3,
        memory: Some(1 << 33),
        cpu_nanos: Some(5),
        tasks: None,
        requires: vec!["a.target".into()],
        required_by: vec!["b.target".into()],
        triggered_by: vec!["c.socket".into()],
        next: Some(at(6)),
        fragment: "/usr/lib/systemd/system/nginx.service".into(),
        drop_ins: vec!["/etc/x.conf".into()],
        needs_reload: true,
        verbs: verbs(),
    }
}

pub(crate) fn job() -> Job {
    Job {
        id: JobId(7),
        action: Action::PackagesUpgrade(Selection::All),
        by: "telegram:1001".into(),
        at: at(7),
        ended: Some(at(8)),
        phase: Phase::Failed,
        progress: Progress {
            percent: Some(40),
            step: "installing".into(),
            item: "nginx".into(),
        },
        ending: jobs::Ending {
            status: Some(100),
            reason: "no space".into(),
            facts: vec![("upgraded".into(), "3".into())],
            tail: vec!["E: x".into()],
        },
        revision: 12,
        cancellable: false,
    }
}

fn gauges() -> Vec<incidents::Gauge> {
    use incidents::Gauge::{Disk, Load, Memory, Swap, Temperature};
    vec![Disk("/mnt/dre".into()), Memory, Swap, Temperature, Load]
}

fn subjects() -> Vec<Subject> {
    vec![
        Subject::Unit(unit_name()),
        Subject::Program(Program::Bot),
        Subject::Threshold(incidents::Gauge::Memory),
    ]
}

pub(crate) fn incident() -> Incident {
    Incident {
        id: IncidentId(8),
        subject: Subject::Unit(unit_name()),
        phase: Standing::GaveUp,
        since: at(9),
        changed: at(10),
        count: 5,
        reason: "signal".into(),
        lines: vec![line()],
        error: Some(error_id()),
        acknowledged_by: "uid:0".into(),
        muted_until: Some(at(11)),
    }
}

fn news() -> Vec<News> {
    vec![
        News::Incident(Box::new(incident())),
        News::JobEnded(Box::new(job())),
        News::KeepPending(keep()),
        News::Kept(keep()),
        News::Reverted {
            keep: keep(),
            reason: "time".into(),
        },
        News::Booted(BootReason::Unclean),
        News::Paired {
            id: telegram(),
            name: "Sari".into(),
        },
        News::TotpLocked {
            id: telegram(),
            minutes: 15,
        },
        News::AuditHead {
            entries: 100,
            hash: "ab".repeat(32),
        },
        News::UpgradesWaiting {
            security: 2,
            other: 5,
        },
        News::Folded {
            count: 1000,
            from: at(12),
            to: at(13),
        },
    ]
}

pub(crate) fn events() -> Events {
    let event = |(seq, news): (u64, News)| Event {
        seq: Seq(seq),
        at: at(14),
        class: Class::Units,
        audience: Audience::Only(telegram()),
        sounding: true,
        news,
    };
    let events = (1..).zip(news()).map(event).collect();
    Events {
        events,
        delivered: Seq(3),
        head: Seq(300),
    }
}

pub(crate) fn report() -> Report {
    Report {
        panic: true,
        doing: "bot handler services/restart".into(),
        message: "index out of bounds".into(),
        frames: vec!["bot::services at bot/src/services.rs:10".into()],
        whole: "0: std".into(),
    }
}

pub(crate) fn record() -> Record {
    Record {
        id: error_id(),
        program: Program::Agent,
        first: at(15),
        last: at(16),
        count: 2,
        report: report(),
    }
}

pub(crate) fn admin() -> Admin {
    Admin {
        id: telegram(),
        name: "Sari".into(),
        role: Role::Owner,
        language: Some(Language::Id),
        configured: true,
        totp: false,
        paired: Some(at(17)),
    }
}

pub(crate) fn person() -> Person {
    Person {
        id: telegram(),
        name: "Sari".into(),
        language: None,
    }
}

pub(crate) fn entry() -> Entry {
    Entry {
        number: 300,
        at: at(18),
        who: "telegram:1001".into(),
        what: "unit restart nginx.service".into(),
        verdict: Audited::Done,
        detail: "x".into(),
        request: 1 << 50,
        hash: "cd".repeat(32),
    }
}

pub(crate) fn verification() -> Verification {
    Verification {
        entries: 300,
        head: "cd".repeat(32),
        faults: vec!["entry 3".into()],
    }
}

pub(crate) fn status() -> Status {
    Status {
        name: "dre".into(),
        system: "Ubuntu 24.04 LTS".into(),
        kernel: "6.8.0".into(),
        booted: at(19),
        uptime_seconds: 90_000,
        last_boot: BootReason::Clean,
        cpu_percent: 12.5,
        cores_percent: vec![25.0, 0.0],
        load: [0.5, 0.25, 0.125],
        memory: host::Gauge { used: 1, total: 2 },
        swap: host::Gauge { used: 3, total: 4 },
        temperatures: vec![Temperature {
            sensor: "Package".into(),
            celsius: 61.5,
        }],
        disks: vec![Disk {
            mount: "/mnt/dre".into(),
            kind: "ext4".into(),
            space: host::Gauge { used: 5, total: 6 },
            missing: true,
        }],
        reboot: Some(vec!["linux-image".into()]),
    }
}

pub(crate) fn process() -> Process {
    Process {
        pid: 1,
        name: "systemd".into(),
        user: "root".into(),
        unit: "init.scope".into(),
        cpu_percent: 1.5,
        memory: 1 << 20,
    }
}

pub(crate) fn login() -> Session {
    Session {
        id: "c1".into(),
        user: "sari".into(),
        service: "sshd".into(),
        from: "192.0.2.7".into(),
        tty: "pts/0".into(),
        since: at(20),
    }
}

pub(crate) fn filter() -> Filter {
    Filter {
        unit: Some(unit_name()),
        priority: Some(Priority::Warning),
        since: Some(at(21)),
        until: Some(at(22)),
        text: Some("error".into()),
    }
}

pub(crate) fn places() -> Vec<Place> {
    vec![
        Place::Newest,
        Place::Before(cursor()),
        Place::After(cursor()),
    ]
}

pub(crate) fn page() -> Page {
    Page {
        lines: vec![line()],
        first: Some(cursor()),
        last: Some(cursor()),
        older: true,
    }
}

pub(crate) fn file() -> File {
    File {
        path: "/etc/systemd/system/x.service".into(),
        text: "[Unit]\n".into(),
    }
}

pub(crate) fn output() -> Output {
    Output {
        text: "Reading…".into(),
        next: 512,
        end: true,
    }
}

pub(crate) fn fetch() -> Fetch {
    Fetch {
        ticket: Ticket([9; 16]),
        name: "nginx.log".into(),
        bytes: 70_000,
    }
}

pub(crate) fn package_status() -> packages::Status {
    packages::Status {
        refreshed: Some(at(23)),
        upgradable: vec![Upgradable {
            name: package_name(),
            installed: "1.0".into(),
            candidate: "1.1".into(),
            security: true,
            download_bytes: 12,
            held: false,
        }],
        held: vec![package_name()],
        removable: vec![package_name()],
        download_bytes: 13,
        broken: true,
    }
}

pub(crate) fn restarts() -> Restarts {
    Restarts {
        unknown: false,
        units: vec![unit_name()],
        kernel: "6.8.0-1".into(),
        kernel_waiting: Some("6.8.0-2".into()),
    }
}

pub(crate) fn setting() -> Setting {
    Setting {
        key: key(),
        value: "85".into(),
        default: "90".into(),
        doc: "Used space of a disk.".into(),
        local: false,
        applies: Applies::Now,
    }
}

fn codes() -> Vec<Code> {
    use Code::{
        AuditUnavailable, Conflict, Denied, DiskFull, DiskNotMounted, Expired, Internal, Invalid,
        LocalOnly, LockHeld, Mismatch, NotFound, PairingRefused, RateLimited, Timeout, TotpLocked,
        TotpNotEnrolled, TotpRequired, TotpReused, TotpWrong, Unavailable, UnitRefused,
        UnitUnmanaged,
    };
    vec![
        Denied,
        LocalOnly,
        NotFound,
        Invalid,
        Unavailable,
        Conflict,
        Expired,
        RateLimited,
        TotpRequired,
        TotpNotEnrolled,
        TotpWrong,
        TotpReused,
        TotpLocked,
        PairingRefused,
        UnitRefused,
        UnitUnmanaged,
        DiskFull,
        DiskNotMounted,
        LockHeld,
        AuditUnavailable,
        Mismatch,
        Timeout,
        Internal,
    ]
}

pub(crate) fn failure() -> Failure {
    Failure {
        code: Code::NotFound,
        subject: "x.service".into(),
        message: "no".into(),
        request: 5,
    }
}

/// Lines of one kind, named `kind/0`, `kind/1`, …
fn lines<T: Serialize>(kind: &str, samples: &[T]) -> Vec<Golden> {
    let line = |(number, sample)| Golden::of(&format!("{kind}/{number}"), sample);
    samples.iter().enumerate().map(line).collect()
}

pub(crate) fn all() -> Vec<Golden> {
    let mut all = lines("action", &actions());
    all.extend(lines("effect", &effects()));
    all.extend(lines("applied", &applied()));
    all.extend(lines("news", &news()));
    all.extend(lines("code", &codes()));
    all.extend(lines("place", &places()));
    all.extend(lines("subject", &subjects()));
    all.extend(lines("gauge", &gauges()));
    all.extend(lines("behalf", &behalves()));
    all.extend(lines("proof", &proofs()));
    all.extend(rows());
    all
}

#[test]
fn the_samples_have_every_variant_of_every_enum() {
    assert_covered(&actions());
    assert_covered(&effects());
    assert_covered(&applied());
    assert_covered(&news());
    assert_covered(&codes());
    assert_covered(&places());
    assert_covered(&subjects());
    assert_covered(&gauges());
    assert_covered(&behalves());
    assert_covered(&proofs());
    assert_covered(&verbs());
    assert_covered(&[
        Selection::All,
        Selection::Security,
        Selection::Chosen(vec![]),
    ]);
}

/// All variants of an enum in one line: their order is all there is to most of these.
fn row<T: Serialize + DeserializeOwned>(name: &str, variants: &[T]) -> Golden {
    assert_covered(variants);
    Golden::of(&format!("enum/{name}"), &variants)
}

#[expect(clippy::vec_init_then_push, reason = "each row has its own imports")]
fn rows() -> Vec<Golden> {
    let mut rows = Vec::new();
    rows.push(row(
        "risk",
        &[Risk::Safe, Risk::Notable, Risk::Dangerous, Risk::Local],
    ));
    rows.push(row("role", &[Role::Viewer, Role::Operator, Role::Owner]));
    rows.push(row("language", &[Language::Id, Language::En]));
    rows.push(row(
        "audited",
        &[
            Audited::Allowed,
            Audited::Refused,
            Audited::Done,
            Audited::Failed,
        ],
    ));
    rows.push(row(
        "boot-reason",
        &[BootReason::Unknown, BootReason::Clean, BootReason::Unclean],
    ));
    rows.push(row("order", &[Order::Cpu, Order::Memory]));
    rows.push(row("scope", &[Scope::Managed, Scope::All]));
    rows.push(row(
        "program",
        &[Program::Agent, Program::Bot, Program::Ctl],
    ));
    {
        use Class::{Crashes, Host, Jobs, Packages, Security, Units};
        rows.push(row(
            "class",
            &[Units, Jobs, Crashes, Host, Security, Packages],
        ));
    }
    rows.push(row(
        "audience",
        &[
            Audience::Everyone,
            Audience::Only(telegram()),
            Audience::Owners,
        ],
    ));
    {
        use Active::{Activating, Deactivating, Failed, Inactive, Maintenance, Reloading};
        let up = Active::Active;
        rows.push(row(
            "active",
            &[
                up,
                Reloading,
                Inactive,
                Failed,
                Activating,
                Deactivating,
                Maintenance,
            ],
        ));
    }
    {
        use Verdict::{Cancelled, Done, Failed, Skipped, StartLimit, StillRunning, Unchanged};
        rows.push(row(
            "verdict",
            &[
                Done,
                Skipped,
                StartLimit,
                Failed,
                Cancelled,
                StillRunning,
                Unchanged,
            ],
        ));
    }
    {
        use Phase::{Cancelled, Done, Failed, Interrupted, Queued, Running};
        rows.push(row(
            "phase",
            &[Queued, Running, Done, Failed, Cancelled, Interrupted],
        ));
    }
    {
        use Standing::{Acknowledged, Failed, GaveUp, Healed, Healing, Resolved};
        rows.push(row(
            "standing",
            &[Failed, Healing, Healed, GaveUp, Acknowledged, Resolved],
        ));
    }
    {
        use Priority::{Alert, Crit, Debug, Emerg, Err, Info, Notice, Warning};
        rows.push(row(
            "priority",
            &[Emerg, Alert, Crit, Err, Warning, Notice, Info, Debug],
        ));
    }
    rows
}
