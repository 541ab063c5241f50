#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use potion_config::Config;
use potion_proto::host::BootReason;
use potion_proto::incidents::{Incident, IncidentId, Phase, Program, Subject};
use potion_proto::time::Timestamp;

use super::tail::EVENTS_MAX;
use super::*;
use crate::store::Store;

mod faults;

fn boot(at: i64) -> Event {
    Event {
        seq: Seq(0),
        at: Timestamp(at),
        class: Class::Host,
        audience: Audience::Everyone,
        sounding: false,
        news: News::Booted(BootReason::Clean),
    }
}

fn incident(at: i64, phase: Phase) -> Event {
    let incident = Incident {
        id: IncidentId(at.unsigned_abs()),
        subject: Subject::Program(Program::Bot),
        phase,
        since: Timestamp(at),
        changed: Timestamp(at),
        count: 1,
        reason: "signal (SIGKILL)".to_owned(),
        lines: Vec::new(),
        error: None,
        acknowledged_by: String::new(),
        muted_until: None,
    };
    Event {
        news: News::Incident(Box::new(incident)),
        ..boot(at)
    }
}

struct Log {
    _folder: tempfile::TempDir,
    store: Store,
    bounds: Bounds,
}

impl Log {
    fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let config = Config::parse(&format!("[events]\n{settings}"), "test").unwrap();
        let bounds = Bounds::of(&config);
        Self {
            _folder: folder,
            store,
            bounds,
        }
    }

    async fn append(&self, older: Vec<Event>, newer: Vec<Event>) {
        let bounds = self.bounds;
        let call = self
            .store
            .call(move |tx| log::append(tx, &older, &newer, &bounds));
        call.await.unwrap();
    }

    async fn page(&self, cursor: Seq, limit: u32) -> Page {
        let call = self.store.call(move |tx| log::page(tx, cursor, limit));
        call.await.unwrap().0
    }

    async fn head(&self) -> Seq {
        self.store.call(log::head).await.unwrap()
    }

    async fn delivered(&self, cursor: Seq) {
        let call = self.store.call(move |tx| log::delivered(tx, cursor));
        call.await.unwrap();
    }
}

#[tokio::test]
async fn events_come_back_in_order_and_whole() {
    let log = Log::new("");
    log.append(vec![], vec![boot(1), incident(2, Phase::Failed)])
        .await;
    log.append(vec![], vec![boot(3)]).await;
    let page = log.page(Seq(0), 2).await;
    assert_eq!(page.events.len(), 2);
    let Event { news, seq, .. } = &page.events[1];
    assert_eq!(*news, incident(2, Phase::Failed).news);
    let rest = log.page(*seq, 100).await;
    assert_eq!(rest.events.len(), 1);
    assert_eq!(rest.events[0].seq, rest.head);
    assert_eq!(log.page(rest.head, 100).await.events, []);
}

#[tokio::test]
async fn a_new_log_begins_at_the_time_so_that_a_cursor_of_a_lost_one_hides_nothing() {
    let born = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let log = Log::new("");
    assert!(log.head().await.0 >= born.as_secs());
    log.append(vec![], vec![boot(1)]).await;
    let page = log.page(Seq(born.as_secs() - 1), 100).await;
    assert_eq!(page.events.len(), 1);
}

#[tokio::test]
async fn delivered_moves_forward_only_and_never_beyond_the_head() {
    let log = Log::new("");
    log.append(vec![], vec![boot(1), boot(2)]).await;
    let head = log.head().await;
    for (cursor, expected) in [
        (Seq(head.0 - 1), Seq(head.0 - 1)),
        (Seq(1), Seq(head.0 - 1)),
        (Seq(u64::MAX), head),
    ] {
        log.delivered(cursor).await;
        assert_eq!(log.page(head, 1).await.delivered, expected);
    }
}

#[tokio::test]
async fn too_many_undelivered_ones_fold_and_what_gave_up_stays() {
    let log = Log::new("undelivered-max = 100");
    log.append(vec![], vec![incident(1, Phase::GaveUp)]).await;
    for at in 2..=500 {
        log.append(vec![], vec![boot(at)]).await;
    }
    let mut cursor = Seq(0);
    let (mut told, mut counted, mut gave_up) = (0, 0, 0);
    loop {
        let page = log.page(cursor, 100).await;
        let Some(last) = page.events.last() else {
            break;
        };
        cursor = last.seq;
        for event in page.events {
            match event.news {
                News::Folded { count, from, to } => {
                    assert!(from <= to);
                    counted += count;
                }
                News::Incident(_) => gave_up += 1,
                _ => told += 1,
            }
        }
    }
    assert_eq!(gave_up, 1);
    assert!(told + gave_up <= 100, "{told}");
    assert_eq!(counted + told + gave_up, 500);
}

