//! Keys of config.toml.

use potion_agent::testing::context;
use potion_proto::actions::{Action, Applied, Effect};
use potion_proto::names::SettingKey;
use potion_proto::settings::Applies;
use potion_proto::{Code, Failure};

use crate::{OPERATOR, OWNER, code, world};

fn set(key: &str, value: &str) -> Action {
    Action::SettingSet(SettingKey::new(key).unwrap(), value.to_owned())
}

#[tokio::test]
async fn a_change_is_planned_written_and_in_force_and_comments_stay() {
    let world = world()
        .config("# my server\n[thresholds]\ndisk-percent = 80 # tight")
        .start()
        .await;
    let owner = world.telegram(OWNER).await;
    let plan = owner
        .plan(set("thresholds.disk-percent", "85"))
        .await
        .unwrap();
    let change = Effect::Changes {
        from: "80".into(),
        to: "85".into(),
    };
    assert_eq!(plan.effects, [change, Effect::Applies(Applies::Now)]);
    let applied = owner
        .act(set("thresholds.disk-percent", "85"))
        .await
        .unwrap();
    assert_eq!(applied, Applied::Setting(Applies::Now));
    assert_eq!(world.agent.config().thresholds().disk_percent(), 85);
    let text = std::fs::read_to_string(&world.agent.paths.config).unwrap();
    assert!(
        text.contains("# my server") && text.contains("disk-percent = 85 # tight"),
        "{text}"
    );
}

#[tokio::test]
async fn a_key_goes_back_to_its_default() {
    let world = world()
        .config("[thresholds]\ndisk-percent = 80")
        .start()
        .await;
    let key = SettingKey::new("thresholds.disk-percent").unwrap();
    world
        .telegram(OWNER)
        .await
        .act(Action::SettingUnset(key))
        .await
        .unwrap();
    assert_eq!(world.agent.config().thresholds().disk_percent(), 90);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_sentence_and_the_file_stays() {
    let world = world().start().await;
    let (owner, path) = (
        world.telegram(OWNER).await,
        world.agent.paths.config.clone(),
    );
    let before = std::fs::read(&path).unwrap();
    let refused: Failure = owner
        .act(set("thresholds.disk-percent", "900"))
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::Invalid);
    assert!(refused.message.contains("1 to 100"), "{}", refused.message);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let unknown = world
        .root()
        .await
        .act(set("thresholds.disk-percnt", "90"))
        .await
        .unwrap_err();
    assert_eq!(unknown.code, Code::NotFound);
    assert!(
        unknown.message.contains("disk-percent"),
        "{}",
        unknown.message
    );
}

#[tokio::test]
async fn local_keys_are_root_s_and_settings_are_owners() {
    let world = world().start().await;
    let owner = world.telegram(OWNER).await;
    for (key, value) in [
        ("policy.totp-failures", "20"),
        ("units.managed", "cron.service"),
        ("files.root", "/"),
        ("telegram.api-url", "https://example.org"),
    ] {
        let failure = owner.plan(set(key, value)).await.unwrap_err();
        assert_eq!(failure.code, Code::LocalOnly, "{key}");
        assert!(
            failure
                .subject
                .starts_with(&format!("sudo potionctl config set {key} "))
        );
    }
    let operator = world.telegram(OPERATOR).await;
    assert_eq!(
        code(operator.plan(set("thresholds.disk-percent", "85")).await),
        Code::Denied
    );
    world
        .root()
        .await
        .act(set("policy.totp-failures", "3"))
        .await
        .unwrap();
    assert_eq!(world.agent.config().policy().totp_failures(), 3);
}

#[tokio::test]
async fn what_an_editor_writes_is_in_force_with_the_next_call_and_a_wrong_file_is_not() {
    let world = world().start().await;
    let root = world.root().await;
    let path = &world.agent.paths.config;
    std::fs::write(path, "[thresholds]\ndisk-percent = 70\n").unwrap();
    root.rpc
        .setting_list(context(), root.by)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(world.agent.config().thresholds().disk_percent(), 70);
    std::fs::write(path, "[thresholds]\ndisk-percent = \"many\"\n").unwrap();
    root.rpc
        .setting_list(context(), root.by)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(world.agent.config().thresholds().disk_percent(), 70);
}

#[tokio::test]
async fn every_key_is_listed_with_value_default_and_meaning() {
    let world = world()
        .config("[thresholds]\ndisk-percent = 70")
        .start()
        .await;
    let owner = world.telegram(OWNER).await;
    let all = owner
        .rpc
        .setting_list(context(), owner.by)
        .await
        .unwrap()
        .unwrap();
    assert!(all.len() > 40 && all.iter().all(|setting| !setting.doc.is_empty()));
    let one = all
        .iter()
        .find(|one| one.key.as_str() == "thresholds.disk-percent")
        .unwrap();
    assert_eq!(
        (one.value.as_str(), one.default.as_str(), one.local),
        ("70", "90", false)
    );
}
