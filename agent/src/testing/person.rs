//! Somebody with a greeted connection.

use std::path::Path;
use std::time::{Duration, Instant};

use potion_proto::actions::{Action, Applied, Behalf, Plan, Proof};
use potion_proto::hello::Hello;
use potion_proto::names::{TelegramId, TotpCode};
use potion_proto::{Failure, PotionClient, wire};
use tarpc::client::{Config, RpcError};
use tarpc::context::{self, Context};

/// How long a test's call may take.
const TEST_DEADLINE: Duration = Duration::from_secs(60);

/// A caller and whom they call for.
#[derive(Clone)]
pub struct Person {
    /// The connection.
    pub rpc: PotionClient,
    /// Whom each call names.
    pub by: Behalf,
}

/// A call's context with a deadline that no test meets.
#[must_use]
pub fn context() -> Context {
    let mut context = context::current();
    context.deadline = Instant::now() + TEST_DEADLINE;
    context
}

/// A Telegram user id.
#[must_use]
pub fn telegram_id(id: i64) -> TelegramId {
    TelegramId::new(id).unwrap()
}

impl Person {
    /// Connects and greets.
    pub async fn connect(socket: &Path, by: Behalf) -> Self {
        let rpc = Self::ungreeted(socket).await;
        rpc.hello(context(), Hello::of("test"))
            .await
            .unwrap()
            .unwrap();
        Self { rpc, by }
    }

    /// A connection without a greeting.
    pub async fn ungreeted(socket: &Path) -> PotionClient {
        let transport = wire::connect(socket).await.unwrap();
        PotionClient::new(Config::default(), transport).spawn()
    }

    /// The same connection for somebody else's sake.
    #[must_use]
    pub fn acting_for(&self, by: Behalf) -> Self {
        Self {
            rpc: self.rpc.clone(),
            by,
        }
    }

    /// Plans.
    ///
    /// # Errors
    /// The agent's.
    pub async fn plan(&self, action: Action) -> Result<Plan, Failure> {
        answered(self.rpc.plan(context(), self.by, action).await)
    }

    /// Applies a plan.
    ///
    /// # Errors
    /// The agent's.
    pub async fn apply(&self, plan: &Plan, proof: Proof) -> Result<Applied, Failure> {
        answered(self.rpc.apply(context(), self.by, plan.id, proof).await)
    }

    /// Plans and applies with a tap.
    ///
    /// # Errors
    /// The agent's, to the plan or its application.
    pub async fn act(&self, action: Action) -> Result<Applied, Failure> {
        let plan = self.plan(action).await?;
        self.apply(&plan, Proof::Confirmed).await
    }

    /// Plans and applies with a code.
    ///
    /// # Errors
    /// The agent's, to the plan or its application.
    pub async fn act_with(&self, action: Action, code: TotpCode) -> Result<Applied, Failure> {
        let plan = self.plan(action).await?;
        self.apply(&plan, Proof::Totp(code)).await
    }
}

/// What the agent answered; a connection that broke is the test's failure.
fn answered<T>(answer: Result<Result<T, Failure>, RpcError>) -> Result<T, Failure> {
    answer.unwrap()
}
