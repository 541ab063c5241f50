//! Pairing: root makes a code, a person sends it to the bot, and the bot hands it in.
//!
//! A code has 130 random bits and is stored as its SHA-256, so neither the database nor its backups can
//! be turned into an admin. It is good once, for `policy.pairing-minutes` on the boot clock of the boot
//! that made it. Wrong codes are counted over all Telegram ids: after `TRIES_MAX` of them in an hour
//! nothing is redeemed until the hour is over or root makes a new code.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use potion_proto::admins::{Admin, Language, Person, Role};
use potion_proto::audit::Verdict;
use potion_proto::events::{Audience, Class, News};
use potion_proto::names::PairingCode;
use potion_proto::{Code, Failure};
use rusqlite::{OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

use super::{Paired, configured, load, rows};
use crate::agent::Agent;
use crate::audit::{self, Line};
use crate::plans::Approved;
use crate::policy::command::role_word;
use crate::policy::{Actor, BotItself, Roster};
use crate::{events, random};

/// Wrong codes in an hour, over all ids.
const TRIES_MAX: u32 = 10;
const TRIES_WINDOW: Duration = Duration::from_secs(3600);
/// Letters of a code, five bits each.
const CODE_LETTERS: usize = 26;
/// RFC 4648's base32 alphabet in lower case.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Characters of a display name that count.
const NAME_MAX_CHARS: usize = 128;

type Hash = [u8; 32];

/// Wrong codes lately handed in.
#[derive(Default)]
pub(crate) struct Tries(Mutex<(u32, Duration)>);

impl Tries {
    fn may(&self, now: Duration) -> bool {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_sub(tries.1) > TRIES_WINDOW {
            *tries = (0, now);
        }
        tries.0 < TRIES_MAX
    }

    fn count(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 += 1;
    }

    fn reset(&self, now: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (0, now);
    }
}

/// A new code for somebody with this role, and how long it is good.
pub(crate) async fn invite(
    agent: &Arc<Agent>,
    _by: &Approved,
    role: Role,
) -> Result<(PairingCode, Duration), Failure> {
    let (code, now) = (new_code()?, agent.clock.monotonic());
    let lifetime = agent.config().policy().pairing();
    let (hash, boot) = (hash(&code), agent.clock.boot());
    let expires = millis(now + lifetime);
    agent.admins.tries.reset(now);
    agent
        .store
        .call(move |db| {
            forget_old(db, &boot, millis(now))?;
            let row = params![hash, role_word(role), boot, expires];
            db.execute(
                "INSERT INTO pairings (hash, role, boot, expires_ms) VALUES (?, ?, ?, ?)",
                row,
            )
        })
        .await?;
    Ok((code, lifetime))
}

/// Pairs the person who handed the code in.
///
/// # Errors
/// `pairing-refused`, `conflict` for somebody who stands in config.toml.
pub async fn redeem(
    agent: &Arc<Agent>,
    by: &BotItself,
    code: PairingCode,
    person: Person,
) -> Result<Admin, Failure> {
    let now = agent.clock.monotonic();
    if configured(&agent.config(), person.id).is_some() {
        let sentence = "this person is an admin already, by config.toml";
        return Err(Failure::new(
            Code::Conflict,
            person.id.to_string(),
            sentence,
        ));
    }
    let paired = match agent.admins.tries.may(now) {
        true => take(agent, &code, &person, now).await?,
        false => None,
    };
    let Some(role) = paired else {
        agent.admins.tries.count();
        note(
            agent,
            by,
            &person,
            Verdict::Refused,
            "wrong, used or too old",
        )
        .await
        .ok();
        let sentence = "this pairing code is wrong, used or too old: `sudo potionctl admin add`";
        return Err(Failure::new(Code::PairingRefused, "", sentence));
    };
    load(agent).await?;
    note(agent, by, &person, Verdict::Done, role_word(role))
        .await
        .ok();
    tell(agent, &person).await;
    entry(agent, by, &person).await
}

/// Uses the code up and writes the person down, both or neither.
async fn take(
    agent: &Arc<Agent>,
    code: &PairingCode,
    person: &Person,
    now: Duration,
) -> Result<Option<Role>, Failure> {
    let (hash, boot, id) = (hash(code), agent.clock.boot(), person.id);
    let name: String = person.name.chars().take(NAME_MAX_CHARS).collect();
    let (paired, language) = (agent.clock.now(), person.language);
    let role = agent.store.call(move |db| {
        forget_old(db, &boot, millis(now))?;
        let Some(role) = use_up(db, &hash)? else {
            return Ok(None);
        };
        rows::put(
            db,
            id,
            &Paired {
                name: name.clone(),
                role,
                paired,
            },
        )?;
        speak(db, id.get(), language)?;
        Ok(Some(role))
    });
    Ok(role.await?)
}

fn use_up(db: &Transaction<'_>, hash: &Hash) -> rusqlite::Result<Option<Role>> {
    let taken = "DELETE FROM pairings WHERE hash = ?1 RETURNING role";
    let role: Option<String> = db.query_row(taken, [hash], |row| row.get(0)).optional()?;
    Ok(role.and_then(|word| rows::role(&word)))
}

fn speak(db: &Transaction<'_>, id: i64, language: Option<Language>) -> rusqlite::Result<()> {
    if let Some(language) = language {
        let put = "INSERT OR REPLACE INTO languages (id, language) VALUES (?1, ?2)";
        db.execute(put, params![id, rows::language_word(language)])?;
    }
    Ok(())
}

fn forget_old(db: &Transaction<'_>, boot: &str, now: i64) -> rusqlite::Result<usize> {
    let old = "DELETE FROM pairings WHERE boot <> ?1 OR expires_ms <= ?2";
    db.execute(old, params![boot, now])
}

async fn note(
    agent: &Arc<Agent>,
    by: &Actor,
    person: &Person,
    verdict: Verdict,
    detail: &str,
) -> Result<(), Failure> {
    let line = Line {
        who: format!("telegram:{}", person.id),
        what: "admin redeem".to_owned(),
        verdict,
        detail: detail.to_owned(),
        request: by.request,
    };
    audit::write(agent, line, audit::Durability::Synced).await
}

async fn tell(agent: &Arc<Agent>, person: &Person) {
    let name = person.name.chars().take(NAME_MAX_CHARS).collect();
    let news = News::Paired {
        id: person.id,
        name,
    };
    events::publish(agent, Class::Security, Audience::Everyone, true, news).await;
}

async fn entry(agent: &Arc<Agent>, by: &BotItself, person: &Person) -> Result<Admin, Failure> {
    let all = super::list(agent, &Roster::check(Actor::clone(by))?).await?;
    all.into_iter()
        .find(|admin| admin.id == person.id)
        .ok_or_else(|| {
            Failure::new(
                Code::PairingRefused,
                "",
                "this admin was removed in the meantime",
            )
        })
}

fn new_code() -> Result<PairingCode, Failure> {
    let bytes: [u8; CODE_LETTERS] = random::bytes()?;
    let letters = bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]));
    PairingCode::new(letters.collect::<String>())
        .map_err(|error| Failure::new(Code::Internal, "", error.to_string()))
}

fn hash(code: &PairingCode) -> Hash {
    Sha256::digest(code.as_str().as_bytes()).into()
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
