//! The check of a code: replay, count, lock. One transaction, so two checks never see the same count.

use std::time::Duration;

use potion_proto::names::{TelegramId, TotpCode};
use rusqlite::Transaction;

use super::authenticator;
use super::rows::{self, State};

/// The longest that a lock lasts, however often it was earned.
const LOCK_MAX: Duration = Duration::from_secs(24 * 3600);

/// The policy and the clocks at the time of a check.
pub(super) struct Limits {
    pub(super) failures: u32,
    pub(super) lock: Duration,
    pub(super) wall_seconds: i64,
    pub(super) boot: String,
    pub(super) now: Duration,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Right,
    Wrong { left: u32 },
    Reused,
    Locked { opens: Duration },
    NowLocked { opens: Duration },
    NotEnrolled,
}

/// Checks a code and writes down what came of it.
pub(super) fn check(
    db: &Transaction<'_>,
    id: TelegramId,
    code: &TotpCode,
    limits: &Limits,
) -> rusqlite::Result<Told> {
    let Some(mut state) = rows::read(db, id)? else {
        return Ok(Told::NotEnrolled);
    };
    let told = judge(&mut state, code, limits);
    rows::write(db, id, &state)?;
    Ok(told)
}

fn judge(state: &mut State, code: &TotpCode, limits: &Limits) -> Told {
    let Some(secret) = &state.secret else {
        return Told::NotEnrolled;
    };
    if let Some(opens) = still_locked(state, limits) {
        return Told::Locked { opens };
    }
    match authenticator::step(secret, code, limits.wall_seconds) {
        Some(step) if step > state.last_step => accept(state, step),
        Some(_) => Told::Reused,
        None => count(state, limits),
    }
}

fn accept(state: &mut State, step: i64) -> Told {
    state.last_step = step;
    (state.failures, state.locks, state.locked_until_ms) = (0, 0, 0);
    Told::Right
}

fn count(state: &mut State, limits: &Limits) -> Told {
    state.failures += 1;
    if state.failures < limits.failures {
        return Told::Wrong {
            left: limits.failures - state.failures,
        };
    }
    let opens = lock_time(limits.lock, state.locks);
    state.locked_boot.clone_from(&limits.boot);
    state.locked_until_ms = millis(limits.now + opens);
    state.locks = state.locks.saturating_add(1);
    state.failures = 0;
    Told::NowLocked { opens }
}

/// A lock of another boot counts from the start of this one.
fn still_locked(state: &State, limits: &Limits) -> Option<Duration> {
    if state.locked_until_ms == 0 {
        return None;
    }
    let until = if state.locked_boot == limits.boot {
        Duration::from_millis(state.locked_until_ms.unsigned_abs())
    } else {
        lock_time(limits.lock, state.locks.saturating_sub(1))
    };
    until.checked_sub(limits.now).filter(|left| !left.is_zero())
}

fn lock_time(first: Duration, earlier: u32) -> Duration {
    first
        .saturating_mul(1 << earlier.min(10))
        .min(LOCK_MAX.max(first))
}

/// Puts a pending secret in force with its first code. None: none waits; false: the code is wrong.
pub(super) fn confirm(
    db: &Transaction<'_>,
    id: TelegramId,
    code: &TotpCode,
    wall_seconds: i64,
) -> rusqlite::Result<Option<bool>> {
    let Some(mut state) = rows::read(db, id)? else {
        return Ok(None);
    };
    let Some(pending) = state.pending.take() else {
        return Ok(None);
    };
    let Some(step) = authenticator::step(&pending, code, wall_seconds) else {
        return Ok(Some(false));
    };
    state.secret = Some(pending);
    accept(&mut state, step);
    rows::write(db, id, &state)?;
    Ok(Some(true))
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
