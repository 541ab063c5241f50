//! Services: the list, one of them, what it hangs on, its files.

mod deps;
mod detail;
mod files;
mod find;
mod list;

use potion_proto::admins::Role;
use potion_proto::names::UnitName;
use potion_proto::units::{Active, Detail, Scope};
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::go;
use crate::reply::Reply;
use crate::visit::Visit;

pub(crate) use find::{nearest, screen as unknown};

/// Where a button of this noun leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Go {
    /// A page of the list.
    List(Spot),
    /// One unit, and the page to go back to.
    Show(UnitName, Spot),
    /// What it needs, what needs it, where its files are.
    Deps(UnitName, Spot),
    /// The text of its files.
    Files(UnitName, Spot),
    /// What somebody typed for a name.
    Find(String),
}

/// A page (from 0) of the managed units, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spot {
    pub(crate) all: bool,
    pub(crate) page: usize,
}

impl Go {
    /// The list from its beginning.
    pub(crate) fn home() -> go::Go {
        go::Go::Units(Self::List(Spot::default()))
    }

    /// One unit.
    pub(crate) fn unit(name: UnitName) -> go::Go {
        go::Go::Units(Self::Show(name, Spot::default()))
    }
}

/// Opens a screen of this noun.
pub(crate) async fn open(visit: &Visit, go: Go) -> Result<Reply, Fault> {
    let words = &visit.words;
    match go {
        Go::List(spot) => {
            let scope = if spot.all { Scope::All } else { Scope::Managed };
            let asked = visit
                .ask(|stub, context, by| async move { stub.unit_list(context, by, scope).await });
            let rows = visit.config().menu().page_rows();
            Ok(Reply::Screen(list::screen(
                words,
                &asked.await?,
                spot,
                rows,
            )))
        }
        Go::Show(name, spot) => {
            let detail = show(visit, &name).await?;
            Ok(Reply::Screen(detail::screen(words, &detail, spot)))
        }
        Go::Deps(name, spot) => Ok(Reply::Screen(deps::screen(
            words,
            &show(visit, &name).await?,
            spot,
            visit.admin.role,
        ))),
        Go::Files(name, spot) => {
            let unit = &name;
            let asked = visit.ask(|stub, context, by| {
                let unit = unit.clone();
                async move { stub.unit_files(context, by, unit).await }
            });
            Ok(files::reply(words, &name, &asked.await?, spot))
        }
        Go::Find(typed) => find::open(visit, &typed).await,
    }
}

async fn show(visit: &Visit, name: &UnitName) -> Result<Detail, Fault> {
    let asked = visit.ask(|stub, context, by| {
        let name = name.clone();
        async move { stub.unit_show(context, by, name).await }
    });
    Ok(asked.await?)
}

/// Whether this role may see unit files, which hold more than states.
fn may_read_files(role: Role) -> bool {
    role >= Role::Operator
}

/// The emoji's name of a state.
pub(crate) fn icon(active: Active) -> &'static str {
    match active {
        Active::Active => "running",
        Active::Inactive => "stopped",
        Active::Failed => "failed",
        Active::Reloading | Active::Activating | Active::Deactivating => "starting",
        Active::Maintenance => "locked",
    }
}

/// A name as people say it: without `.service`.
pub(crate) fn short(name: &UnitName) -> &str {
    if name.kind() == "service" {
        name.stem()
    } else {
        name.as_str()
    }
}
