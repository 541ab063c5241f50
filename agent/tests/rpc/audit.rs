//! The audit log.

use potion_agent::testing::{Person, Running, context};
use potion_proto::Code;
use potion_proto::actions::Action;
use potion_proto::audit::{Entry, Verdict, Verification};
use potion_proto::units::Verb;

use crate::{OPERATOR, OWNER, VIEWER, code, unit, world};

fn restart() -> Action {
    Action::Unit(Verb::Restart, unit("nginx.service"))
}

async fn entries(world: &Running) -> Vec<Entry> {
    let root = world.root().await;
    root.rpc
        .audit_list(context(), root.by, None, 100)
        .await
        .unwrap()
        .unwrap()
}

async fn verify(world: &Running) -> Verification {
    let root = world.root().await;
    root.rpc
        .audit_verify(context(), root.by)
        .await
        .unwrap()
        .unwrap()
}

fn rewrite(world: &Running, change: impl FnOnce(String) -> String) {
    let path = world.agent.paths.audit();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, change(text)).unwrap();
}

#[tokio::test]
async fn an_act_leaves_who_what_and_both_verdicts() {
    let world = world().start().await;
    world.telegram(OPERATOR).await.act(restart()).await.unwrap();
    let entries = entries(&world).await;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.who.as_str(), entry.what.as_str(), entry.verdict))
        .collect();
    let what = "unit restart nginx.service";
    let who = "telegram:1002";
    assert_eq!(
        told,
        [(who, what, Verdict::Done), (who, what, Verdict::Allowed)]
    );
    assert!(entries.iter().all(|entry| entry.request > 0));
    let verification = verify(&world).await;
    assert_eq!((verification.entries, verification.faults.len()), (2, 0));
}

#[tokio::test]
async fn a_refusal_is_in_the_log_and_a_flood_of_them_is_bounded() {
    let world = world()
        .config("[policy]\nrate-per-minute = 1000")
        .start()
        .await;
    let budi = world.telegram(VIEWER).await;
    for _ in 0..100 {
        assert_eq!(code(budi.plan(restart()).await), Code::Denied);
    }
    let entries = entries(&world).await;
    assert!(
        entries
            .iter()
            .all(|entry| entry.verdict == Verdict::Refused)
    );
    assert_eq!(entries.len(), 30);
}

#[tokio::test]
async fn neither_codes_nor_values_are_in_the_log() {
    let world = world().start().await;
    let phone = world.enrol(OWNER).await;
    let owner = world.telegram(OWNER).await;
    let stop = Action::Unit(Verb::Stop, unit("ssh.service"));
    let used = phone.code();
    owner.act_with(stop, used.clone()).await.unwrap();
    let text = std::fs::read_to_string(world.agent.paths.audit()).unwrap();
    assert!(!text.contains(&format!("\"{}\"", used.as_str())) && text.contains("totp enrol 1001"));
}

#[tokio::test]
async fn pages_go_back_from_the_newest() {
    let world = world().start().await;
    for _ in 0..3 {
        world.root().await.act(restart()).await.unwrap();
    }
    let root = world.root().await;
    let page = |before| root.rpc.audit_list(context(), root.by, before, 4);
    let numbers = |page: Vec<Entry>| page.iter().map(|entry| entry.number).collect::<Vec<_>>();
    assert_eq!(numbers(page(None).await.unwrap().unwrap()), [6, 5, 4, 3]);
    assert_eq!(numbers(page(Some(3)).await.unwrap().unwrap()), [2, 1]);
}

#[tokio::test]
async fn a_changed_a_removed_and_an_added_line_are_seen() {
    for change in [
        |text: String| text.replacen("uid:0", "uid:7", 1),
        |text: String| {
            text.lines()
                .skip(1)
                .map(|line| format!("{line}\n"))
                .collect()
        },
        |text: String| format!("{}\n{text}", text.lines().next().unwrap()),
        |text: String| format!("nonsense\n{text}"),
    ] {
        let world = world().start().await;
        world.root().await.act(restart()).await.unwrap();
        assert!(verify(&world).await.faults.is_empty());
        rewrite(&world, change);
        assert!(!verify(&world).await.faults.is_empty());
    }
}

#[tokio::test]
async fn a_cut_tail_is_seen_also_after_a_restart_and_new_entries() {
    let world = world().start().await;
    for _ in 0..3 {
        world.root().await.act(restart()).await.unwrap();
    }
    rewrite(&world, |text| {
        text.lines()
            .take(4)
            .map(|line| format!("{line}\n"))
            .collect()
    });
    assert!(!verify(&world).await.faults.is_empty());
    let world = world.restart().await;
    world.root().await.act(restart()).await.unwrap();
    let faults = verify(&world).await.faults;
    assert!(
        faults
            .iter()
            .any(|fault| fault.contains("cut") || fault.contains("ends at")),
        "{faults:?}"
    );
}

#[tokio::test]
async fn a_torn_last_line_is_no_fault_and_the_chain_goes_on() {
    let world = world().start().await;
    world.root().await.act(restart()).await.unwrap();
    rewrite(&world, |text| format!("{text}{{\"number\":3,\"at\""));
    let world = world.restart().await;
    world.root().await.act(restart()).await.unwrap();
    let verification = verify(&world).await;
    assert_eq!((verification.entries, verification.faults), (4, vec![]));
}

#[tokio::test]
async fn without_a_line_nothing_is_done() {
    let world = world().start().await;
    std::fs::create_dir(world.agent.paths.audit()).unwrap();
    let root = world.root().await;
    assert_eq!(code(root.act(restart()).await), Code::AuditUnavailable);
    let stop = Action::Unit(Verb::Stop, unit("ssh.service"));
    assert_eq!(code(root.act(stop).await), Code::AuditUnavailable);
    world.fakes.units.expect_all_untouched();
}

#[tokio::test]
async fn the_log_is_for_owners() {
    let world = world().start().await;
    let ask = |person: Person| async move {
        person
            .rpc
            .audit_list(context(), person.by, None, 10)
            .await
            .unwrap()
    };
    assert_eq!(
        code(ask(world.telegram(OPERATOR).await).await),
        Code::Denied
    );
    assert_eq!(code(ask(world.member().await).await), Code::LocalOnly);
    assert!(ask(world.telegram(OWNER).await).await.is_ok());
}
