//! A page of packages with their versions.

use potion_proto::packages::Upgradable;
use serde::Serialize;

use super::{Go, to};
use crate::screen::{self, Button, Screen};
use crate::words::Words;

/// What `updates-list` names.
#[derive(Serialize)]
struct Values<'a> {
    packages: Vec<Row<'a>>,
    total: usize,
    page: usize,
    pages: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    installed: &'a str,
    candidate: &'a str,
    security: bool,
    held: bool,
}

/// The screen, a button for each package.
pub(super) fn screen(words: &Words, packages: &[Upgradable], page: usize, rows: usize) -> Screen {
    let (shown, pages) = screen::page(packages, page, rows);
    let page = page.min(pages - 1);
    let values = Values {
        packages: shown.iter().map(row).collect(),
        total: packages.len(),
        page: page + 1,
        pages,
    };
    let button = |package: &Upgradable| {
        Button::to(
            package.name.as_str(),
            to(Go::Package {
                name: package.name.clone(),
                page,
            }),
        )
    };
    Screen::new(words.html("updates-list", values))
        .grid(shown.iter().map(button).collect(), 2)
        .pages(words, page, pages, |page| to(Go::List { page }))
        .refresh_back(words, to(Go::List { page }), to(Go::Home))
}

fn row(package: &Upgradable) -> Row<'_> {
    Row {
        name: package.name.as_str(),
        installed: &package.installed,
        candidate: &package.candidate,
        security: package.security,
        held: package.held,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::samples::package;
    use crate::samples::english;

    #[test]
    fn versions_stand_beside_each_other_and_are_no_markup() {
        let screen = screen(&english(), &[package("nginx", true)], 0, 8);
        assert!(
            screen.html.contains("1.22.1-9+deb12u1&lt;b&gt;"),
            "{}",
            screen.html
        );
        assert!(screen.html.contains("1.22.1-9+deb12u2"), "{}", screen.html);
    }

    #[test]
    fn no_packages_is_good_news() {
        assert!(screen(&english(), &[], 3, 8).html.contains("up to date"));
    }
}
