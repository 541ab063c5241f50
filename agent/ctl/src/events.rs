//! `potionctl events`.

use clap::Args;
use potion_proto::events::{Event, Seq};

use crate::agent::{Agent, ME};
use crate::output::{safe, word};
use crate::trouble::Trouble;
use crate::when;

/// How long one follow waits before it asks again, in milliseconds.
const WAIT_MS: u32 = 55_000;
/// Events of one page.
const PAGE: u32 = 100;

/// Shows the event log.
#[derive(Debug, Args)]
pub(crate) struct Events {
    /// Go on with new events as they come.
    #[arg(long, short)]
    follow: bool,
    /// Only those after this number.
    #[arg(long, default_value_t = 0)]
    after: u64,
}

impl Events {
    /// Does it.
    pub(crate) async fn run(self, agent: &Agent) -> Result<(), Trouble> {
        let mut cursor = Seq(self.after);
        loop {
            let wait_ms = if self.follow { WAIT_MS } else { 0 };
            let page = agent
                .poll(wait_ms, |stub, ctx| async move {
                    stub.events_after(ctx, ME, cursor, PAGE, wait_ms).await
                })
                .await?;
            for event in &page.events {
                agent.output.show(event, line)?;
                cursor = event.seq;
            }
            if !self.follow && page.events.is_empty() {
                return Ok(());
            }
        }
    }
}

fn line(event: &Event) -> String {
    // The whole news as JSON: a line for `grep`, nothing hidden.
    let news = serde_json::to_string(&event.news).unwrap_or_default();
    let bell = if event.sounding { "!" } else { " " };
    format!(
        "{:>6}{bell} {} {:<8} {}",
        event.seq.0,
        when::show(event.at),
        word(&event.class),
        safe(&news)
    )
}
