//! Keys of config.toml.

use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::settings::Setting;

use crate::agent::Agent;
use crate::policy::View;

/// Every key with its value.
///
/// # Errors
/// `unavailable`.
#[expect(
    clippy::unused_async,
    reason = "the listing follows in the next commit"
)]
pub async fn list(agent: &Arc<Agent>, _by: &View) -> Result<Vec<Setting>, Failure> {
    let _ = agent;
    Err(crate::agent::unavailable("settings"))
}
