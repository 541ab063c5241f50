//! Keep or revert: an act that could lock the owner out is undone unless somebody keeps it.

use std::sync::Arc;

use potion_proto::Failure;
use potion_proto::events::Keep;

use crate::agent::Agent;
use crate::policy::View;

/// The act that waits, if one does.
///
/// # Errors
/// `unavailable`.
#[expect(clippy::unused_async, reason = "the store follows in the next commit")]
pub async fn pending(agent: &Arc<Agent>, _by: &View) -> Result<Option<Keep>, Failure> {
    let _ = agent;
    Ok(None)
}
