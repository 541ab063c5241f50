use potion_proto::admins::Role;
use potion_proto::events::{Audience, Class, Event, News, Seq};
use potion_proto::incidents::{Incident, IncidentId, Phase, Subject};
use potion_proto::journal::Line;
use potion_proto::names::{TelegramId, UnitName};
use potion_proto::time::Timestamp;
use potion_telegram::Fault;

use crate::agent::admin;
use crate::world::{OWNER, SECOND, World};

/// The incident of nginx at a phase; it rings when it fails or gives up.
pub(crate) fn incident(seq: Seq, id: u64, phase: Phase) -> Event {
    let line = Line {
        at: Timestamp(0),
        priority: None,
        unit: "nginx.service".to_owned(),
        source: "nginx".to_owned(),
        pid: None,
        message: "bind() <failed> & *died*".to_owned(),
        cut: false,
    };
    let incident = Incident {
        id: IncidentId(id),
        subject: Subject::Unit(UnitName::new("nginx.service").unwrap()),
        phase,
        since: Timestamp(0),
        changed: Timestamp(0),
        count: 1,
        reason: "exit-code".to_owned(),
        lines: vec![line],
        error: None,
        acknowledged_by: format!("telegram:{OWNER}"),
        muted_until: None,
    };
    event(
        seq,
        Class::Units,
        matches!(phase, Phase::Failed | Phase::GaveUp),
        News::Incident(Box::new(incident)),
    )
}

fn event(seq: Seq, class: Class, sounding: bool, news: News) -> Event {
    Event {
        seq,
        at: Timestamp(0),
        class,
        audience: Audience::Everyone,
        sounding,
        news,
    }
}

/// An event that can be told apart from all others.
pub(crate) fn numbered(seq: Seq) -> Event {
    let news = News::Paired {
        id: TelegramId::new(9_000).unwrap(),
        name: format!("<N{}>", seq.0),
    };
    event(seq, Class::Security, false, news)
}

async fn all_delivered(world: &World, last: Seq) {
    world
        .agent
        .wait_until(|script| script.delivered >= last.0)
        .await;
}

#[tokio::test]
async fn an_incident_is_one_live_message_and_gave_up_rings_below_it() {
    let world = World::start().await;
    world.agent.publish(|seq| incident(seq, 1, Phase::Failed));
    let first = world.owner().expect_text("gagal di").await;
    assert!(
        !first.silent && first.text.contains("bind() <failed> & *died*"),
        "{}",
        first.text
    );
    let healing = world.agent.publish(|seq| incident(seq, 1, Phase::Healing));
    all_delivered(&world, healing).await;
    assert_eq!(
        world.owner().expect_text("sedang dipulihkan").await.id,
        first.id
    );
    world.agent.publish(|seq| incident(seq, 1, Phase::GaveUp));
    let gave_up = world.owner().expect_text("belum bisa dipulihkan").await;
    assert!(gave_up.id != first.id && !gave_up.silent && gave_up.reply_to == Some(first.id));
    world.owner().expect_text("pesan di bawah").await;
    world
        .agent
        .publish(|seq| incident(seq, 1, Phase::Acknowledged));
    let taken = world
        .owner()
        .expect_text("sedang ditangani Admin 1001")
        .await;
    assert_eq!(taken.id, gave_up.id);
    world.agent.publish(|seq| incident(seq, 1, Phase::Resolved));
    let over = world.owner().expect_text("beres").await;
    assert!(over.id == gave_up.id && over.buttons.is_empty());
    world.agent.publish(|seq| incident(seq, 1, Phase::Failed));
    let anew = world.owner().expect_text("gagal di").await;
    assert!(
        anew.id != gave_up.id && !anew.silent,
        "a failure after recovery rings"
    );
}

#[tokio::test]
async fn quiet_hours_and_muted_classes_send_without_a_sound() {
    let mut world = World::prepare(
        "[notify]\nquiet-from = \"00:00\"\nquiet-to = \"23:59\"\nmuted = [\"units\"]",
    )
    .await;
    world.start_agent();
    world.start_bot();
    world.agent.publish(|seq| incident(seq, 1, Phase::GaveUp));
    assert!(
        world
            .owner()
            .expect_text("belum bisa dipulihkan")
            .await
            .silent
    );
}

