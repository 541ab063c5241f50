//! Opening the database so that the daemon starts whatever state the file is in.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, ErrorCode};

use super::{Ballast, may_be_full, migrations};

const FILE: &str = "state.db";
/// Somebody who looks into the file with sqlite3 holds us up for this long at most.
const BUSY: Duration = Duration::from_secs(5);
/// Small: the agent's memory goal is 10 MiB, and its tables are read by key.
const SETTINGS: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA cache_size = -256;
PRAGMA wal_autocheckpoint = 256;
PRAGMA journal_size_limit = 1048576;
PRAGMA secure_delete = ON;
";

/// How the opening went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// What is served.
    pub verdict: Verdict,
    /// Why it is not the file as it was; empty when it is.
    pub why: String,
}

/// What is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The file.
    Sound,
    /// A new file; the damaged one now lies there.
    MovedAside(PathBuf),
    /// Memory alone: no file can be had. Nothing survives this process.
    MemoryOnly,
}

pub(super) fn open(folder: &Path, ballast: &Ballast) -> (Connection, Opening) {
    let path = folder.join(FILE);
    let first = match try_with_ballast(&path, ballast) {
        Ok(connection) => return (connection, Opening::new(Verdict::Sound, String::new())),
        Err(error) => error,
    };
    tracing::error!(%first, "the database cannot be used");
    let second = match anew(&path, &first) {
        Ok((connection, aside)) => {
            let opening = Opening::new(Verdict::MovedAside(aside), first.to_string());
            return (connection, opening);
        }
        Err(error) => error,
    };
    tracing::error!(%second, "no new database either: the state lives in memory");
    (in_memory(), Opening::new(Verdict::MemoryOnly, second))
}

impl Opening {
    fn new(verdict: Verdict, why: String) -> Self {
        Self { verdict, why }
    }
}

fn try_with_ballast(path: &Path, ballast: &Ballast) -> rusqlite::Result<Connection> {
    match try_open(path) {
        Err(error) if may_be_full(&error) && ballast.free() => try_open(path),
        outcome => outcome,
    }
}

fn try_open(path: &Path) -> rusqlite::Result<Connection> {
    // For root's eyes alone, whatever the umask; SQLite gives its other files the same mode. Where this
    // fails, the opening tells why.
    let _ = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path);
    let mut connection = Connection::open(path)?;
    prepare(&mut connection)?;
    Ok(connection)
}

fn prepare(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.execute_batch(SETTINGS)?;
    sound(connection)?;
    migrations::run(connection)
}

fn sound(connection: &Connection) -> rusqlite::Result<()> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" {
        return Ok(());
    }
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    Err(rusqlite::Error::SqliteFailure(code, Some(found)))
}

/// A new file in the place of the old one, if the old one is at fault.
fn anew(path: &Path, why: &rusqlite::Error) -> Result<(Connection, PathBuf), String> {
    if !is_the_files_fault(why) {
        return Err(why.to_string());
    }
    let aside = move_aside(path).map_err(|error| format!("{why}; moving it aside: {error}"))?;
    match try_open(path) {
        Ok(connection) => Ok((connection, aside)),
        Err(error) => {
            move_back(&aside, path);
            Err(format!("{why}; a new one: {error}"))
        }
    }
}

/// A folder that cannot be written, a full disk, a lock: moving a sound database would lose it.
fn is_the_files_fault(error: &rusqlite::Error) -> bool {
    !matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::CannotOpen
                | ErrorCode::SystemIoFailure
                | ErrorCode::DiskFull
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
        )
    )
}

const PARTS: [&str; 3] = ["", "-wal", "-shm"];

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn move_aside(path: &Path) -> std::io::Result<PathBuf> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let aside = with_suffix(
        path,
        &format!(".corrupt-{}", now.map_or(0, |since| since.as_secs())),
    );
    fs::rename(path, &aside)?;
    for part in &PARTS[1..] {
        let _ = fs::rename(with_suffix(path, part), with_suffix(&aside, part));
    }
    Ok(aside)
}

fn move_back(aside: &Path, path: &Path) {
    for part in PARTS {
        let _ = fs::rename(with_suffix(aside, part), with_suffix(path, part));
    }
}

fn in_memory() -> Connection {
    let mut connection =
        Connection::open_in_memory().expect("SQLite opens a database that needs no file");
    prepare(&mut connection).expect("the schema is sound: the tests run it");
    connection
}
