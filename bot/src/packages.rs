//! Updates: what waits, one package, a choice of some, what is held, what needs a restart.

mod choose;
mod held;
mod home;
mod list;
mod package;
mod restarts;

use potion_proto::names::PackageName;
use potion_proto::packages::{Status, Upgradable};
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::go;
use crate::reply::Reply;
use crate::visit::Visit;

/// Where a button of this noun leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Go {
    /// How much waits, and what to do about it.
    Home,
    /// A page of packages.
    List { page: usize },
    /// One package, and the page to go back to.
    Package { name: PackageName, page: usize },
    /// What changed in it.
    Changelog { name: PackageName, page: usize },
    /// A page of packages to choose from; the choice travels with the buttons.
    Choose {
        chosen: Vec<PackageName>,
        page: usize,
    },
    /// Packages that stay as they are.
    Held,
    /// What runs on code that was replaced.
    Restarts,
}

/// Opens a screen of this noun.
pub(crate) async fn open(visit: &Visit, go: Go) -> Result<Reply, Fault> {
    let words = &visit.words;
    let role = visit.admin.role;
    let rows = visit.config().menu().page_rows();
    let screen = match go {
        Go::Home => home::screen(words, &status(visit).await?, role),
        Go::List { page } => list::screen(words, &status(visit).await?.upgradable, page, rows),
        Go::Package { name, page } => match find(&status(visit).await?, &name) {
            Some(found) => package::screen(words, found, page, role),
            None => package::gone_screen(words, &name, page),
        },
        Go::Changelog { name, page } => {
            package::changelog_screen(words, &name, &changelog(visit, &name).await?, page)
        }
        Go::Choose { chosen, page } => {
            choose::screen(words, &status(visit).await?, &chosen, page, rows)
        }
        Go::Held => held::screen(words, &status(visit).await?.held, role),
        Go::Restarts => {
            let asked = visit
                .ask(|stub, context, by| async move { stub.package_restarts(context, by).await });
            restarts::screen(words, &asked.await?, visit.config().units().managed(), role)
        }
    };
    Ok(Reply::Screen(screen))
}

async fn status(visit: &Visit) -> Result<Status, Fault> {
    Ok(visit
        .ask(|stub, context, by| async move { stub.package_status(context, by).await })
        .await?)
}

async fn changelog(visit: &Visit, name: &PackageName) -> Result<String, Fault> {
    let asked = visit.ask(|stub, context, by| {
        let name = name.clone();
        async move { stub.package_changelog(context, by, name).await }
    });
    Ok(asked.await?)
}

fn find<'a>(status: &'a Status, name: &PackageName) -> Option<&'a Upgradable> {
    status
        .upgradable
        .iter()
        .find(|package| package.name == *name)
}

fn to(go: Go) -> go::Go {
    go::Go::Packages(go)
}

#[cfg(test)]
mod samples {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use potion_proto::names::PackageName;
    use potion_proto::packages::{Status, Upgradable};

    pub(super) fn name(name: &str) -> PackageName {
        PackageName::new(name).unwrap()
    }

    pub(super) fn package(of: &str, security: bool) -> Upgradable {
        Upgradable {
            name: name(of),
            installed: "1.22.1-9+deb12u1<b>".to_owned(),
            candidate: "1.22.1-9+deb12u2".to_owned(),
            security,
            download_bytes: 812_000,
            held: false,
        }
    }

    pub(super) fn status(upgradable: Vec<Upgradable>) -> Status {
        Status {
            refreshed: None,
            upgradable,
            held: vec![],
            removable: vec![],
            download_bytes: 812_000,
            broken: false,
        }
    }
}