#[tokio::test]
async fn a_viewer_sees_an_incident_with_its_logs_and_nothing_that_acts() {
    let world = World::start().await;
    world.agent.script().admins = vec![admin(OWNER, Role::Viewer)];
    world.agent.publish(|seq| incident(seq, 1, Phase::Failed));
    let message = world.owner().expect_text("gagal di").await;
    let labels: Vec<&str> = message
        .buttons
        .iter()
        .flatten()
        .map(|button| button.text.as_str())
        .collect();
    assert_eq!(labels, ["📜 Log"]);
}

#[tokio::test]
async fn an_admin_who_blocked_the_bot_holds_back_nobody_and_gets_the_rest_later() {
    let world = World::start().await;
    world.agent.script().admins.push(admin(SECOND, Role::Owner));
    world.second().block_bot();
    let last = world.agent.publish(numbered);
    world.owner().expect_text("<N1>").await;
    all_delivered(&world, last).await;
    assert_eq!(world.second().chat().from_bot().count(), 0);
    world.second().unblock_bot();
    world.second().expect_text("<N1>").await;
}

#[tokio::test]
async fn a_429_an_outage_and_a_500_delay_events_and_lose_none() {
    let world = World::start().await;
    world
        .telegram
        .fault(Fault::too_many_requests(1).on("sendMessage").times(2));
    world
        .telegram
        .fault(Fault::reset().on("sendMessage").after(1).times(3));
    let mut last = Seq(0);
    for _ in 0..20 {
        last = world.agent.publish(numbered);
    }
    all_delivered(&world, last).await;
    for n in 1..=20 {
        let told = world
            .owner()
            .messages()
            .iter()
            .filter(|m| m.text.contains(&format!("<N{n}>")))
            .count();
        assert_eq!(told, 1, "event {n}");
    }
}

#[tokio::test]
async fn while_telegram_is_away_one_incident_folds_into_its_newest_state_and_the_urgent_goes_first()
{
    let world = World::start().await;
    world.settled().await;
    let outage = world.telegram.fault(Fault::reset().on("sendMessage"));
    let mut last = world.agent.publish(numbered);
    for phase in [Phase::Failed, Phase::Healing, Phase::GaveUp] {
        last = world.agent.publish(|seq| incident(seq, 1, phase));
    }
    world
        .telegram
        .wait_for_requests(|calls| calls.iter().filter(|c| c.text("text").is_some()).count() >= 2)
        .await;
    world.telegram.clear_fault(outage);
    all_delivered(&world, last).await;
    let said: Vec<String> = world
        .owner()
        .chat()
        .from_bot()
        .map(|message| message.text.clone())
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].contains("belum bisa dipulihkan") && said[1].contains("<N1>"),
        "{said:?}"
    );
}

#[tokio::test]
async fn an_event_waits_for_the_agents_cursor_until_telegram_took_it() {
    let mut world = World::start().await;
    world.settled().await;
    let outage = world.telegram.fault(Fault::stall().on("sendMessage"));
    world.agent.publish(numbered);
    world
        .telegram
        .wait_for_requests(|calls| calls.iter().any(|call| call.text("text").is_some()))
        .await;
    assert_eq!(world.agent.script().delivered, 0);
    world.stop_bot().await;
    world.telegram.clear_fault(outage);
    world.start_bot();
    all_delivered(&world, Seq(1)).await;
    world.owner().expect_text("<N1>").await;
}

#[tokio::test]
async fn another_program_with_our_token_is_told_once() {
    let world = World::start().await;
    world.settled().await;
    let conflict = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    let other = world
        .telegram
        .fault(Fault::error(409, conflict).on("getUpdates"));
    world.owner().send("/start");
    world.owner().expect_text("memakai token bot ini").await;
    world.telegram.clear_fault(other);
    world.owner().expect_text("Mau cek apa?").await;
    let told = world.owner().chat().from_bot().count();
    assert_eq!(told, 2);
}
