//! Logs: whose, page by page, filtered, followed live, or as a file.

mod choose;
mod file;
mod filter;
pub(crate) mod follow;
mod page;
mod view;

use potion_proto::admins::Role;
use potion_proto::journal::{Page, Place};
use potion_proto::names::UnitName;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::go;
use crate::prompts::{self, Prompt};
use crate::reply::Reply;
use crate::units;
use crate::visit::Visit;

pub(crate) use view::View;

/// Where a button of this noun leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Go {
    /// Whose log.
    Choose,
    /// A page of lines.
    Page(View, Place),
    /// What to filter by.
    Filter(View),
    /// Asks for a text that lines must hold.
    Ask(View),
    /// The newest lines as a file.
    File(View),
    /// New lines as they come.
    Follow(View),
    /// No more of them.
    Stop(View),
    /// What somebody typed for a unit's name.
    Find(String),
}

impl Go {
    /// The newest lines of a unit.
    pub(crate) fn unit(name: UnitName) -> go::Go {
        go::Go::Journal(Self::Page(View::of(name), Place::Newest))
    }
}

/// Opens a screen of this noun.
pub(crate) async fn open(visit: &Visit, go: Go) -> Result<Reply, Fault> {
    let words = &visit.words;
    match go {
        Go::Choose => choose::open(visit).await,
        Go::Page(view, place) => newest_or(visit, view, place).await,
        Go::Filter(view) => Ok(Reply::Screen(filter::screen(words, &view))),
        Go::Ask(view) => ask(visit, view),
        Go::File(view) => file::open(visit, &view).await,
        Go::Follow(view) => follow::begin(visit, view).await,
        Go::Stop(view) => {
            follow::stop(visit)?;
            newest_or(visit, view, Place::Newest).await
        }
        Go::Find(typed) => find(visit, &typed).await,
    }
}

async fn newest_or(visit: &Visit, view: View, place: Place) -> Result<Reply, Fault> {
    let found = read(visit, &view, place.clone()).await?;
    Ok(Reply::Screen(page::screen(
        &visit.words,
        &view,
        &place,
        &found,
        visit.config().journal(),
    )))
}

/// One page from the agent.
async fn read(visit: &Visit, view: &View, place: Place) -> Result<Page, Fault> {
    let limit = u32::try_from(visit.config().journal().page_lines()).unwrap_or(u32::MAX);
    let asked = visit.ask(|stub, context, by| {
        let (filter, place) = (view.filter(), place.clone());
        async move { stub.journal_page(context, by, filter, place, limit).await }
    });
    Ok(asked.await?)
}

fn ask(visit: &Visit, view: View) -> Result<Reply, Fault> {
    let screen = filter::ask_screen(&visit.words, &view);
    prompts::begin(visit, Prompt::LogText { view })?;
    Ok(Reply::Screen(screen))
}

/// A text came that lines must hold.
pub(crate) async fn answered(visit: &Visit, view: View, text: &str) -> Result<Reply, Fault> {
    let Some(searched) = view.searching(text) else {
        return Ok(Reply::Screen(filter::too_long_screen(&visit.words, &view)));
    };
    prompts::end(&visit.desk.state, visit.id())?;
    newest_or(visit, searched, Place::Newest).await
}

/// The log of a unit by what somebody typed.
async fn find(visit: &Visit, typed: &str) -> Result<Reply, Fault> {
    let near = units::nearest(visit, typed).await?;
    let exact = near
        .iter()
        .find(|unit| typed == unit.name.as_str() || typed == units::short(&unit.name));
    if let Some(unit) = exact {
        return newest_or(visit, View::of(unit.name.clone()), Place::Newest).await;
    }
    let list = go::Go::Journal(Go::Choose);
    Ok(Reply::Screen(units::unknown(
        &visit.words,
        typed,
        &near,
        Go::unit,
        list,
    )))
}

/// Whether this role may read the whole journal; a viewer reads one unit at a time.
fn may_read_all(role: Role) -> bool {
    role >= Role::Operator
}
