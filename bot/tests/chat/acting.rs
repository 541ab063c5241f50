use std::time::{Duration, SystemTime};

use potion_proto::actions::{Action, Applied, Effect, Proof, Risk};
use potion_proto::failure::{Code, Failure};
use potion_proto::incidents::IncidentId;
use potion_proto::jobs::{Ending, Job, JobId, Phase, Progress};
use potion_proto::names::TotpCode;
use potion_proto::time::Timestamp;
use potion_proto::units::Active;

use crate::agent::unit;
use crate::outbox::incident;
use crate::world::{OWNER, World};

/// Leaves a message with a Restart button, and presses it.
async fn press_restart(world: &World) -> potion_telegram::Message {
    world
        .agent
        .publish(|seq| incident(seq, 1, potion_proto::incidents::Phase::Failed));
    let message = world.owner().expect_text("nginx.service").await;
    world
        .owner()
        .press_on(message.id, "Restart")
        .await
        .expect_text("Yakin?")
        .await
}

#[tokio::test]
async fn a_change_is_planned_confirmed_and_done_once() {
    let world = World::start().await;
    world.agent.script().effects = vec![Effect::Protected];
    let confirm = press_restart(&world).await;
    assert!(
        confirm.text.contains("Restart nginx.service") && confirm.text.contains("dilindungi"),
        "{}",
        confirm.text
    );
    assert!(world.agent.script().applied.is_empty());
    let press = world.owner().press_on(confirm.id, "Ya, lanjut").await;
    press.expect_text("beres").await;
    let data = confirm
        .button("Ya, lanjut")
        .unwrap()
        .callback_data
        .clone()
        .unwrap();
    let again = world.owner().press_data_as(OWNER, confirm.id, &data);
    assert!(again.expect_answer().await.text.contains("sudah dipakai"));
    let applied = world.agent.script().applied.clone();
    assert_eq!(applied.len(), 1);
    assert_eq!(applied[0].2, Proof::Confirmed);
}

#[tokio::test]
async fn a_change_that_is_called_off_is_not_done() {
    let world = World::start().await;
    world.agent.script().units = vec![unit("nginx.service", Active::Failed)];
    let confirm = press_restart(&world).await;
    world
        .owner()
        .press_on(confirm.id, "Batal")
        .await
        .expect_text("The unit nginx.service")
        .await;
    assert!(world.agent.script().applied.is_empty());
}

#[tokio::test]
async fn a_dangerous_change_takes_a_code_that_leaves_the_chat_at_once() {
    let world = World::start().await;
    {
        let mut script = world.agent.script();
        script.totp = true;
        script.risk = Some(Risk::Dangerous);
        script.applies = vec![
            Err(Failure::new(Code::TotpWrong, "4", "wrong")),
            Ok(Applied::Done),
        ];
    }
    let confirm = press_restart(&world).await;
    world
        .owner()
        .press_on(confirm.id, "Ya, lanjut")
        .await
        .expect_text("kode 6 angka")
        .await;
    world.owner().send("abc").expect_text("6 angka").await;
    world
        .owner()
        .send("000000")
        .expect_text("Kodenya salah")
        .await;
    world.owner().send("123 456").expect_text("beres").await;
    let applied = world.agent.script().applied.clone();
    let proofs: Vec<Proof> = applied.into_iter().map(|(_, _, proof)| proof).collect();
    let code = |text: &str| Proof::Totp(TotpCode::new(text).unwrap());
    assert_eq!(proofs, [code("000000"), code("123456")]);
    for text in ["000000", "123 456"] {
        assert!(
            world
                .owner()
                .messages()
                .iter()
                .any(|m| m.text == text && m.deleted_ms.is_some()),
            "{text}"
        );
    }
    world
        .owner()
        .send("654321")
        .expect_text("Tidak ada yang sedang menunggu kode")
        .await;
}

#[tokio::test]
async fn a_code_that_took_too_long_on_its_way_is_not_used() {
    let world = World::start().await;
    world.agent.script().totp = true;
    let confirm = press_restart(&world).await;
    world
        .owner()
        .press_on(confirm.id, "Ya, lanjut")
        .await
        .expect_text("kode 6 angka")
        .await;
    let old = SystemTime::now() - Duration::from_secs(3_600);
    world
        .owner()
        .send_dated("123456", old)
        .expect_text("terlalu lama")
        .await;
    assert!(world.agent.script().applied.is_empty());
}

#[tokio::test]
async fn a_refusal_of_the_agent_is_said_in_words_with_its_next_step() {
    let world = World::start().await;
    let command = "sudo potionctl totp enrol 1001";
    world.agent.script().failures.insert(
        "plan",
        Failure::new(Code::TotpNotEnrolled, command, "enrol first"),
    );
    world
        .agent
        .publish(|seq| incident(seq, 1, potion_proto::incidents::Phase::Failed));
    let message = world.owner().expect_text("nginx.service").await;
    let said = world
        .owner()
        .press_on(message.id, "Restart")
        .await
        .expect_text(command)
        .await;
    assert_ne!(said.id, message.id, "the incident's message stays");
}

#[tokio::test]
async fn a_safe_change_runs_at_once_and_shows_by_itself() {
    let world = World::start().await;
    world.agent.script().risk = Some(Risk::Safe);
    world
        .agent
        .publish(|seq| incident(seq, 1, potion_proto::incidents::Phase::Failed));
    let message = world.owner().expect_text("nginx.service").await;
    world.owner().press_on(message.id, "Oke, tahu").await;
    world
        .agent
        .wait_until(|script| !script.applied.is_empty())
        .await;
    assert_eq!(
        world.agent.script().applied[0].1,
        Action::IncidentAcknowledge(IncidentId(1))
    );
    assert_eq!(world.owner().chat().from_bot().count(), 1);
}

pub(crate) fn job(phase: Phase, percent: u8, revision: u64) -> Job {
    Job {
        id: JobId(9),
        action: Action::PackagesRefresh,
        by: format!("telegram:{OWNER}"),
        at: Timestamp(0),
        ended: phase.is_over().then_some(Timestamp(60_000)),
        phase,
        progress: Progress {
            percent: Some(percent),
            step: "downloading".to_owned(),
            item: "<x>".to_owned(),
        },
        ending: Ending {
            reason: "no network".to_owned(),
            ..Ending::default()
        },
        revision,
        cancellable: !phase.is_over(),
    }
}

#[tokio::test]
async fn a_job_is_followed_to_its_true_end_even_over_a_restart_of_the_bot() {
    let mut world = World::start().await;
    world.agent.put_job(job(Phase::Running, 10, 1));
    world.agent.script().applies = vec![Ok(Applied::Job(JobId(9)))];
    let confirm = press_restart(&world).await;
    let live = world
        .owner()
        .press_on(confirm.id, "Ya, lanjut")
        .await
        .expect_text("10%")
        .await;
    assert!(
        live.text.contains("mengunduh <x>") && live.button("Batalkan").is_some(),
        "{}",
        live.text
    );
    world.agent.put_job(job(Phase::Running, 50, 2));
    world.owner().expect_text("50%").await;
    world.stop_bot().await;
    world.agent.put_job(job(Phase::Failed, 50, 3));
    world.start_bot();
    let end = world.owner().expect_text("no network").await;
    assert_eq!(end.id, live.id);
    assert!(end.button("Batalkan").is_none());
}
