//! The machine: one look at it, its busiest processes, who is logged in.

mod processes;
mod sessions;
mod status;

use potion_proto::host::Order;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::reply::Reply;
use crate::visit::Visit;

/// Where a button of this noun leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Go {
    /// One look at the machine.
    Status,
    /// The top processes.
    Processes(Order),
    /// Who is logged in.
    Sessions,
}

/// Opens a screen of this noun.
pub(crate) async fn open(visit: &Visit, go: Go) -> Result<Reply, Fault> {
    let words = &visit.words;
    let screen = match go {
        Go::Status => {
            let status =
                visit.ask(|stub, context, by| async move { stub.host_status(context, by).await });
            status::screen(
                words,
                &status.await?,
                visit.config().thresholds(),
                visit.admin.role,
            )
        }
        Go::Processes(order) => {
            let limit = u32::try_from(visit.config().host().top_processes()).unwrap_or(u32::MAX);
            let asked = visit.ask(|stub, context, by| async move {
                stub.host_processes(context, by, order, limit).await
            });
            processes::screen(words, order, &asked.await?)
        }
        Go::Sessions => {
            let asked =
                visit.ask(|stub, context, by| async move { stub.host_sessions(context, by).await });
            sessions::screen(words, &asked.await?)
        }
    };
    Ok(Reply::Screen(screen))
}
