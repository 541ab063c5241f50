//! Once a week the head goes to the owners: a log that is cut later no longer fits what they hold.

use std::sync::Arc;
use std::time::Duration;

use potion_proto::events::{Audience, Class, News};

use super::rows;
use crate::agent::Agent;
use crate::events;

const WEEK_MS: i64 = 7 * 24 * 3600 * 1000;
/// How often it is looked whether the week is over.
const LOOK_EVERY: Duration = Duration::from_secs(3600);

/// Tells it week by week; never returns.
pub async fn tell_weekly(agent: Arc<Agent>) {
    loop {
        tell_if_due(&agent).await;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

pub(crate) async fn tell_if_due(agent: &Arc<Agent>) {
    let now = agent.clock.now().0;
    let due = agent
        .store
        .call(move |db| Ok((rows::due(db, now, WEEK_MS)?, rows::head(db)?)));
    if let Ok((true, Some(head))) = due.await {
        let news = News::AuditHead {
            entries: head.number,
            hash: head.hash,
        };
        events::publish(agent, Class::Security, Audience::Owners, false, news).await;
    }
}
