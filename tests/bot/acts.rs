use std::time::Duration;

use potion_proto::units::Verb;

use crate::world::{OWNER, World};

const SSH: &str = "ssh.service";

/// Goes to the screen of ssh and asks to stop it; the message that asks back.
async fn ask_to_stop_ssh(world: &World) -> potion_telegram::Message {
    let list = world.owner().send("/services").expect_text("Layanan").await;
    world
        .owner()
        .press_on(list.id, "ssh")
        .await
        .expect_text("ssh.service")
        .await;
    world
        .owner()
        .press_on(list.id, "Matikan")
        .await
        .expect_text("Yakin?")
        .await
}

#[tokio::test]
async fn a_protected_unit_is_stopped_with_a_code_and_kept_with_a_tap() {
    let world = World::start().await;
    let authenticator = world.agent().enrol(OWNER).await;
    let confirm = ask_to_stop_ssh(&world).await;
    assert!(confirm.text.contains("dilindungi"), "{}", confirm.text);
    world
        .owner()
        .press_on(confirm.id, "Ya, lanjut")
        .await
        .expect_text("6 angka")
        .await;
    let wrong = authenticator.wrong_code().to_string();
    world
        .owner()
        .send(&wrong)
        .expect_text("Kodenya salah")
        .await;
    world.agent().fakes.units.expect_untouched(SSH);
    let code = authenticator.code().to_string();
    let asks = world.owner().send(&code).expect_text("Pertahankan").await;
    assert_eq!(world.agent().fakes.units.touched(SSH), [Verb::Stop]);
    let digits = |message: &potion_telegram::Message| {
        message.deleted_ms.is_none() && [&wrong, &code].contains(&&message.text)
    };
    assert!(
        !world.owner().messages().iter().any(digits),
        "codes stay nowhere"
    );
    world.owner().press_on(asks.id, "Pertahankan").await;
    world.owner().expect_text("Dipertahankan").await;
    assert_eq!(world.agent().fakes.units.touched(SSH), [Verb::Stop]);
}

#[tokio::test]
async fn a_code_works_once() {
    let world = World::start().await;
    let authenticator = world.agent().enrol(OWNER).await;
    let code = authenticator.code().to_string();
    for expected in ["Pertahankan", "sudah dipakai"] {
        let confirm = ask_to_stop_ssh(&world).await;
        world
            .owner()
            .press_on(confirm.id, "Ya, lanjut")
            .await
            .expect_text("6 angka")
            .await;
        world.owner().send(&code).expect_text(expected).await;
        world
            .agent()
            .fakes
            .units
            .put(SSH, potion_proto::units::Active::Active);
    }
}

#[tokio::test]
async fn without_an_authenticator_the_command_that_enrols_one_is_named() {
    let world = World::start().await;
    let list = world.owner().send("/services").expect_text("Layanan").await;
    world
        .owner()
        .press_on(list.id, "ssh")
        .await
        .expect_text("ssh.service")
        .await;
    world
        .owner()
        .press_on(list.id, "Matikan")
        .await
        .expect_text("sudo potionctl")
        .await;
    world.agent().fakes.units.expect_untouched(SSH);
}

#[tokio::test]
async fn a_plan_that_waited_too_long_is_not_carried_out() {
    let world = World::start().await;
    let list = world.owner().send("/services").expect_text("Layanan").await;
    world
        .owner()
        .press_on(list.id, "nginx")
        .await
        .expect_text("nginx.service")
        .await;
    let confirm = world
        .owner()
        .press_on(list.id, "Restart")
        .await
        .expect_text("Yakin?")
        .await;
    world
        .agent()
        .fakes
        .clock
        .advance(Duration::from_secs(3_600));
    world
        .owner()
        .press_on(confirm.id, "Ya, lanjut")
        .await
        .expect_text("terlalu lama")
        .await;
    world.agent().fakes.units.expect_untouched("nginx.service");
}

#[tokio::test]
async fn a_plan_does_not_outlive_the_agent_that_made_it() {
    let mut world = World::start().await;
    let list = world.owner().send("/services").expect_text("Layanan").await;
    world
        .owner()
        .press_on(list.id, "nginx")
        .await
        .expect_text("nginx.service")
        .await;
    let confirm = world
        .owner()
        .press_on(list.id, "Restart")
        .await
        .expect_text("Yakin?")
        .await;
    world.restart_agent().await;
    world.owner().press_on(confirm.id, "Ya, lanjut").await;
    world
        .owner()
        .wait_for(|chat| {
            chat.message(confirm.id)
                .is_some_and(|message| !message.text.contains("Yakin?"))
        })
        .await;
    world.agent().fakes.units.expect_untouched("nginx.service");
}
