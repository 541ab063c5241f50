//! The stolen bot: it has the bot's socket and every admin's id, and tries every call with every argument
//! it can think of.
//!
//! 1. For the bot itself, each admin, and people who do not exist: plan every action on every kind of
//!    unit, apply what was planned with a tap and with made-up codes.
//! 2. Every other call, likewise.
//! 3. Hand in made-up pairing codes; report errors of any size; claim events were delivered.
//!
//! It may restart what the owner lent it. It owns nothing: no admin, no authenticator, no local key, no
//! reboot, no upgrade, no unit that was not lent, and the audit log has it all and is whole.

use potion_agent::testing::{Person, Running, context, telegram_id};
use potion_proto::actions::{Action, Behalf, Proof};
use potion_proto::admins::Person as Claimed;
use potion_proto::audit::{Entry, Verdict};
use potion_proto::errors::Report;
use potion_proto::events::Seq;
use potion_proto::host::Order;
use potion_proto::incidents::IncidentId;
use potion_proto::jobs::JobId;
use potion_proto::journal::{Filter, Place};
use potion_proto::names::{ErrorId, PackageName, PairingCode, TotpCode};
use potion_proto::units::{Scope, Verb};
use potion_proto::{Code, Failure};

use crate::every_action::{OWN, dangerous, harmless, local, on};
use crate::{OPERATOR, OWNER, VIEWER, unit, world};

const UNITS: [&str; 8] = [
    "nginx.service",
    "ssh.service",
    "cron.service",
    "reboot.target",
    "debug-shell.service",
    "potiond.service",
    "apt-daily-upgrade.service",
    "dbus.service",
];

fn masks() -> Vec<Behalf> {
    let people = [OWNER, OPERATOR, VIEWER, 9_999, i64::MAX];
    let people = people.map(|id| Behalf::Telegram(telegram_id(id)));
    [vec![Behalf::Own], people.to_vec()].concat()
}

/// Plans and applies everything in every way.
async fn act_all(bot: &Person) {
    let actions = [local(), dangerous(), harmless(), on(&UNITS), vec![OWN]].concat();
    for by in masks() {
        let thief = bot.acting_for(by);
        for action in &actions {
            let Ok(plan) = thief.plan(action.clone()).await else {
                continue;
            };
            let guess = Proof::Totp(TotpCode::new("000000").unwrap());
            for proof in [guess, Proof::Confirmed] {
                for mask in masks() {
                    let _ = bot.acting_for(mask).apply(&plan, proof.clone()).await;
                }
            }
        }
    }
}

fn failed<T>(answer: Result<T, Failure>) -> Option<Code> {
    answer.err().map(|failure| failure.code)
}

/// What each call but those for itself comes to, by its name.
async fn ask_all(thief: &Person) -> Vec<(&'static str, Option<Code>)> {
    let (rpc, by) = (&thief.rpc, thief.by);
    let error = ErrorId::new("0123abcd").unwrap();
    let (filter, nginx) = (Filter::default(), unit("nginx.service"));
    let package = PackageName::new("nginx").unwrap();
    vec![
        (
            "job_list",
            failed(rpc.job_list(context(), by, u32::MAX).await.unwrap()),
        ),
        (
            "job_show",
            failed(rpc.job_show(context(), by, JobId(1)).await.unwrap()),
        ),
        (
            "job_wait",
            failed(rpc.job_wait(context(), by, JobId(1), 0, 1).await.unwrap()),
        ),
        (
            "job_output",
            failed(rpc.job_output(context(), by, JobId(1), 0).await.unwrap()),
        ),
        (
            "incident_list",
            failed(rpc.incident_list(context(), by, 0).await.unwrap()),
        ),
        (
            "incident_show",
            failed(
                rpc.incident_show(context(), by, IncidentId(1))
                    .await
                    .unwrap(),
            ),
        ),
        (
            "keep_pending",
            failed(rpc.keep_pending(context(), by).await.unwrap()),
        ),
        (
            "error_list",
            failed(rpc.error_list(context(), by, 9).await.unwrap()),
        ),
        (
            "error_show",
            failed(rpc.error_show(context(), by, error).await.unwrap()),
        ),
        (
            "audit_list",
            failed(rpc.audit_list(context(), by, None, 9).await.unwrap()),
        ),
        (
            "audit_verify",
            failed(rpc.audit_verify(context(), by).await.unwrap()),
        ),
        (
            "host_status",
            failed(rpc.host_status(context(), by).await.unwrap()),
        ),
        (
            "host_processes",
            failed(
                rpc.host_processes(context(), by, Order::Cpu, 9)
                    .await
                    .unwrap(),
            ),
        ),
        (
            "host_sessions",
            failed(rpc.host_sessions(context(), by).await.unwrap()),
        ),
        (
            "unit_list",
            failed(rpc.unit_list(context(), by, Scope::All).await.unwrap()),
        ),
        (
            "unit_show",
            failed(rpc.unit_show(context(), by, nginx.clone()).await.unwrap()),
        ),
        (
            "unit_files",
            failed(rpc.unit_files(context(), by, nginx).await.unwrap()),
        ),
        (
            "journal_page",
            failed(
                rpc.journal_page(context(), by, filter.clone(), Place::Newest, 9)
                    .await
                    .unwrap(),
            ),
        ),
        (
            "journal_follow",
            failed(
                rpc.journal_follow(context(), by, filter.clone(), Place::Newest, 1)
                    .await
                    .unwrap(),
            ),
        ),
        (
            "journal_file",
            failed(rpc.journal_file(context(), by, filter).await.unwrap()),
        ),
        (
            "package_status",
            failed(rpc.package_status(context(), by).await.unwrap()),
        ),
        (
            "package_changelog",
            failed(rpc.package_changelog(context(), by, package).await.unwrap()),
        ),
        (
            "package_restarts",
            failed(rpc.package_restarts(context(), by).await.unwrap()),
        ),
        (
            "setting_list",
            failed(rpc.setting_list(context(), by).await.unwrap()),
        ),
    ]
}

