//! How many connections there may be, in all and from one user. Some are kept for root, so that
//! nobody else can lock the owner's own terminal out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use potion_proto::wire::{CONNECTIONS_FOR_ROOT, CONNECTIONS_MAX, CONNECTIONS_PER_UID};

type Taken = HashMap<u32, usize>;

/// The seats of one socket.
#[derive(Clone, Default)]
pub(crate) struct Seats(Arc<Mutex<Taken>>);

/// A connection's seat; free again when dropped.
pub(crate) struct Seat {
    seats: Seats,
    uid: u32,
}

impl Seats {
    /// A seat for one more connection of this user, if one is left for them.
    pub(crate) fn take(&self, uid: u32) -> Option<Seat> {
        let mut taken = self.lock();
        let in_all: usize = taken.values().sum();
        let theirs = taken.entry(uid).or_default();
        let fits = match uid {
            0 => in_all < CONNECTIONS_MAX,
            _ => *theirs < CONNECTIONS_PER_UID && in_all < CONNECTIONS_MAX - CONNECTIONS_FOR_ROOT,
        };
        if !fits {
            taken.retain(|_, count| *count > 0);
            return None;
        }
        *theirs += 1;
        Some(Seat {
            seats: self.clone(),
            uid,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        if let Some(count) = taken.get_mut(&self.uid) {
            *count -= 1;
        }
        taken.retain(|_, count| *count > 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_cannot_take_every_seat_and_root_always_finds_one() {
        let seats = Seats::default();
        let take = |uid: u32| (0..100).map_while(|_| seats.take(uid)).collect::<Vec<_>>();
        let bot = take(1);
        assert_eq!(bot.len(), CONNECTIONS_PER_UID);
        let others: Vec<_> = (2..100).flat_map(take).collect();
        assert_eq!(
            bot.len() + others.len(),
            CONNECTIONS_MAX - CONNECTIONS_FOR_ROOT
        );
        assert_eq!(take(0).len(), CONNECTIONS_FOR_ROOT);
        drop(bot);
        assert_eq!(take(1).len(), CONNECTIONS_PER_UID);
    }
}
