use potion_proto::units::{Active, Verb};

use crate::world::{NGINX, World};

#[tokio::test]
async fn a_service_that_dies_rings_and_is_restarted_from_its_message() {
    let world = World::start().await;
    world.befall(Active::Failed, "failed", "signal");
    let message = world.owner().expect_text("nginx.service").await;
    assert!(!message.silent, "it rings");
    let confirm = world
        .owner()
        .press_on(message.id, "Restart")
        .await
        .expect_text("Yakin?")
        .await;
    world.agent().fakes.units.expect_untouched(NGINX);
    world
        .owner()
        .press_on(confirm.id, "Ya, lanjut")
        .await
        .expect_text("sudah di-restart")
        .await;
    assert_eq!(world.agent().fakes.units.touched(NGINX), [Verb::Restart]);
}

#[tokio::test]
async fn an_incident_that_is_taken_on_says_by_whom_on_its_own_message() {
    let world = World::start().await;
    world.befall(Active::Failed, "failed", "exit-code");
    let message = world.owner().expect_text("nginx.service").await;
    world.owner().press_on(message.id, "Oke, tahu").await;
    let taken = world.owner().expect_text("sedang ditangani").await;
    assert_eq!(taken.id, message.id);
    assert_eq!(world.owner().chat().from_bot().count(), 1);
}

#[tokio::test]
async fn giving_up_after_healing_rings_below_the_first_message() {
    let world = World::start().await;
    world.befall(Active::Activating, "auto-restart", "signal");
    let first = world.owner().expect_text("sedang dipulihkan").await;
    world.befall(Active::Failed, "failed", "start-limit-hit");
    let last = world.owner().expect_text("belum bisa dipulihkan").await;
    assert!(last.id != first.id && !last.silent && last.reply_to == Some(first.id));
    world.owner().expect_text("pesan di bawah").await;
}

#[tokio::test]
async fn what_happens_around_a_restart_of_the_agent_is_told() {
    let mut world = World::start().await;
    world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    world.restart_agent().await;
    world.befall(Active::Failed, "failed", "signal");
    world.owner().expect_text("nginx.service").await;
    world.owner().send("/services").expect_text("nginx").await;
}