#[tokio::test]
async fn only_delivered_events_are_pruned_by_age_and_count() {
    const DAY: i64 = 24 * 3_600_000;
    let log = Log::new("keep-days = 1\nkeep-count = 100");
    log.append(vec![], (0..300).map(boot).collect()).await;
    let first = log.page(Seq(0), 1).await.events[0].seq;
    log.delivered(Seq(first.0 + 249)).await;
    let bounds = log.bounds;
    let prune = |now| {
        log.store
            .call(move |tx| log::prune(tx, &bounds, Timestamp(now)))
    };
    prune(0).await.unwrap();
    assert_eq!(log.page(Seq(0), 1).await.events[0].seq, Seq(first.0 + 150));
    prune(2 * DAY).await.unwrap();
    assert_eq!(log.page(Seq(0), 100).await.events.len(), 50);
}

#[tokio::test]
async fn an_event_of_another_version_counts_as_folded_and_holds_nothing_up() {
    let log = Log::new("");
    log.append(vec![], vec![boot(1), boot(2)]).await;
    let broken = "UPDATE events SET body = '{\"x\":1}' WHERE at = 1";
    let call = log.store.call(move |tx| tx.execute(broken, []));
    call.await.unwrap();
    let page = log.page(Seq(0), 100).await;
    assert!(matches!(page.events[0].news, News::Folded { count: 1, .. }));
    assert_eq!(page.events[1].news, boot(2).news);
}

#[tokio::test]
async fn what_waited_in_memory_keeps_its_numbers_on_the_disk() {
    let log = Log::new("");
    log.append(vec![], vec![boot(1)]).await;
    let mut tail = Tail::default();
    tail.push(vec![boot(2), boot(3)], log.head().await);
    let mut page = log.page(Seq(0), 100).await;
    tail.join(&mut page, Seq(0), 99);
    let served: Vec<Seq> = page.events.iter().map(|event| event.seq).collect();
    assert_eq!(page.head, served[2]);
    log.append(tail.take(), vec![boot(4)]).await;
    let written = log.page(Seq(0), 100).await;
    let numbers: Vec<Seq> = written.events.iter().map(|event| event.seq).collect();
    assert_eq!(numbers[..3], served);
    assert_eq!(numbers.len(), 4);
}

#[tokio::test]
async fn numbers_served_from_memory_and_lost_are_not_given_again() {
    let log = Log::new("");
    log.append(vec![], vec![boot(1)]).await;
    let head = log.head().await;
    for (cursor, expected) in [
        (Seq(head.0 + 3), head.0 + 3),
        (Seq(u64::MAX), head.0 + 3),
        (Seq(1), head.0 + 3),
    ] {
        let call = log.store.call(move |tx| log::outrun(tx, cursor));
        call.await.unwrap();
        assert_eq!(log.head().await.0, expected);
    }
}

#[test]
fn memory_is_bounded_and_keeps_the_important_and_the_newest() {
    let mut tail = Tail::default();
    tail.push(vec![incident(1, Phase::GaveUp)], Seq(7));
    for at in 2..=2_000 {
        tail.push(vec![boot(at)], Seq(7));
    }
    let events = tail.take();
    assert!(events.len() <= EVENTS_MAX);
    assert!(events.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    assert!(events.iter().any(|event| event.at == Timestamp(1)));
    assert!(events.iter().any(|event| event.at == Timestamp(2_000)));
    let stood_for: u64 = events.iter().map(|event| log::stands_for(event).0).sum();
    assert_eq!(stood_for, 2_000);
}

#[tokio::test]
async fn a_page_stays_far_below_a_frame() {
    let log = Log::new("");
    let mut big = incident(1, Phase::Failed);
    if let News::Incident(incident) = &mut big.news {
        incident.reason = "x".repeat(100_000);
    }
    log.append(vec![], vec![big; 20]).await;
    let page = log.page(Seq(0), 100).await;
    assert_eq!(page.events.len(), 3);
    assert!(potion_proto::wire::encode(&page).unwrap().len() < PAGE_BYTES);
}
