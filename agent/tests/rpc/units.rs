//! Units as callers see them.

use potion_agent::testing::context;
use potion_proto::Code;
use potion_proto::actions::{Action, Applied, Effect};
use potion_proto::units::{Active, Outcome, Scope, Unit, Verb, Verdict};

use crate::{OPERATOR, OWNER, VIEWER, code, unit, world};

fn names(rows: &[Unit]) -> Vec<&str> {
    rows.iter().map(|row| row.name.as_str()).collect()
}

#[tokio::test]
async fn a_list_has_the_managed_ones_in_the_files_order_and_the_others_on_request() {
    let world = world()
        .config("[units]\nhidden = [\"secret.service\"]")
        .unit("secret.service", Active::Active);
    let world = world.unit("cron.service", Active::Active).start().await;
    let budi = world.telegram(VIEWER).await;
    let list = async |scope| {
        budi.rpc
            .unit_list(context(), budi.by, scope)
            .await
            .unwrap()
            .unwrap()
    };
    let managed = list(Scope::Managed).await;
    assert!(managed.iter().all(|row| row.managed));
    assert_eq!(names(&managed)[..2], ["nginx.service", "ssh.service"]);
    assert!(managed[1].protected && !managed[0].protected);

    let all = list(Scope::All).await;
    assert_eq!(
        names(&all)[..2],
        ["nginx.service", "ssh.service"],
        "managed ones come first"
    );
    let cron = all
        .iter()
        .filter(|row| row.name == unit("cron.service"))
        .collect::<Vec<_>>();
    assert!(cron.len() == 1 && !cron[0].managed);
    assert!(!names(&all).contains(&"secret.service"));
}

#[tokio::test]
async fn a_unit_is_shown_with_the_verbs_that_its_reader_may_use() {
    let world = world().start().await;
    let offered = async |id| {
        let person = world.telegram(id).await;
        let nginx = unit("nginx.service");
        person
            .rpc
            .unit_show(context(), person.by, nginx)
            .await
            .unwrap()
            .unwrap()
            .verbs
    };
    assert_eq!(offered(VIEWER).await, []);
    assert!(offered(OPERATOR).await.contains(&Verb::Restart));
    let budi = world.telegram(VIEWER).await;
    let nowhere = budi
        .rpc
        .unit_show(context(), budi.by, unit("nowhere.service"))
        .await
        .unwrap();
    assert_eq!(code(nowhere), Code::NotFound);
}

#[tokio::test]
async fn unit_files_come_without_their_secrets_and_not_for_viewers() {
    let world = world().start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nginx.service");
    std::fs::write(
        &file,
        "[Service]\nEnvironment=API_TOKEN=0123456789abcdef\nExecStart=/x\n",
    )
    .unwrap();
    world.fakes.units.edit("nginx.service", |detail| {
        detail.fragment = file.display().to_string();
        detail.drop_ins = vec!["/nowhere/override.conf".to_owned()];
    });
    let read = async |id| {
        let person = world.telegram(id).await;
        person
            .rpc
            .unit_files(context(), person.by, unit("nginx.service"))
            .await
            .unwrap()
    };
    let files = read(OPERATOR).await.unwrap();
    assert_eq!(files.len(), 2);
    assert!(files[0].text.contains("ExecStart=/x") && !files[0].text.contains("0123456789abcdef"));
    assert_eq!(files[1].text, "");
    assert_eq!(code(read(VIEWER).await), Code::Denied);
}

#[tokio::test]
async fn a_plan_tells_how_the_unit_is_and_that_it_is_protected() {
    let world = world().start().await;
    let root = world.root().await;
    let plan = root
        .plan(Action::Unit(Verb::Restart, unit("ssh.service")))
        .await
        .unwrap();
    let is = Effect::UnitIs {
        active: Active::Active,
        sub: "running".to_owned(),
    };
    assert!(plan.effects.contains(&is) && plan.effects.contains(&Effect::Protected));
    let absent = root
        .plan(Action::Unit(Verb::Restart, unit("nowhere.service")))
        .await;
    assert_eq!(code(absent), Code::NotFound);
}

#[tokio::test]
async fn a_failed_start_comes_with_its_last_lines() {
    let world = world().start().await;
    world.fakes.units.script("nginx.service", Verdict::Failed);
    let now = potion_agent::clock::Clock::now(&*world.fakes.clock);
    world.fakes.journal.put("nginx.service", "long ago");
    world.fakes.journal.push(potion_proto::journal::Line {
        at: now,
        priority: None,
        unit: "nginx.service".to_owned(),
        source: "nginx".to_owned(),
        pid: None,
        message: "bind() failed".to_owned(),
        cut: false,
    });
    let sari = world.telegram(OPERATOR).await;
    let applied = sari
        .act(Action::Unit(Verb::Start, unit("nginx.service")))
        .await
        .unwrap();
    let Applied::Unit(outcome) = applied else {
        panic!("a verb ends with an outcome: {applied:?}")
    };
    let Outcome {
        verdict,
        active,
        lines,
        ..
    } = *outcome;
    assert_eq!((verdict, active), (Verdict::Failed, Active::Failed));
    assert_eq!(
        lines
            .iter()
            .map(|line| line.message.as_str())
            .collect::<Vec<_>>(),
        ["bind() failed"]
    );
}

#[tokio::test]
async fn a_bus_that_is_away_is_said_to_be() {
    let world = world().start().await;
    world.fakes.units.lose(true);
    let owner = world.telegram(OWNER).await;
    let list = owner
        .rpc
        .unit_list(context(), owner.by, Scope::All)
        .await
        .unwrap();
    assert_eq!(code(list), Code::Unavailable);
    let act = owner
        .act(Action::Unit(Verb::Restart, unit("nginx.service")))
        .await;
    assert_eq!(code(act), Code::Unavailable);
}
