//! The journal as callers see it.

use std::time::Duration;

use potion_agent::testing::context;
use potion_proto::journal::{Filter, Page, Place};

use crate::{OPERATOR, VIEWER, unit, world};

fn nginx() -> Filter {
    Filter {
        unit: Some(unit("nginx.service")),
        ..Filter::default()
    }
}

fn messages(page: &Page) -> Vec<&str> {
    page.lines
        .iter()
        .map(|line| line.message.as_str())
        .collect()
}

#[tokio::test]
async fn pages_lead_back_to_the_first_line() {
    let world = world().start().await;
    for number in 1..=5 {
        world
            .fakes
            .journal
            .put("nginx.service", &format!("line {number}"));
    }
    let budi = world.telegram(VIEWER).await;
    let page = async |place| {
        budi.rpc
            .journal_page(context(), budi.by, nginx(), place, 3)
            .await
            .unwrap()
            .unwrap()
    };
    let newest = page(Place::Newest).await;
    assert_eq!(messages(&newest), ["line 3", "line 4", "line 5"]);
    assert!(newest.older);
    let first = page(Place::Before(newest.first.unwrap())).await;
    assert_eq!(messages(&first), ["line 1", "line 2"]);
    assert!(!first.older);
    let next = page(Place::After(first.last.unwrap())).await;
    assert_eq!(messages(&next), ["line 3", "line 4", "line 5"]);
}

#[tokio::test]
async fn a_follower_is_woken_by_a_line_and_let_go_without_one() {
    let world = world().start().await;
    let sari = world.telegram(OPERATOR).await;
    let asked = sari.clone();
    let follow = tokio::spawn(async move {
        asked
            .rpc
            .journal_follow(context(), asked.by, nginx(), Place::Newest, 60_000)
            .await
            .unwrap()
            .unwrap()
    });
    while !follow.is_finished() {
        world.fakes.journal.put("nginx.service", "hello");
        tokio::task::yield_now().await;
    }
    assert_eq!(messages(&follow.await.unwrap())[0], "hello");
    let quiet = Filter {
        unit: Some(unit("ssh.service")),
        ..Filter::default()
    };
    let none = sari
        .rpc
        .journal_follow(context(), sari.by, quiet, Place::Newest, 10)
        .await
        .unwrap()
        .unwrap();
    assert!(none.lines.is_empty());
}

#[tokio::test]
async fn a_file_of_lines_is_fetched_by_its_ticket_and_leaves_nothing_behind() {
    let world = world().start().await;
    world.fakes.journal.put("nginx.service", "one");
    world.fakes.journal.put("nginx.service", "two");
    let root = world.root().await;
    let before = world.agent.paths.state.read_dir().unwrap().count();
    let fetch = root
        .rpc
        .journal_file(context(), root.by, nginx())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (fetch.name.as_str(), fetch.bytes),
        ("nginx.service.log", 20)
    );
    assert_eq!(world.agent.paths.state.read_dir().unwrap().count(), before);
    let now = world.agent.clock.monotonic() + Duration::from_secs(1);
    let file = world.agent.tickets.redeem(fetch.ticket, 0, now).unwrap();
    let text = std::io::read_to_string(std::fs::File::from(file)).unwrap();
    assert_eq!(text, "nginx one\nnginx two\n");
}
