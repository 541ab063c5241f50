//! A connection whose peer is known. It answers `hello`, and after an equal version everything else;
//! a call before that ends the connection.

mod call;
mod greeting;

use std::sync::Arc;

use potion_proto::actions::Behalf;
use potion_proto::admins::Role;
use potion_proto::names::TelegramId;
use potion_proto::{Code, Failure};

pub(crate) use call::{Call, defect, record_panic};
pub(crate) use greeting::Greeting;

use crate::agent::Agent;
use crate::policy::{Actor, Caller};
use crate::settings;

/// One connection's side of the service; clones share its greeting.
#[derive(Clone)]
pub struct Session {
    pub(crate) agent: Arc<Agent>,
    pub(crate) caller: Caller,
    pub(crate) greeting: Arc<Greeting>,
}

impl Session {
    /// A session that was not greeted yet.
    #[must_use]
    pub fn new(agent: Arc<Agent>, caller: Caller) -> Self {
        Self {
            agent,
            caller,
            greeting: Arc::default(),
        }
    }

    /// A call of `method`, with its request id and with whom it is made for.
    pub(crate) fn call(&self, method: &'static str, by: Behalf) -> Call<'_> {
        settings::follow(&self.agent);
        let request = self.agent.next_request();
        let actor = self.admin(by).map(|admin| Actor {
            caller: self.caller,
            admin,
            request,
        });
        Call::new(self, method, request, actor)
    }

    /// Whom the call is made for. Only the bot may speak for others, and only for admins.
    fn admin(&self, by: Behalf) -> Result<Option<(TelegramId, Role)>, Failure> {
        match (self.caller, by) {
            (_, Behalf::Own) => Ok(None),
            (Caller::Bot { .. }, Behalf::Telegram(id)) => {
                let role = self.agent.admins.role(&self.agent.config(), id);
                role.map(|role| Some((id, role)))
                    .ok_or_else(|| stranger(id))
            }
            (Caller::Local { .. } | Caller::Member { .. }, Behalf::Telegram(_)) => {
                Err(Failure::new(
                    Code::Denied,
                    "",
                    "only the bot may speak for people in Telegram",
                ))
            }
        }
    }
}

fn stranger(id: TelegramId) -> Failure {
    tracing::warn!(%id, "the bot speaks for somebody who is no admin");
    let sentence = "this Telegram user is no admin: `sudo potionctl admin add` pairs one";
    Failure::new(Code::Denied, id.to_string(), sentence)
}
