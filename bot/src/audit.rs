//! Who did what: the audit log, newest first, and whether its chain is whole.

mod page;
mod verify;

use potion_proto::names::TelegramId;
use serde::{Deserialize, Serialize};

use crate::admins::Admins;
use crate::fault::Fault;
use crate::reply::Reply;
use crate::visit::Visit;

/// Entries on a page.
const ENTRIES: u32 = 10;

/// Where a button of this noun leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Go {
    /// Entries before this one; None: the newest.
    Page(Option<u64>),
    /// Walks the whole chain.
    Verify,
}

/// Opens a screen of this noun.
pub(crate) async fn open(visit: &Visit, go: Go) -> Result<Reply, Fault> {
    let words = &visit.words;
    let screen = match go {
        Go::Page(before) => {
            let asked = visit.ask(|stub, context, by| async move {
                stub.audit_list(context, by, before, ENTRIES).await
            });
            page::screen(words, &asked.await?, before, |who| {
                named(&visit.desk.admins, who)
            })
        }
        Go::Verify => {
            let asked =
                visit.ask(|stub, context, by| async move { stub.audit_verify(context, by).await });
            verify::screen(words, &asked.await?)
        }
    };
    Ok(Reply::Screen(screen))
}

/// A person whom the log calls `telegram:1001`, by name where that is known.
fn named(admins: &Admins, who: &str) -> String {
    let id = who.strip_prefix("telegram:").and_then(|id| id.parse().ok());
    let admin = id
        .and_then(|id| TelegramId::new(id).ok())
        .and_then(|id| admins.find(id));
    admin
        .map(|admin| admin.name)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| who.to_owned())
}
