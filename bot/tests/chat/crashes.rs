use potion_proto::failure::{Code, Failure};

use crate::world::World;

#[tokio::test]
async fn a_defect_of_the_agents_is_told_with_its_id() {
    let world = World::start().await;
    world.agent.script().failures.insert(
        "unit_list",
        Failure::new(Code::Internal, "0badcafe", "a defect"),
    );
    world
        .owner()
        .send("/services")
        .expect_text("potionctl error show 0badcafe")
        .await;
}

#[tokio::test]
async fn an_error_of_the_bots_own_is_reported_and_told_with_its_id() {
    let world = World::start().await;
    world.settled().await;
    world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    let records = rusqlite::Connection::open(world.path("state/bot.sqlite")).unwrap();
    records.execute_batch("DROP TABLE prompts").unwrap();
    world
        .owner()
        .send("halo")
        .expect_text("potionctl error show deadbeef")
        .await;
    let report = world.agent.script().reports[0].clone();
    assert!(
        !report.panic && report.message.contains("prompts") && report.doing == "bot text",
        "{report:?}"
    );
    assert!(
        report.frames[0].starts_with("potion_bot::schema::")
            && report.frames[0].contains("schema.rs:"),
        "{report:?}"
    );
}

#[tokio::test]
async fn an_error_while_the_agent_is_gone_is_reported_when_it_is_back() {
    let mut world = World::start().await;
    world.settled().await;
    world
        .owner()
        .send("/start")
        .expect_text("Mau cek apa?")
        .await;
    world.stop_agent();
    let records = rusqlite::Connection::open(world.path("state/bot.sqlite")).unwrap();
    records.execute_batch("DROP TABLE prompts").unwrap();
    world
        .owner()
        .send("halo")
        .expect_text("Sudah kucatat")
        .await;
    world.start_agent();
    world
        .agent
        .wait_until(|script| !script.reports.is_empty())
        .await;
}

#[tokio::test]
async fn without_the_agent_a_command_is_answered_with_the_next_step() {
    let mut world = World::start().await;
    world.settled().await;
    world.stop_agent();
    world
        .owner()
        .send("/start")
        .expect_text("systemctl status potiond")
        .await;
    world.start_agent();
    world
        .owner()
        .press("Coba lagi")
        .await
        .expect_text("Mau cek apa?")
        .await;
}

#[tokio::test]
async fn an_agent_that_stays_away_is_told_once_and_its_return_changes_that_message() {
    let mut world = World::prepare("").await.impatient();
    world.start_agent();
    world.start_bot();
    world.settled().await;
    world.stop_agent();
    let told = world.owner().expect_text("tidak menjawab selama").await;
    assert!(!told.silent);
    world.start_agent();
    let back = world.owner().expect_text("menjawab lagi").await;
    assert_eq!(back.id, told.id);
    assert_eq!(world.owner().chat().from_bot().count(), 1);
}
