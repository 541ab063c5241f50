//! The jobs in the database. Progress is not here: it lives in the job's folder while it runs.

use potion_proto::actions::Action;
use potion_proto::jobs::{Ending, JobId, Phase};
use potion_proto::time::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

/// Jobs; `lane` names what only one job may use at a time, `announced` says that its end was published.
pub(crate) const SCHEMA: &str = "
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    lane TEXT NOT NULL,
    action TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    phase TEXT NOT NULL,
    ended INTEGER,
    ending TEXT,
    announced INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX jobs_phase ON jobs (phase);
";

const COLUMNS: &str = "id, action, who, at, phase, ended, ending";
const OPEN: &str = "phase IN ('queued', 'running')";

/// A job as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    pub(super) id: JobId,
    pub(super) action: Action,
    pub(super) who: String,
    pub(super) at: Timestamp,
    pub(super) phase: Phase,
    pub(super) ended: Option<Timestamp>,
    pub(super) ending: Ending,
}

/// A job that is to be.
#[derive(Clone, Debug)]
pub(super) struct New {
    pub(super) lane: &'static str,
    pub(super) action: String,
    pub(super) who: String,
    pub(super) at: Timestamp,
    /// Its number is higher than this.
    pub(super) above: u64,
}

/// Writes the job down as queued, or gives the one that has the lane.
pub(super) fn insert(
    tx: &Transaction<'_>,
    new: &New,
) -> rusqlite::Result<Result<JobId, Option<Stored>>> {
    let busy = format!("SELECT {COLUMNS} FROM jobs WHERE {OPEN} AND lane = ?1");
    let mut busy = tx.prepare(&busy)?;
    let mut rows = busy.query([new.lane])?;
    if let Some(row) = rows.next()? {
        return Ok(Err(stored(row)?));
    }
    let highest =
        "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'jobs'), 0), ?1)";
    let highest: i64 = tx.query_row(highest, [clamp(new.above)], |row| row.get(0))?;
    let id = highest + 1;
    tx.execute(
        "INSERT INTO jobs (id, lane, action, who, at, phase) VALUES (?1, ?2, ?3, ?4, ?5, 'queued')",
        params![id, new.lane, new.action, new.who, new.at.0],
    )?;
    Ok(Ok(JobId(id.unsigned_abs())))
}

/// Takes back a job that never began.
pub(super) fn forget(tx: &Transaction<'_>, id: JobId) -> rusqlite::Result<()> {
    tx.execute("DELETE FROM jobs WHERE id = ?1", [clamp(id.0)])?;
    Ok(())
}

/// Its unit was started.
pub(super) fn began(tx: &Transaction<'_>, id: JobId) -> rusqlite::Result<()> {
    let sql = "UPDATE jobs SET phase = 'running' WHERE id = ?1 AND phase = 'queued'";
    tx.execute(sql, [clamp(id.0)])?;
    Ok(())
}

/// It ended; false when that was known already.
pub(super) fn settle(
    tx: &Transaction<'_>,
    id: JobId,
    phase: Phase,
    ended: Timestamp,
    ending: &str,
) -> rusqlite::Result<bool> {
    let sql =
        format!("UPDATE jobs SET phase = ?2, ended = ?3, ending = ?4 WHERE id = ?1 AND {OPEN}");
    let changed = tx.execute(&sql, params![clamp(id.0), word(phase), ended.0, ending])?;
    Ok(changed > 0)
}

/// Its end is published; false when it was already.
pub(super) fn claim_announcement(tx: &Transaction<'_>, id: JobId) -> rusqlite::Result<bool> {
    let sql = "UPDATE jobs SET announced = 1 WHERE id = ?1 AND announced = 0";
    Ok(tx.execute(sql, [clamp(id.0)])? > 0)
}

pub(super) fn get(tx: &Transaction<'_>, id: JobId) -> rusqlite::Result<Option<Stored>> {
    let sql = format!("SELECT {COLUMNS} FROM jobs WHERE id = ?1");
    let found = tx.query_row(&sql, [clamp(id.0)], stored).optional()?;
    Ok(found.flatten())
}

/// The newest first.
pub(super) fn newest(tx: &Transaction<'_>, limit: u32) -> rusqlite::Result<Vec<Stored>> {
    select(
        tx,
        &format!("SELECT {COLUMNS} FROM jobs ORDER BY id DESC LIMIT {limit}"),
    )
}

/// Those that have not ended, as far as was known.
pub(super) fn open(tx: &Transaction<'_>) -> rusqlite::Result<Vec<Stored>> {
    select(
        tx,
        &format!("SELECT {COLUMNS} FROM jobs WHERE {OPEN} ORDER BY id"),
    )
}

/// Those whose end was not published.
pub(super) fn unannounced(tx: &Transaction<'_>) -> rusqlite::Result<Vec<Stored>> {
    select(
        tx,
        &format!("SELECT {COLUMNS} FROM jobs WHERE NOT {OPEN} AND announced = 0 ORDER BY id"),
    )
}

