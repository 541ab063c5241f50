//! How often one actor may call: a bucket that refills by `policy.rate-per-minute` calls a minute, on
//! the boot clock. What waits for news (long polls) counts once, when it is made.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use potion_proto::{Code, Failure};

use crate::policy::Actor;

/// Actors remembered at once; the longest silent is forgotten first.
const ACTORS_MAX: usize = 256;
const MINUTE: Duration = Duration::from_secs(60);
/// The bot's own calls (the event poll, the admin list) are many and harmless; so are those of people
/// with a terminal. The limit keeps a loop that went wild from starving the others.
const OWN_CALLS_PER_MINUTE: u32 = 600_000;

/// A bucket of calls; the default is full.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bucket {
    used: f64,
    seen: Duration,
}

impl Bucket {
    /// Takes one; else the seconds to wait.
    pub(crate) fn take(&mut self, per_minute: u32, now: Duration) -> Result<(), f64> {
        let per_second = f64::from(per_minute.max(1)) / MINUTE.as_secs_f64();
        let back = now.saturating_sub(self.seen).as_secs_f64() * per_second;
        self.used = (self.used - back).max(0.0);
        self.seen = now;
        let over = self.used + 1.0 - f64::from(per_minute.max(1));
        if over > 0.0 {
            return Err(over / per_second);
        }
        self.used += 1.0;
        Ok(())
    }
}

/// The buckets of all actors.
#[derive(Default)]
pub struct Rates(Mutex<HashMap<Actor, Bucket>>);

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
        let key = Actor {
            request: 0,
            ..actor.clone()
        };
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !buckets.contains_key(&key) {
            forget_one_too_many(&mut buckets);
        }
        buckets
            .entry(key)
            .or_default()
            .take(per_minute, now)
            .map_err(wait)
    }
}

fn forget_one_too_many(buckets: &mut HashMap<Actor, Bucket>) {
    if buckets.len() < ACTORS_MAX {
        return;
    }
    let oldest = buckets.iter().min_by_key(|(_, bucket)| bucket.seen);
    if let Some(actor) = oldest.map(|(actor, _)| actor.clone()) {
        buckets.remove(&actor);
    }
}

fn wait(seconds: f64) -> Failure {
    let seconds = format!("{:.0}", seconds.ceil().max(1.0));
    let sentence = format!("too many requests: try again in {seconds} s");
    Failure::new(Code::RateLimited, seconds, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_so_many_a_minute_and_names_the_wait() {
        let mut bucket = Bucket::default();
        let at = Duration::from_secs;
        assert!((0..60).all(|_| bucket.take(60, at(100)).is_ok()));
        assert!(
            bucket
                .take(60, at(100))
                .is_err_and(|wait| (0.9..=1.1).contains(&wait))
        );
        assert!(bucket.take(60, at(101)).is_ok());
        assert!(bucket.take(60, at(101)).is_err());
        assert!((0..60).all(|_| bucket.take(60, at(1000)).is_ok()));
    }
}
