//! Settings, as a person changes them.

use potion_proto::actions::{Action, Applied};
use potion_proto::admins::Language;
use potion_proto::failure::{Code, Failure};
use potion_proto::names::SettingKey;
use potion_proto::settings::{Applies, Setting};

use crate::world::World;

fn setting(key: &str, value: &str) -> Setting {
    Setting {
        key: SettingKey::new(key).unwrap(),
        value: value.to_owned(),
        default: value.to_owned(),
        doc: "What it <means>.".to_owned(),
        local: key.starts_with("units."),
        applies: Applies::Now,
    }
}

fn set(key: &str, value: &str) -> Action {
    Action::SettingSet(SettingKey::new(key).unwrap(), value.to_owned())
}

fn applied(world: &World) -> Vec<Action> {
    let script = world.agent.script();
    script
        .applied
        .iter()
        .map(|(_, action, _)| action.clone())
        .collect()
}

#[tokio::test]
async fn the_language_changes_at_once() {
    let world = World::start().await;
    let home = world
        .owner()
        .send("/settings")
        .expect_text("bahasa Indonesia")
        .await;
    world
        .owner()
        .press_on(home.id, "Bahasa")
        .await
        .expect_text("Mau pakai bahasa apa?")
        .await;
    world.agent.script().admins[0].language = Some(Language::En);
    world
        .owner()
        .press_on(home.id, "English")
        .await
        .expect_text("You read English")
        .await;
    world
        .owner()
        .send("/help")
        .expect_text("How this works")
        .await;
    assert_eq!(applied(&world), [Action::AdminLanguage(Language::En)]);
}

#[tokio::test]
async fn quiet_hours_are_asked_for_until_they_can_be_read_and_set_with_one_confirm() {
    let world = World::start().await;
    let home = world
        .owner()
        .send("/settings")
        .expect_text("Pengaturan")
        .await;
    world
        .owner()
        .press_on(home.id, "Jam tenang")
        .await
        .expect_text("Sekarang tidak ada")
        .await;
    world
        .owner()
        .send("malam-malam")
        .expect_text("belum kukenali")
        .await;
    let confirm = world
        .owner()
        .send("22.00 – 6:30")
        .expect_text("22:00–06:30")
        .await;
    assert!(applied(&world).is_empty(), "nothing before the confirm");
    world.agent.script().applies = vec![
        Ok(Applied::Setting(Applies::Now)),
        Ok(Applied::Setting(Applies::Now)),
    ];
    world
        .owner()
        .press_on(confirm.id, "Ya, lanjut")
        .await
        .expect_text("Pengaturan")
        .await;
    let wanted = [
        set("notify.quiet-to", "06:30"),
        set("notify.quiet-from", "22:00"),
    ];
    assert_eq!(applied(&world), wanted);
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_asked_for_again() {
    let world = World::start().await;
    world.agent.script().answers.settings = vec![
        setting("menu.page-rows", "8"),
        setting("units.managed", "[]"),
    ];
    let home = world
        .owner()
        .send("/settings")
        .expect_text("Pengaturan")
        .await;
    world
        .owner()
        .press_on(home.id, "Semua setelan")
        .await
        .expect_text("config.toml")
        .await;
    world
        .owner()
        .press_on(home.id, "menu")
        .await
        .expect_text("page-rows")
        .await;
    world
        .owner()
        .press_on(home.id, "page-rows")
        .await
        .expect_text("What it <means>.")
        .await;
    world
        .owner()
        .press_on(home.id, "Ubah")
        .await
        .expect_text("Kirim nilai barunya")
        .await;
    let invalid = Failure::new(Code::Invalid, "a whole number from 1 to 20", "no");
    world.agent.script().failures.insert("plan", invalid);
    world
        .owner()
        .send("banyak")
        .expect_text("a whole number from 1 to 20")
        .await;
    world.agent.script().failures.clear();
    let confirm = world.owner().send("12").expect_text("Yakin?").await;
    world
        .owner()
        .press_on(confirm.id, "Ya, lanjut")
        .await
        .expect_text("beres")
        .await;
    assert_eq!(applied(&world), [set("menu.page-rows", "12")]);
}

#[tokio::test]
async fn a_threshold_is_a_step_away_and_what_rings_is_a_press_away() {
    let world = World::start().await;
    world.agent.script().answers.settings = vec![setting("thresholds.disk-percent", "90")];
    let home = world
        .owner()
        .send("/settings")
        .expect_text("Pengaturan")
        .await;
    world
        .owner()
        .press_on(home.id, "Ambang")
        .await
        .expect_text("Disk 90%")
        .await;
    world
        .owner()
        .press_on(home.id, "➕")
        .await
        .expect_text("Yakin?")
        .await;
    world
        .owner()
        .press_on(home.id, "Ya, lanjut")
        .await
        .expect_text("beres")
        .await;
    let home = world
        .owner()
        .send("/settings")
        .expect_text("Pengaturan")
        .await;
    world
        .owner()
        .press_on(home.id, "Notifikasi")
        .await
        .expect_text("boleh berbunyi")
        .await;
    world
        .owner()
        .press_on(home.id, "Tugas")
        .await
        .expect_text("Yakin?")
        .await;
    world
        .owner()
        .press_on(home.id, "Ya, lanjut")
        .await
        .expect_text("beres")
        .await;
    let wanted = [
        set("thresholds.disk-percent", "95"),
        set("notify.muted", "[\"jobs\"]"),
    ];
    assert_eq!(applied(&world), wanted);
}

#[tokio::test]
async fn what_root_alone_changes_shows_the_line_to_type() {
    let world = World::start().await;
    world.agent.script().answers.settings = vec![setting("units.managed", "[]")];
    let home = world
        .owner()
        .send("/settings")
        .expect_text("Pengaturan")
        .await;
    world
        .owner()
        .press_on(home.id, "Semua setelan")
        .await
        .expect_text("config.toml")
        .await;
    world
        .owner()
        .press_on(home.id, "units")
        .await
        .expect_text("managed")
        .await;
    let press = world.owner().press_on(home.id, "managed").await;
    press
        .expect_text("sudo potionctl config set units.managed")
        .await;
}
