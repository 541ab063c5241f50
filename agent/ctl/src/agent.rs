//! The connection to potiond, and its one door for change.

use std::path::{Path, PathBuf};
use std::time::Duration;

use potion_proto::actions::{Action, Applied, Behalf, Effect, Plan, Proof, Risk};
use potion_proto::client::{CallError, Client};
use potion_proto::service::PotionClient;
use potion_proto::{Failure, wire};
use tarpc::client::RpcError;
use tarpc::context::Context;

use crate::output::{Output, bytes, note, word};
use crate::terminal;
use crate::trouble::Trouble;
use crate::{jobs, units};

/// For whom potionctl calls: itself.
pub(crate) const ME: Behalf = Behalf::Own;

/// The agent as potionctl sees it.
pub(crate) struct Agent {
    client: Client,
    sockets: PathBuf,
    /// How results are shown.
    pub(crate) output: Output,
    /// Do not ask.
    yes: bool,
}

impl Agent {
    /// The agent whose sockets stand in `sockets`.
    pub(crate) fn new(sockets: &Path, output: Output, yes: bool) -> Self {
        let client = Client::new(&sockets.join("agent.sock"), "potionctl");
        Self {
            client,
            sockets: sockets.to_owned(),
            output,
            yes,
        }
    }

    /// Where tickets become descriptors.
    pub(crate) fn fd_socket(&self) -> PathBuf {
        self.sockets.join("fd.sock")
    }

    /// A call that only reads.
    pub(crate) async fn read<T, F>(
        &self,
        ask: impl FnMut(PotionClient, Context) -> F,
    ) -> Result<T, Trouble>
    where
        F: Future<Output = Result<Result<T, Failure>, RpcError>>,
    {
        Ok(self.client.call(wire::DEADLINE_READ, ask).await?)
    }

    /// A long poll of at most `wait_ms`.
    pub(crate) async fn poll<T, F>(
        &self,
        wait_ms: u32,
        ask: impl FnMut(PotionClient, Context) -> F,
    ) -> Result<T, Trouble>
    where
        F: Future<Output = Result<Result<T, Failure>, RpcError>>,
    {
        let within = Duration::from_millis(wait_ms.into()) + wire::DEADLINE_SLACK;
        Ok(self.client.call(within, ask).await?)
    }

    /// Plans, asks where the risk wants it, and applies.
    pub(crate) async fn apply(&self, action: Action) -> Result<Applied, Trouble> {
        let plan = self
            .read(|stub, ctx| {
                let action = action.clone();
                async move { stub.plan(ctx, ME, action).await }
            })
            .await?;
        self.confirm(&plan)?;
        let id = plan.id;
        let applied = self
            .client
            .call_once(wire::DEADLINE_APPLY, |stub, ctx| async move {
                stub.apply(ctx, ME, id, Proof::Confirmed).await
            })
            .await;
        applied.map_err(CallError::into)
    }

    /// Applies, then tells what came of it: waits for a job with its progress shown.
    pub(crate) async fn act(&self, action: Action) -> Result<(), Trouble> {
        match self.apply(action).await? {
            Applied::Job(job) => jobs::wait(self, job).await,
            Applied::Unit(outcome) => units::tell(self, &outcome),
            Applied::KeepPending(outcome, keep) => {
                note(&format!(
                    "This is undone by itself at {}; keep it with `sudo potionctl keep {}`.",
                    crate::when::show(keep.until),
                    keep.id.0
                ));
                units::tell(self, &outcome)
            }
            other => self.output.say(&other, "Done."),
        }
    }

    fn confirm(&self, plan: &Plan) -> Result<(), Trouble> {
        // Who types a local act as root means it; what is dangerous says first what it will do.
        if self.yes || plan.risk != Risk::Dangerous {
            return Ok(());
        }
        for effect in &plan.effects {
            note(&describe(effect));
        }
        if terminal::ask_yes("Go on?")? {
            Ok(())
        } else {
            Err(Trouble::Declined)
        }
    }
}

/// One effect as a sentence.
fn describe(effect: &Effect) -> String {
    match effect {
        Effect::UnitIs { active, sub } => format!("It is {} ({sub}) now.", word(active)),
        Effect::Protected => "It is protected: stopping it may lock you out.".to_owned(),
        Effect::KeepOrRevert { seconds } => format!("It is undone after {seconds} s unless kept."),
        Effect::Upgrades {
            names,
            count,
            security,
            download_bytes,
        } => format!(
            "{count} packages change ({security} of them for security, {} to download): {}",
            bytes(*download_bytes),
            list(names)
        ),
        Effect::UpgradesPotion => "potion-server itself is upgraded and restarts.".to_owned(),
        Effect::Removes { names, count } => {
            format!("{count} packages are removed: {}", list(names))
        }
        Effect::Sessions { count } => format!("{count} people are logged in."),
        Effect::Jobs { count } => format!("{count} jobs are running and would be interrupted."),
        Effect::Changes { from, to } => format!("It changes from {from} to {to}."),
        Effect::Applies(applies) => crate::settings::describe(applies),
    }
}

fn list<T: ToString>(names: &[T]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    names.join(", ")
}
