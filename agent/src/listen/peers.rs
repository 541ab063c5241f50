//! Who the peer is, by the kernel's word and the system's databases.

use std::io;

use nix::unistd::{Group, Uid, User};
use tokio::net::UnixStream;

use crate::policy::Caller;

/// The bot's user.
const BOT_USER: &str = "potion-bot";
/// The group whose members may call.
const GROUP: &str = "potion";

/// The port to peer credentials and the user database.
pub trait Peers: Send + Sync {
    /// The peer's uid (SO_PEERCRED: as of its `connect`).
    ///
    /// # Errors
    /// The kernel's.
    fn uid(&self, stream: &UnixStream) -> io::Result<u32> {
        Ok(stream.peer_cred()?.uid())
    }

    /// What a uid may call as; None: nothing. May block.
    fn caller(&self, uid: u32) -> Option<Caller>;
}

/// The machine's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemPeers;

impl Peers for SystemPeers {
    /// In this order: root, the bot, whom the group database lists. The peer's gid says nothing: a
    /// setgid program lends it to anyone.
    fn caller(&self, uid: u32) -> Option<Caller> {
        if uid == 0 {
            return Some(Caller::Local { uid });
        }
        let user = User::from_uid(Uid::from_raw(uid)).ok().flatten()?;
        if user.name == BOT_USER {
            return Some(Caller::Bot { uid });
        }
        let group = Group::from_name(GROUP).ok().flatten()?;
        group
            .mem
            .contains(&user.name)
            .then_some(Caller::Member { uid })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_local_and_a_uid_without_a_name_is_nobody() {
        assert_eq!(SystemPeers.caller(0), Some(Caller::Local { uid: 0 }));
        assert_eq!(SystemPeers.caller(3_999_999_999), None);
    }
}