/// Removes what ended before `before` and what is beyond the `keep` newest; gives their numbers.
pub(super) fn prune(
    tx: &Transaction<'_>,
    before: Timestamp,
    keep: usize,
) -> rusqlite::Result<Vec<JobId>> {
    let sql = format!(
        "DELETE FROM jobs WHERE NOT {OPEN} AND announced = 1 AND (ended < ?1 OR id NOT IN
            (SELECT id FROM jobs WHERE NOT {OPEN} ORDER BY id DESC LIMIT ?2)) RETURNING id"
    );
    let mut statement = tx.prepare(&sql)?;
    let keep = i64::try_from(keep).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![before.0, keep], |row| {
        row.get(0).map(|id: i64| JobId(id.unsigned_abs()))
    })?;
    rows.collect()
}

fn select(tx: &Transaction<'_>, sql: &str) -> rusqlite::Result<Vec<Stored>> {
    let mut statement = tx.prepare(sql)?;
    let rows = statement.query_map([], stored)?;
    Ok(rows
        .collect::<rusqlite::Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect())
}

/// None for an action that this version does not know (the database outlives a downgrade).
fn stored(row: &Row<'_>) -> rusqlite::Result<Option<Stored>> {
    let action: String = row.get(1)?;
    let phase: String = row.get(4)?;
    let ending: Option<String> = row.get(6)?;
    let (Ok(action), Some(phase)) = (serde_json::from_str(&action), phase_of(&phase)) else {
        return Ok(None);
    };
    Ok(Some(Stored {
        id: JobId(row.get::<_, i64>(0)?.unsigned_abs()),
        action,
        who: row.get(2)?,
        at: Timestamp(row.get(3)?),
        phase,
        ended: row.get::<_, Option<i64>>(5)?.map(Timestamp),
        ending: ending
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default(),
    }))
}

const WORDS: [(Phase, &str); 6] = [
    (Phase::Queued, "queued"),
    (Phase::Running, "running"),
    (Phase::Done, "done"),
    (Phase::Failed, "failed"),
    (Phase::Cancelled, "cancelled"),
    (Phase::Interrupted, "interrupted"),
];

fn word(phase: Phase) -> &'static str {
    let found = WORDS.iter().find(|(known, _)| *known == phase);
    found.map_or("interrupted", |(_, word)| word)
}

fn phase_of(word: &str) -> Option<Phase> {
    let found = WORDS.iter().find(|(_, known)| *known == word);
    found.map(|(phase, _)| *phase)
}

fn clamp(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use rusqlite::Connection;

    use super::*;

    fn new(above: u64) -> New {
        New {
            lane: "packages",
            action: serde_json::to_string(&Action::PackagesRepair).unwrap(),
            who: "uid:0".to_owned(),
            at: Timestamp(1000),
            above,
        }
    }

    fn database() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        connection
    }

    #[test]
    fn one_lane_holds_one_job_and_says_whose_it_is() {
        let mut connection = database();
        let tx = connection.transaction().unwrap();
        let first = insert(&tx, &new(0)).unwrap().unwrap();
        let busy = insert(&tx, &new(0)).unwrap().unwrap_err().unwrap();
        assert_eq!((busy.id, busy.who.as_str()), (first, "uid:0"));
        began(&tx, first).unwrap();
        assert!(insert(&tx, &new(0)).unwrap().is_err());
        assert!(settle(&tx, first, Phase::Done, Timestamp(2), "{}").unwrap());
        assert!(!settle(&tx, first, Phase::Failed, Timestamp(3), "{}").unwrap());
        assert_eq!(get(&tx, first).unwrap().unwrap().phase, Phase::Done);
        assert!(insert(&tx, &new(0)).unwrap().is_ok());
    }

    #[test]
    fn numbers_are_never_used_again() {
        let mut connection = database();
        let tx = connection.transaction().unwrap();
        let first = insert(&tx, &new(41)).unwrap().unwrap();
        assert_eq!(first, JobId(42));
        forget(&tx, first).unwrap();
        assert_eq!(insert(&tx, &new(0)).unwrap().unwrap(), JobId(43));
    }

    #[test]
    fn only_ended_and_announced_jobs_are_pruned_by_age_and_by_count() {
        let mut connection = database();
        let tx = connection.transaction().unwrap();
        for end in [10, 20, 30, 40] {
            let id = insert(&tx, &new(0)).unwrap().unwrap();
            settle(&tx, id, Phase::Done, Timestamp(end), "{}").unwrap();
            assert!(claim_announcement(&tx, id).unwrap());
            assert!(!claim_announcement(&tx, id).unwrap());
        }
        let running = insert(&tx, &new(0)).unwrap().unwrap();
        assert_eq!(prune(&tx, Timestamp(15), 10).unwrap(), [JobId(1)]);
        assert_eq!(prune(&tx, Timestamp(0), 1).unwrap(), [JobId(2), JobId(3)]);
        let left: Vec<_> = newest(&tx, 10)
            .unwrap()
            .into_iter()
            .map(|job| job.id)
            .collect();
        assert_eq!(left, [running, JobId(4)]);
    }

    #[test]
    fn a_job_of_a_newer_version_is_left_out_and_harms_nobody() {
        let mut connection = database();
        let tx = connection.transaction().unwrap();
        let stranger = New {
            action: "\"from-the-future\"".to_owned(),
            ..new(0)
        };
        let id = insert(&tx, &stranger).unwrap().unwrap();
        assert_eq!(get(&tx, id).unwrap(), None);
        assert_eq!(newest(&tx, 10).unwrap(), []);
    }
}
