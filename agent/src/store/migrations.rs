//! The schema, step by step: `user_version` counts the steps that were taken.
//!
//! A step that was ever shipped stays as it is, and a step only adds (tables, columns with a default),
//! so that an older build still works on a newer file after a downgrade.

use rusqlite::{Connection, Transaction};

use crate::{admins, audit, errors, events, host, incidents, jobs, keeps, schedule, totp};

/// One step for each noun to begin with; later changes go at the end. Each noun's schema stands in its
/// own module as `SCHEMA`.
const STEPS: &[&str] = &[
    events::SCHEMA,
    incidents::SCHEMA,
    admins::SCHEMA,
    totp::SCHEMA,
    audit::SCHEMA,
    keeps::SCHEMA,
    jobs::SCHEMA,
    errors::SCHEMA,
    schedule::SCHEMA,
    host::SCHEMA,
];

/// Takes the steps that were not taken yet, each in its own transaction.
///
/// # Errors
/// SQLite's.
pub(super) fn run(connection: &mut Connection) -> rusqlite::Result<()> {
    run_steps(connection, STEPS)
}

fn run_steps(connection: &mut Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let taken = taken(connection)?;
    for (index, step) in steps.iter().enumerate().skip(taken) {
        let transaction = connection.transaction()?;
        take(&transaction, index + 1, step)?;
        transaction.commit()?;
    }
    Ok(())
}

fn taken(connection: &Connection) -> rusqlite::Result<usize> {
    let taken = connection.query_row("PRAGMA user_version", [], |row| row.get::<_, u32>(0))?;
    Ok(taken as usize)
}

fn take(transaction: &Transaction<'_>, number: usize, step: &str) -> rusqlite::Result<()> {
    transaction.execute_batch(step)?;
    transaction.execute_batch(&format!("PRAGMA user_version = {number}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    #[test]
    fn each_step_is_taken_once_and_a_newer_file_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        let steps = ["CREATE TABLE a (x)", "CREATE TABLE b (x)"];
        run_steps(&mut connection, &steps[..1]).unwrap();
        run_steps(&mut connection, &steps).unwrap();
        run_steps(&mut connection, &steps).unwrap();
        assert_eq!(taken(&connection).unwrap(), 2);
        run_steps(&mut connection, &steps[..1]).unwrap();
        assert_eq!(taken(&connection).unwrap(), 2);
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        let mut connection = Connection::open_in_memory().unwrap();
        let steps = ["CREATE TABLE a (x); CREATE TABLE a (x)"];
        assert!(run_steps(&mut connection, &steps).is_err());
        assert_eq!(taken(&connection).unwrap(), 0);
        connection.execute_batch("CREATE TABLE a (x)").unwrap();
    }
}
