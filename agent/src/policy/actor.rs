//! Somebody who asks for something: the process that calls, and the person it calls for.

use potion_proto::admins::Role;
use potion_proto::names::TelegramId;

/// What the kernel says of the calling process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Caller {
    /// uid 0.
    Local {
        /// Always 0; kept so that all callers have one.
        uid: u32,
    },
    /// The bot's own user.
    Bot {
        /// Its uid.
        uid: u32,
    },
    /// Somebody whom the group database lists in group `potion`.
    Member {
        /// Their uid.
        uid: u32,
    },
}

impl Caller {
    /// The peer's uid.
    #[must_use]
    pub fn uid(self) -> u32 {
        match self {
            Self::Local { uid } | Self::Bot { uid } | Self::Member { uid } => uid,
        }
    }

    /// `local`, `bot` or `member`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Local { .. } => "local",
            Self::Bot { .. } => "bot",
            Self::Member { .. } => "member",
        }
    }
}

/// The caller, and for the bot the admin it speaks for (None: the bot itself).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Actor {
    /// The process.
    pub caller: Caller,
    /// The person in Telegram, with the role the agent holds for them.
    pub admin: Option<(TelegramId, Role)>,
    /// The request's id in the journal.
    pub request: u64,
}

impl Actor {
    /// The name in the audit log: `telegram:1001`, `bot` or `uid:0`.
    #[must_use]
    pub fn name(&self) -> String {
        match (self.caller, self.admin) {
            (Caller::Bot { .. }, Some((id, _))) => format!("telegram:{id}"),
            (Caller::Bot { .. }, None) => "bot".to_owned(),
            (caller, _) => format!("uid:{}", caller.uid()),
        }
    }

    /// Somebody on the machine, root or member, rather than through Telegram.
    #[must_use]
    pub fn is_on_the_machine(&self) -> bool {
        !matches!(self.caller, Caller::Bot { .. })
    }

    /// The role: root is an owner, a member an operator, the bot itself has none.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match self.caller {
            Caller::Local { .. } => Some(Role::Owner),
            Caller::Member { .. } => Some(Role::Operator),
            Caller::Bot { .. } => self.admin.map(|(_, role)| role),
        }
    }

    /// The same person through the same kind of process, whatever the request.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.caller == other.caller && self.admin.map(|(id, _)| id) == other.admin.map(|(id, _)| id)
    }
}
