#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use std::fs;

use super::*;

async fn note(store: &Store, text: &'static str) -> Result<(), StoreError> {
    store
        .call(move |tx| {
            tx.execute_batch("CREATE TABLE IF NOT EXISTS notes (text TEXT)")?;
            tx.execute("INSERT INTO notes VALUES (?1)", [text])
                .map(drop)
        })
        .await
}

async fn notes(store: &Store) -> Result<u32, StoreError> {
    store
        .call(|tx| tx.query_row("SELECT count(*) FROM notes", [], |row| row.get(0)))
        .await
}

#[tokio::test]
async fn what_was_written_is_there_after_a_new_start() {
    let folder = tempfile::tempdir().unwrap();
    note(&Store::open(folder.path()).unwrap(), "a")
        .await
        .unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.opening().verdict, Verdict::Sound);
    assert_eq!(notes(&store).await.unwrap(), 1);
}

#[tokio::test]
async fn a_failed_call_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    note(&store, "a").await.unwrap();
    let failed = store
        .call(|tx| {
            tx.execute("INSERT INTO notes VALUES ('b')", [])?;
            tx.execute_batch("no SQL")
        })
        .await;
    assert!(matches!(failed, Err(StoreError::Sql(_))));
    assert_eq!(notes(&store).await.unwrap(), 1);
}

#[tokio::test]
async fn a_panic_in_one_call_harms_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    note(&store, "a").await.unwrap();
    let failed = store.call(|_| -> rusqlite::Result<()> { panic!("a test's") });
    assert!(matches!(failed.await, Err(StoreError::Gone)));
    assert_eq!(notes(&store).await.unwrap(), 1);
}

#[tokio::test]
async fn a_damaged_file_is_moved_aside_and_a_new_one_serves() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("state.db"), [7; 8192]).unwrap();
    let store = Store::open(folder.path()).unwrap();
    let Verdict::MovedAside(aside) = &store.opening().verdict else {
        panic!("{:?}", store.opening());
    };
    assert_eq!(fs::read(aside).unwrap(), [7; 8192]);
    note(&store, "a").await.unwrap();
    assert_eq!(notes(&store).await.unwrap(), 1);
}

#[tokio::test]
async fn a_page_torn_in_the_middle_is_seen_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for _ in 0..400 {
        note(&store, "some words that fill more than a page in the end")
            .await
            .unwrap();
    }
    let path = folder.path().join("state.db");
    store
        .call(|tx| tx.execute_batch("CREATE INDEX i ON notes (text)"))
        .await
        .unwrap();
    drop(store);
    let sound = rusqlite::Connection::open(&path).unwrap();
    sound
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    drop(sound);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 2048].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert!(matches!(store.opening().verdict, Verdict::MovedAside(_)));
}

#[tokio::test]
async fn without_any_folder_the_state_lives_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("none")).unwrap();
    assert_eq!(store.opening().verdict, Verdict::MemoryOnly);
    note(&store, "a").await.unwrap();
    assert_eq!(notes(&store).await.unwrap(), 1);
}

/// A small filesystem of its own, as only root can have one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let flags = nix::mount::MsFlags::empty();
        nix::mount::mount(
            Some("tmpfs"),
            folder.path(),
            Some("tmpfs"),
            flags,
            Some("size=4m"),
        )
        .ok()
        .map(|()| Self(folder))
    }

    /// Leaves no byte free.
    fn fill(&self) {
        let mut file = fs::File::create(self.0.path().join("filler")).unwrap();
        while std::io::Write::write(&mut file, &[1; 4096]).is_ok() {}
    }

    fn make_room(&self) {
        fs::remove_file(self.0.path().join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = nix::mount::umount2(self.0.path(), nix::mount::MntFlags::MNT_DETACH);
    }
}

async fn note_long(store: &Store) -> Result<(), StoreError> {
    let text = "x".repeat(100_000);
    let call = store.call(move |tx| tx.execute("INSERT INTO notes VALUES (?1)", [&text]));
    call.await.map(drop)
}

#[tokio::test]
async fn a_full_disk_takes_the_ballast_then_refuses_and_reads_go_on() {
    let Some(disk) = SmallDisk::new() else {
        assert_ne!(nix::unistd::getuid().as_raw(), 0, "root can mount a tmpfs");
        return;
    };
    let store = Store::open(disk.0.path()).unwrap();
    note(&store, "a").await.unwrap();
    assert!(store.ballast().tend(512 * 1024));
    disk.fill();
    let mut written = 1;
    let refused = loop {
        match note_long(&store).await {
            Ok(()) => written += 1,
            Err(error) => break error,
        }
    };
    assert!(written > 1, "the ballast gave no room");
    assert!(matches!(refused, StoreError::Full(_)), "{refused:?}");
    assert_eq!(notes(&store).await.unwrap(), written);
    assert!(
        !store.ballast().tend(512 * 1024),
        "there is no room for it yet"
    );
    disk.make_room();
    note_long(&store).await.unwrap();
    assert_eq!(notes(&store).await.unwrap(), written + 1);
    assert!(store.ballast().tend(128 * 1024));
}

#[tokio::test]
async fn a_disk_that_is_full_at_the_start_still_opens_the_database() {
    let Some(disk) = SmallDisk::new() else {
        assert_ne!(nix::unistd::getuid().as_raw(), 0, "root can mount a tmpfs");
        return;
    };
    note(&Store::open(disk.0.path()).unwrap(), "a")
        .await
        .unwrap();
    assert!(Ballast::of(disk.0.path()).tend(512 * 1024));
    disk.fill();
    let store = Store::open(disk.0.path()).unwrap();
    assert_eq!(store.opening().verdict, Verdict::Sound);
    assert_eq!(notes(&store).await.unwrap(), 1);
    note(&store, "b").await.unwrap();
}
