//! One call: its checks, its witnesses, its span, and what becomes of a panic.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use potion_proto::{Code, Failure};
use tracing::Instrument;

use super::Session;
use crate::agent::Agent;
use crate::errors;
use crate::policy::{Actor, BotItself, BotOrLocal, Operate, Own, Roster, View};

/// A call under way.
pub(crate) struct Call<'a> {
    session: &'a Session,
    method: &'static str,
    request: u64,
    actor: Result<Actor, Failure>,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        session: &'a Session,
        method: &'static str,
        request: u64,
        actor: Result<Actor, Failure>,
    ) -> Self {
        Self {
            session,
            method,
            request,
            actor,
        }
    }

    /// The agent.
    pub(crate) fn agent(&self) -> &Arc<Agent> {
        &self.session.agent
    }

    /// Who asks.
    ///
    /// # Errors
    /// `denied`.
    pub(crate) fn actor(&self) -> Result<Actor, Failure> {
        self.actor.clone()
    }

    pub(crate) fn view(&self) -> Result<View, Failure> {
        View::check(self.actor()?)
    }

    pub(crate) fn operate(&self) -> Result<Operate, Failure> {
        Operate::check(self.actor()?)
    }

    pub(crate) fn own(&self) -> Result<Own, Failure> {
        Own::check(self.actor()?)
    }

    pub(crate) fn bot(&self) -> Result<BotItself, Failure> {
        BotItself::check(self.actor()?)
    }

    pub(crate) fn bot_or_local(&self) -> Result<BotOrLocal, Failure> {
        BotOrLocal::check(self.actor()?)
    }

    pub(crate) fn roster(&self) -> Result<Roster, Failure> {
        Roster::check(self.actor()?)
    }

    /// Lets `work` run if the caller was greeted and is within its rate. Its failure gets the request's
    /// id, its panic becomes `internal` at once.
    pub(crate) async fn answer<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let span = tracing::info_span!("call", method = self.method, request = self.request);
        let answer = self.checked(work).instrument(span).await;
        answer.map_err(|failure| self.note(failure))
    }

    async fn checked<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        self.greeted().await;
        self.within_rate()?;
        match AssertUnwindSafe(work).catch_unwind().await {
            Ok(result) => result,
            Err(_) => Err(record_panic(self.agent(), self.method).await),
        }
    }

    /// Returns if the caller was greeted; else ends the connection, without a word.
    async fn greeted(&self) {
        if !self.session.greeting.is_done() {
            self.session.greeting.hang_up();
            std::future::pending().await
        }
    }

    fn within_rate(&self) -> Result<(), Failure> {
        let actor = self.actor()?;
        let agent = self.agent();
        let per_minute = agent.config().policy().rate_per_minute();
        agent
            .rates
            .take(&actor, per_minute, agent.clock.monotonic())
    }

    fn note(&self, mut failure: Failure) -> Failure {
        failure.request = self.request;
        let who = self
            .actor
            .as_ref()
            .map_or_else(|_| "?".to_owned(), Actor::name);
        tracing::info!(
            method = self.method, request = self.request, who, code = ?failure.code,
            subject = failure.subject, "refused or failed: {failure}"
        );
        failure
    }
}

/// Records the panic that was just caught, as a failure with its error id.
pub(crate) async fn record_panic(agent: &Arc<Agent>, doing: &str) -> Failure {
    let id = errors::record_caught(agent, doing).await;
    let line = format!("a defect of Potion's: `sudo potionctl error show {id}` tells more");
    Failure::new(Code::Internal, id.as_str(), line)
}

/// A defect without an error id.
pub(crate) fn defect(doing: &str) -> Failure {
    let line = format!("a defect of Potion's in {doing}: see `journalctl -u potiond`");
    Failure::new(Code::Internal, "", line)
}
