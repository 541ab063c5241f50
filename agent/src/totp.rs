//! Codes of an authenticator (RFC 6238: SHA-1, six digits, 30 s, one step of skew either way).
//!
//! Secrets are the agent's and stand in its database (0700 root); one leaves only in the answer to
//! root's `enrol`. A step is accepted once: the last one is written down before the act. Wrong codes
//! are counted over all plans; after `policy.totp-failures` the admin's codes are refused for
//! `policy.totp-lock-minutes`, doubled with each further lock up to a day, until a code is right or root
//! unlocks. Locks count on the boot clock, and begin anew with a boot, so neither a clock that is set
//! nor a reboot opens one.

mod authenticator;
mod guard;
mod rows;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use potion_proto::events::{Audience, Class, News};
use potion_proto::names::{TelegramId, TotpCode};
use potion_proto::{Code, Failure};

use guard::{Limits, Told};
pub(crate) use rows::{SCHEMA, forget};

use crate::agent::Agent;
use crate::events;
use crate::plans::Approved;

/// A secret that was just made.
pub(crate) struct Enrolment {
    /// `otpauth://…`.
    pub(crate) uri: String,
    /// Base32.
    pub(crate) secret: String,
}

/// Who has a confirmed secret.
///
/// # Errors
/// The store's.
pub(crate) async fn enrolled(agent: &Arc<Agent>) -> Result<BTreeSet<TelegramId>, Failure> {
    Ok(agent.store.call(rows::enrolled).await?)
}

/// Makes a new secret; the old one stays in force until the new one is confirmed.
pub(crate) async fn enrol(
    agent: &Arc<Agent>,
    _by: &Approved,
    id: TelegramId,
) -> Result<Enrolment, Failure> {
    must_be_admin(agent, id)?;
    let secret: [u8; authenticator::SECRET_BYTES] = crate::random::bytes()?;
    let enrolment = authenticator::enrolment(&secret, id)?;
    agent
        .store
        .call(move |db| rows::put_pending(db, id, &secret))
        .await?;
    Ok(enrolment)
}

/// Puts the new secret in force, if the code is one of its.
pub(crate) async fn confirm(
    agent: &Arc<Agent>,
    _by: &Approved,
    id: TelegramId,
    code: TotpCode,
) -> Result<(), Failure> {
    let now = agent.clock.now().seconds();
    let confirmed = agent
        .store
        .call(move |db| guard::confirm(db, id, &code, now))
        .await?;
    match confirmed {
        Some(true) => Ok(()),
        Some(false) => Err(wrong(None)),
        None => Err(not_enrolled(id)),
    }
}

/// Removes the secret, confirmed or not.
pub(crate) async fn reset(
    agent: &Arc<Agent>,
    _by: &Approved,
    id: TelegramId,
) -> Result<(), Failure> {
    let there = agent.store.call(move |db| rows::forget(db, id)).await?;
    if there { Ok(()) } else { Err(not_enrolled(id)) }
}

/// Opens a lock. Forgets the last step too: a wall clock that once ran ahead would otherwise have
/// every code read as used until it is caught up with.
pub(crate) async fn unlock(
    agent: &Arc<Agent>,
    _by: &Approved,
    id: TelegramId,
) -> Result<(), Failure> {
    let there = agent.store.call(move |db| rows::unlock(db, id)).await?;
    if there { Ok(()) } else { Err(not_enrolled(id)) }
}

/// Whether somebody has a confirmed secret.
///
/// # Errors
/// `totp-not-enrolled` with the command that enrols.
pub(crate) async fn must_be_enrolled(agent: &Arc<Agent>, id: TelegramId) -> Result<(), Failure> {
    let enrolled = enrolled(agent).await?;
    if enrolled.contains(&id) {
        Ok(())
    } else {
        Err(not_enrolled(id))
    }
}

/// Uses a code up.
///
/// # Errors
/// `totp-wrong`, `totp-reused`, `totp-locked`, `totp-not-enrolled`.
pub(crate) async fn check(
    agent: &Arc<Agent>,
    id: TelegramId,
    code: TotpCode,
) -> Result<(), Failure> {
    let limits = limits(agent);
    let told = agent
        .store
        .call(move |db| guard::check(db, id, &code, &limits))
        .await?;
    match told {
        Told::Right => Ok(()),
        Told::Wrong { left } => Err(wrong(Some(left))),
        Told::Reused => Err(reused()),
        Told::Locked { opens } => Err(locked(opens)),
        Told::NowLocked { opens } => {
            tell_lock(agent, id, opens).await;
            Err(locked(opens))
        }
        Told::NotEnrolled => Err(not_enrolled(id)),
    }
}

fn limits(agent: &Agent) -> Limits {
    let (config, clock) = (agent.config(), &agent.clock);
    Limits {
        failures: config.policy().totp_failures(),
        lock: config.policy().totp_lock(),
        wall_seconds: clock.now().seconds(),
        boot: clock.boot(),
        now: clock.monotonic(),
    }
}

async fn tell_lock(agent: &Arc<Agent>, id: TelegramId, opens: Duration) {
    let news = News::TotpLocked {
        id,
        minutes: minutes(opens),
    };
    events::publish(agent, Class::Security, Audience::Owners, true, news).await;
}

fn must_be_admin(agent: &Agent, id: TelegramId) -> Result<(), Failure> {
    match agent.admins.role(&agent.config(), id) {
        Some(_) => Ok(()),
        None => {
            let sentence = format!("{id} is no admin: `potionctl admin list` shows all");
            Err(Failure::new(Code::NotFound, id.to_string(), sentence))
        }
    }
}

fn minutes(time: Duration) -> u32 {
    u32::try_from(time.as_secs().div_ceil(60)).unwrap_or(u32::MAX)
}

fn wrong(left: Option<u32>) -> Failure {
    match left {
        Some(left) => {
            let sentence = format!("this code is wrong; {left} tries are left");
            Failure::new(Code::TotpWrong, left.to_string(), sentence)
        }
        None => Failure::new(
            Code::TotpWrong,
            "",
            "this code is wrong: look at the phone's clock",
        ),
    }
}

fn reused() -> Failure {
    let sentence = "this code was used already: wait for the next one";
    Failure::new(Code::TotpReused, "", sentence)
}

fn locked(opens: Duration) -> Failure {
    let minutes = minutes(opens).to_string();
    let sentence = format!(
        "too many wrong codes: try again in {minutes} min, or `sudo potionctl totp unlock`"
    );
    Failure::new(Code::TotpLocked, minutes, sentence)
}

fn not_enrolled(id: TelegramId) -> Failure {
    let line = format!("sudo potionctl totp enrol {id}");
    let sentence = format!("no authenticator is enrolled: run `{line}` on the server");
    Failure::new(Code::TotpNotEnrolled, line, sentence)
}
