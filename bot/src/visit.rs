//! One thing that one admin asks for: who it is, in which words to answer, and whom to ask.

use std::future::Future;
use std::sync::Arc;

use potion_config::Config;
use potion_proto::actions::Behalf;
use potion_proto::admins::{Admin, Role};
use potion_proto::client::CallError;
use potion_proto::failure::Failure;
use potion_proto::names::TelegramId;
use potion_proto::service::PotionClient;
use tarpc::client::RpcError;
use tarpc::context::Context;

use crate::clock::now_seconds;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::live::Loaded;
use crate::words::{self, Words};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A message, sent then (Unix seconds).
    Text { message: i32, sent: i64 },
    /// A press; `aside`: the answer comes as a message of its own.
    Press { message: i32, aside: bool },
}

/// One thing that one admin asks for. Only `access.rs` makes one.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) desk: Arc<Desk>,
    pub(crate) admin: Admin,
    pub(crate) words: Words,
    pub(crate) origin: Origin,
    loaded: Arc<Loaded>,
}

impl Visit {
    pub(crate) fn new(desk: &Arc<Desk>, admin: Admin, origin: Origin) -> Self {
        let loaded = desk.loaded();
        let words = loaded.words(admin.language.map(words::language));
        Self {
            desk: Arc::clone(desk),
            admin,
            words,
            origin,
            loaded,
        }
    }

    /// Who asks.
    pub(crate) fn id(&self) -> TelegramId {
        self.admin.id
    }

    /// For whom calls are made.
    pub(crate) fn by(&self) -> Behalf {
        Behalf::Telegram(self.admin.id)
    }

    /// The configuration in force.
    pub(crate) fn config(&self) -> &Config {
        &self.loaded.config
    }

    #[allow(dead_code, reason = "screens with buttons for operators ask")]
    /// Whether to offer what takes this role. The agent decides anyway.
    pub(crate) fn may(&self, role: Role) -> bool {
        self.admin.role >= role
    }

    /// Asks the agent something that only reads, on this person's behalf.
    pub(crate) async fn ask<T, F>(
        &self,
        mut ask: impl FnMut(PotionClient, Context, Behalf) -> F,
    ) -> Result<T, CallError>
    where
        F: Future<Output = Result<Result<T, Failure>, RpcError>>,
    {
        let by = self.by();
        self.desk.ask(|stub, context| ask(stub, context, by)).await
    }

    /// Refuses a message that asks for a change and is too old: it may have waited out a long outage, and
    /// what it asks for may be wrong by now. A press is as fresh as its plan.
    pub(crate) fn fresh(&self) -> Result<(), Fault> {
        let Origin::Text { sent, .. } = self.origin else {
            return Ok(());
        };
        let age = u64::try_from(now_seconds() - sent).unwrap_or(0);
        if age > self.config().telegram().max_age().as_secs() {
            Err(Fault::TooOld { age })
        } else {
            Ok(())
        }
    }
}
