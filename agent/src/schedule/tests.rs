use super::*;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const NOON: Timestamp = Timestamp(1_800_000_000_000);

#[test]
fn a_clock_that_jumps_neither_loses_a_chore_nor_floods() {
    for (due, expected) in [
        (None, HOUR),
        (Some(ahead(NOON, HOUR * 5)), HOUR * 5),
        (Some(NOON), Duration::ZERO),
        (Some(Timestamp(0)), Duration::ZERO),
        (Some(Timestamp(i64::MIN)), Duration::ZERO),
        (Some(ahead(NOON, DAY * 4_000)), DAY),
        (Some(Timestamp(i64::MAX)), DAY),
    ] {
        assert_eq!(wait(NOON, due, HOUR, DAY), expected, "{due:?}");
    }
}

#[tokio::test]
async fn when_a_chore_is_due_outlives_a_restart_and_its_note_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = crate::store::Store::open(folder.path()).expect("a store");
    let written = store.call(|tx| {
        rows::put(tx, "x", NOON)?;
        rows::put_note(tx, "x", "told")?;
        rows::put(tx, "x", Timestamp(7))
    });
    written.await.expect("it is written");
    let store = crate::store::Store::open(folder.path()).expect("a store");
    let read = store.call(|tx| Ok((rows::due(tx, "x")?, rows::note(tx, "x")?)));
    assert_eq!(
        read.await.expect("it is read"),
        (Some(Timestamp(7)), "told".to_owned())
    );
    let none = store.call(|tx| rows::due(tx, "y")).await;
    assert_eq!(none.expect("it is read"), None);
}