async fn begun(world: &Running) -> Vec<Entry> {
    let root = world.root().await;
    let mut all = Vec::new();
    let mut before = None;
    loop {
        let page = root
            .rpc
            .audit_list(context(), root.by, before, 100)
            .await
            .unwrap()
            .unwrap();
        let Some(last) = page.last() else {
            all.retain(|entry: &Entry| entry.verdict == Verdict::Allowed && entry.who != "uid:0");
            return all;
        };
        before = Some(last.number);
        all.extend(page);
    }
}

#[tokio::test]
async fn it_acts_on_nothing_but_what_it_was_lent() {
    let world = world()
        .config("[policy]\nrate-per-minute = 1000")
        .start()
        .await;
    world.enrol(OWNER).await;
    let bot = world.bot().await;
    let admins = bot
        .rpc
        .admin_list(context(), bot.by)
        .await
        .unwrap()
        .unwrap();
    act_all(&bot).await;
    for name in &UNITS[2..] {
        assert!(world.fakes.units.touched(name).is_empty(), "{name}");
    }
    let ssh = world.fakes.units.touched("ssh.service");
    assert!(
        !ssh.contains(&Verb::Stop) && !ssh.contains(&Verb::Disable),
        "{ssh:?}"
    );
    assert!(
        !world.fakes.units.touched("nginx.service").is_empty(),
        "that was lent"
    );
    for entry in begun(&world).await {
        let word = entry.what.split(' ').next().unwrap();
        let verb = entry.what.split(' ').nth(1).unwrap_or_default();
        assert!(!matches!(word, "host" | "totp" | "setup"), "{}", entry.what);
        assert!(
            !matches!(verb, "upgrade" | "autoremove" | "repair" | "add"),
            "{}",
            entry.what
        );
    }
    let text = std::fs::read_to_string(&world.agent.paths.config).unwrap();
    assert!(!text.contains("units") && !text.contains("files") && !text.contains("api-url"));
    assert_eq!(world.agent.config().policy().totp_failures(), 5);
    let after = bot
        .rpc
        .admin_list(context(), bot.by)
        .await
        .unwrap()
        .unwrap();
    let ids = |all: &[potion_proto::admins::Admin]| {
        all.iter()
            .map(|admin| (admin.id, admin.role, admin.totp))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&admins), ids(&after));
}

#[tokio::test]
async fn for_itself_and_for_people_it_made_up_it_sees_nothing() {
    let world = world().start().await;
    let bot = world.bot().await;
    for by in [Behalf::Own, Behalf::Telegram(telegram_id(9_999))] {
        for (call, code) in ask_all(&bot.acting_for(by)).await {
            assert_eq!(code, Some(Code::Denied), "{call}");
        }
    }
    let owner = ask_all(&bot.acting_for(Behalf::Telegram(telegram_id(OWNER)))).await;
    assert!(
        owner.iter().all(|(_, code)| *code != Some(Code::Denied)),
        "{owner:?}"
    );
}

#[tokio::test]
async fn made_up_pairing_codes_make_nobody_an_admin() {
    let world = world().start().await;
    let bot = world.bot().await;
    for number in 0..40 {
        let code = PairingCode::new(format!("{number:026}")).unwrap();
        let person = Claimed {
            id: telegram_id(9_999),
            name: "x".repeat(9_999),
            language: None,
        };
        let answer = bot.rpc.admin_redeem(context(), code, person).await.unwrap();
        assert_eq!(failed(answer), Some(Code::PairingRefused));
    }
    let listed = bot
        .rpc
        .admin_list(context(), bot.by)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(listed.len(), 3);
}

#[tokio::test]
async fn what_it_may_write_is_bounded() {
    let world = world().start().await;
    let bot = world.bot().await;
    for _ in 0..3 {
        let report = Report {
            panic: true,
            doing: "x".repeat(50_000),
            message: "y".repeat(50_000),
            frames: vec!["z".repeat(5_000); 20],
            whole: "w".repeat(300_000),
        };
        let _ = bot
            .rpc
            .error_report(context(), bot.by, report)
            .await
            .unwrap();
    }
    let listed = world.root().await;
    let errors = listed
        .rpc
        .error_list(context(), listed.by, 100)
        .await
        .unwrap()
        .unwrap();
    assert!(errors.len() <= 1 && errors.iter().all(|error| error.report.doing.len() < 50_000));
    assert!(
        bot.rpc
            .events_delivered(context(), bot.by, Seq(u64::MAX))
            .await
            .unwrap()
            .is_ok()
    );
    let action = Action::Unit(Verb::Restart, unit("nginx.service"));
    world.telegram(OPERATOR).await.act(action).await.unwrap();
}
