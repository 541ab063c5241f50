//! What tests of screens work with: the built-in words, complaining about every template that does not
//! render, and looks at a screen.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::sync::Arc;

use potion_config::{Catalogue, Config, Language};
use potion_proto::journal::Line;
use potion_proto::names::UnitName;
use potion_proto::time::Timestamp;
use potion_proto::units::{Active, Unit};

use crate::screen::Screen;
use crate::words::Words;

/// Columns of monospace text that a phone shows.
const PHONE_COLUMNS: usize = 38;

pub(crate) fn indonesian() -> Words {
    words(Language::Id)
}

pub(crate) fn english() -> Words {
    words(Language::En)
}

fn words(language: Language) -> Words {
    let catalogue = Catalogue::new(&Config::default()).unwrap();
    Words::new(
        Arc::new(catalogue.reporting_to(|fault| panic!("{fault}"))),
        language,
    )
}

/// The labels of all buttons.
pub(crate) fn labels(screen: &Screen) -> Vec<String> {
    screen
        .rows
        .iter()
        .flatten()
        .map(|button| button.label.clone())
        .collect()
}

/// Whether every line of monospace blocks fits a phone.
pub(crate) fn is_narrow(html: &str) -> bool {
    html.split("<pre>")
        .skip(1)
        .filter_map(|rest| rest.split("</pre>").next())
        .all(|block| {
            crate::render::plain(block)
                .lines()
                .all(|line| line.chars().count() <= PHONE_COLUMNS)
        })
}

pub(crate) fn unit_name(name: &str) -> UnitName {
    UnitName::new(name).unwrap()
}

pub(crate) fn unit(name: &str, active: Active) -> Unit {
    Unit {
        name: unit_name(name),
        description: format!("The <b>{name}</b> & more"),
        active,
        sub: "running".to_owned(),
        file_state: "enabled".to_owned(),
        load: "loaded".to_owned(),
        since: Some(Timestamp::from_seconds(1_763_800_000)),
        managed: true,
        protected: false,
    }
}

pub(crate) fn line(message: &str) -> Line {
    Line {
        at: Timestamp::from_seconds(1_763_800_000),
        priority: None,
        unit: "nginx.service".to_owned(),
        source: "nginx".to_owned(),
        pid: Some(7),
        message: message.to_owned(),
        cut: false,
    }
}
