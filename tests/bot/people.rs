use potion_proto::actions::{Action, Applied};
use potion_proto::admins::Role;
use potion_proto::units::Active;

use crate::world::{GUEST, NGINX, OWNER, World};

#[tokio::test]
async fn a_pairing_code_from_the_terminal_lets_a_guest_in_and_the_owner_is_told() {
    let world = World::start().await;
    world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    world.guest().send("/start");
    world.telegram.expect_confirmed().await;
    let root = world.agent().root().await;
    let Applied::Pairing { code, .. } = root.act(Action::AdminAdd(Role::Viewer)).await.unwrap()
    else {
        panic!("adding an admin answers with a code");
    };
    let link = format!("/start {code}");
    world
        .guest()
        .send(&link)
        .expect_text("Selamat datang")
        .await;
    world.owner().expect_text("Admin baru: Sari").await;
    world
        .guest()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    assert_eq!(
        world
            .guest()
            .messages()
            .iter()
            .filter(|message| message.from_bot)
            .count(),
        2,
        "the first word got none"
    );
}

#[tokio::test]
async fn an_owner_who_became_a_viewer_keeps_the_button_and_is_refused() {
    let world = World::start().await;
    world.befall(Active::Failed, "failed", "signal");
    let message = world.owner().expect_text("nginx.service").await;
    let config = std::fs::read_to_string(world.agent_config()).unwrap();
    std::fs::write(
        world.agent_config(),
        config.replace("\"owner\"", "\"viewer\""),
    )
    .unwrap();
    world
        .owner()
        .press_on(message.id, "Restart")
        .await
        .expect_text("tidak boleh")
        .await;
    world.agent().fakes.units.expect_untouched(NGINX);
}

#[tokio::test]
async fn somebody_who_is_no_admin_any_more_is_a_stranger_to_the_agent_at_once() {
    let world = World::start().await;
    world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    let config = std::fs::read_to_string(world.agent_config()).unwrap();
    let removed = config.replace(&format!("id = {OWNER}"), &format!("id = {GUEST}"));
    std::fs::write(world.agent_config(), removed).unwrap();
    world
        .owner()
        .send("/services")
        .expect_text("tidak boleh")
        .await;
}
