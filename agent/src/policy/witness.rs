//! The witnesses: values that prove a check was made.

use std::ops::Deref;

use potion_proto::admins::Role;
use potion_proto::{Code, Failure};

use super::{Actor, Caller};

macro_rules! witness {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(Actor);

        impl $name {
            /// Checks the actor.
            ///
            /// # Errors
            /// `denied` or `local-only`.
            pub fn check(actor: Actor) -> Result<Self, Failure> {
                let check: fn(&Actor) -> Result<(), Failure> = $check;
                check(&actor)?;
                Ok(Self(actor))
            }
        }

        impl Deref for $name {
            type Target = Actor;
            fn deref(&self) -> &Actor {
                &self.0
            }
        }
    };
}

witness!(
    /// May look.
    View, |actor| at_least(actor, Role::Viewer)
);
witness!(
    /// May see what operators see.
    Operate, |actor| at_least(actor, Role::Operator)
);
witness!(
    /// May see what owners see.
    Own, |actor| at_least(actor, Role::Owner)
);
witness!(
    /// Is root on the machine.
    Local, |actor| match actor.caller {
        Caller::Local { .. } => Ok(()),
        Caller::Bot { .. } | Caller::Member { .. } => Err(with_sudo("sudo potionctl")),
    }
);
witness!(
    /// Is the bot, speaking for itself.
    BotItself, |actor| match (actor.caller, actor.admin) {
        (Caller::Bot { .. }, None) => Ok(()),
        _ => Err(denied("only the bot itself may do this")),
    }
);
witness!(
    /// Is the bot speaking for itself, or root.
    BotOrLocal, |actor| match (actor.caller, actor.admin) {
        (Caller::Bot { .. }, None) | (Caller::Local { .. }, _) => Ok(()),
        _ => Err(denied("only the bot itself or root may do this")),
    }
);
witness!(
    /// May see who the admins are: viewers, and the bot itself.
    Roster, |actor| match (actor.caller, actor.admin) {
        (Caller::Bot { .. }, None) => Ok(()),
        _ => at_least(actor, Role::Viewer),
    }
);

fn at_least(actor: &Actor, needed: Role) -> Result<(), Failure> {
    match (actor.role(), actor.caller) {
        (Some(role), _) if role >= needed => Ok(()),
        (_, Caller::Member { .. }) => Err(with_sudo("sudo potionctl")),
        _ => Err(denied("your role does not allow this; ask an owner")),
    }
}

/// The failure of somebody who may not.
pub(crate) fn denied(sentence: &str) -> Failure {
    Failure::new(Code::Denied, "", sentence)
}

/// The failure of somebody who must be root; `line` is what to type.
pub(crate) fn with_sudo(line: &str) -> Failure {
    let sentence = format!("only root on the machine may do this: run `{line}`");
    Failure::new(Code::LocalOnly, line, sentence)
}
