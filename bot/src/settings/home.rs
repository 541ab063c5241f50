//! What is set now, and the ways to the rest.

use potion_config::{Config, EventClass};
use serde::Serialize;

use super::{Go, classes, to};
use crate::go;
use crate::screen::{Button, Screen};
use crate::words::Words;

/// What `settings-screen` names.
#[derive(Serialize)]
struct Values<'a> {
    muted: Vec<String>,
    quiet_from: &'a str,
    quiet_to: &'a str,
}

/// The screen.
pub(super) fn screen(words: &Words, config: &Config) -> Screen {
    let notify = config.notify();
    let muted: &[EventClass] = notify.muted();
    let values = Values {
        muted: muted
            .iter()
            .map(|class| classes::label(words, *class))
            .collect(),
        quiet_from: notify.quiet_from(),
        quiet_to: notify.quiet_to(),
    };
    let entries = [
        ("button-language", Go::Language),
        ("button-classes", Go::Classes),
        ("button-quiet", Go::Quiet),
        ("button-steps", Go::Steps),
        ("button-sections", Go::Sections),
        ("button-admins", Go::Admins),
        ("button-about", Go::About),
    ];
    let buttons = entries
        .into_iter()
        .map(|(key, go)| Button::to(words.label(key), to(go)))
        .collect();
    Screen::new(words.html("settings-screen", values))
        .grid(buttons, 2)
        .refresh_back(words, to(Go::Home), go::Go::Menu)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use super::*;
    use crate::samples::indonesian;

    #[test]
    fn what_is_set_is_said() {
        let text = "[notify]\nmuted = [\"jobs\"]\nquiet-from = \"22:00\"\nquiet-to = \"06:30\"\n";
        let html = screen(&indonesian(), &Config::parse(text, "test").unwrap()).html;
        assert!(
            html.contains("Tugas") && html.contains("22:00–06:30"),
            "{html}"
        );
        assert!(
            screen(&indonesian(), &Config::default())
                .html
                .contains("tidak ada")
        );
    }
}
