//! How often one actor may call: a bucket that `policy.rate-per-minute` calls fill a minute, on the
//! boot clock. What waits for news (long polls) counts once, when it is made.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use potion_proto::{Code, Failure};

use crate::policy::Actor;

/// Actors remembered at once; the longest silent is forgotten first. Bounded because the bot names
/// Telegram ids as it likes.
const ACTORS_MAX: usize = 256;
const MINUTE: Duration = Duration::from_secs(60);
/// The bot's own calls (the event poll, the admin list) and root's are many and harmless.
const OWN_CALLS_PER_MINUTE: u32 = 6_000;

#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    seen: Duration,
}

/// The buckets of all actors.
#[derive(Default)]
pub struct Rates(Mutex<HashMap<String, Bucket>>);

impl Rates {
    /// Takes one call from the actor's bucket; `now` is the boot clock.
    ///
    /// # Errors
    /// `rate-limited` with the seconds to wait.
    pub fn take(&self, actor: &Actor, per_minute: u32, now: Duration) -> Result<(), Failure> {
        let per_minute = if actor.admin.is_some() {
            per_minute
        } else {
            OWN_CALLS_PER_MINUTE
        };
        let full = f64::from(per_minute.max(1));
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        forget_one_too_many(&mut buckets);
        let bucket = buckets.entry(actor.name()).or_insert(Bucket {
            left: full,
            seen: now,
        });
        let refill = now.saturating_sub(bucket.seen).as_secs_f64() * full / MINUTE.as_secs_f64();
        bucket.left = (bucket.left + refill).min(full);
        bucket.seen = now;
        if bucket.left < 1.0 {
            return Err(wait((1.0 - bucket.left) * MINUTE.as_secs_f64() / full));
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

fn forget_one_too_many(buckets: &mut HashMap<String, Bucket>) {
    if buckets.len() < ACTORS_MAX {
        return;
    }
    let oldest = buckets.iter().min_by_key(|(_, bucket)| bucket.seen);
    if let Some(name) = oldest.map(|(name, _)| name.clone()) {
        buckets.remove(&name);
    }
}

fn wait(seconds: f64) -> Failure {
    let seconds = format!("{:.0}", seconds.ceil().max(1.0));
    let sentence = format!("too many requests: try again in {seconds} s");
    Failure::new(Code::RateLimited, seconds, sentence)
}
