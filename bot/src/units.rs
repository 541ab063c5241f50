//! Services: the list. The worked example of a screen; see the crate's docs.

use potion_proto::units::{Active, Scope, Unit};
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::go;
use crate::reply::Reply;
use crate::screen::{self, Button, Screen};
use crate::visit::Visit;
use crate::words::Words;

/// Where a button of this noun leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Go {
    /// A page (from 0) of the list: managed units, or all.
    List { all: bool, page: usize },
}

/// Opens a screen of this noun.
pub(crate) async fn open(visit: &Visit, go: Go) -> Result<Reply, Fault> {
    match go {
        Go::List { all, page } => list(visit, all, page).await,
    }
}

async fn list(visit: &Visit, all: bool, page: usize) -> Result<Reply, Fault> {
    let scope = if all { Scope::All } else { Scope::Managed };
    let units = visit
        .ask(|stub, context, by| async move { stub.unit_list(context, by, scope).await })
        .await?;
    let rows = visit.config().menu().page_rows();
    Ok(Reply::Screen(list_screen(
        &visit.words,
        &units,
        all,
        page,
        rows,
    )))
}

fn list_screen(words: &Words, units: &[Unit], all: bool, page: usize, rows: usize) -> Screen {
    let (shown, pages) = screen::page(units, page, rows);
    let page = page.min(pages - 1);
    let lines: Vec<Row<'_>> = shown.iter().map(row).collect();
    let values = List {
        units: &lines,
        page: page + 1,
        pages,
    };
    let here = |page| go::Go::Units(Go::List { all, page });
    let (other, key) = if all {
        (false, "button-managed-units")
    } else {
        (true, "button-all-units")
    };
    Screen::new(words.html("services-list", values))
        .pages(words, page, pages, here)
        .row([Button::to(
            words.label(key),
            go::Go::Units(Go::List {
                all: other,
                page: 0,
            }),
        )])
        .refresh_back(words, here(page), go::Go::Menu)
}

/// What `services-list` names.
#[derive(Serialize)]
struct List<'a> {
    units: &'a [Row<'a>],
    page: usize,
    pages: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    state: &'static str,
    summary: &'a str,
}

fn row(unit: &Unit) -> Row<'_> {
    Row {
        name: unit.name.as_str(),
        state: icon(unit.active),
        summary: &unit.sub,
    }
}

/// The emoji's name of a state.
fn icon(active: Active) -> &'static str {
    match active {
        Active::Active => "running",
        Active::Inactive => "stopped",
        Active::Failed => "failed",
        Active::Reloading | Active::Activating | Active::Deactivating => "starting",
        Active::Maintenance => "locked",
    }
}
