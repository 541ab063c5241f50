//! What to filter by: each press changes one thing and shows the rest as it stands.

use potion_proto::journal::{Place, Priority};

use super::{Go, View};
use crate::go;
use crate::screen::{Button, Screen};
use crate::words::{Words, with};

const PRIORITIES: [(Option<Priority>, &str); 3] = [
    (None, "logs-filter-any"),
    (Some(Priority::Warning), "logs-filter-warnings"),
    (Some(Priority::Err), "logs-filter-errors"),
];
/// An hour, a day, a week, or since ever.
const HOURS: [Option<u32>; 4] = [Some(1), Some(24), Some(168), None];

/// The screen.
pub(super) fn screen(words: &Words, view: &View) -> Screen {
    let go = |key: &str, go| Button::to(words.label(key), go::Go::Journal(go));
    let page = Go::Page(view.clone(), Place::Newest);
    let any_text = view.text.is_some().then(|| {
        go(
            "button-any-text",
            Go::Filter(View {
                text: None,
                ..view.clone()
            }),
        )
    });
    let said = view.said(words);
    let values = with([("unit", view.unit_name()), ("filter", said.as_str())]);
    Screen::new(words.html("logs-filter", values))
        .row(PRIORITIES.map(|(priority, key)| of_priority(words, view, priority, key)))
        .row(HOURS.map(|hours| of_hours(words, view, hours)))
        .row(
            [go("button-search", Go::Ask(view.clone()))]
                .into_iter()
                .chain(any_text),
        )
        .row([go("button-other-unit", Go::Choose)])
        .row([go("button-show", page.clone())])
        .back(words, go::Go::Journal(page))
}

fn of_priority(words: &Words, view: &View, priority: Option<Priority>, key: &str) -> Button {
    let chosen = View {
        priority,
        ..view.clone()
    };
    toggle(words, view.priority == priority, &words.label(key), chosen)
}

fn of_hours(words: &Words, view: &View, hours: Option<u32>) -> Button {
    let label = hours.map_or_else(
        || words.label("logs-filter-ever"),
        |hours| words.plain("logs-filter-hours", with([("hours", hours)])),
    );
    toggle(
        words,
        view.hours == hours,
        &label,
        View {
            hours,
            ..view.clone()
        },
    )
}

fn toggle(words: &Words, on: bool, label: &str, chosen: View) -> Button {
    let key = if on { "button-chosen" } else { "button-other" };
    Button::to(
        words.plain(key, with([("label", label)])),
        go::Go::Journal(Go::Filter(chosen)),
    )
}

/// Asks for a text.
pub(super) fn ask_screen(words: &Words, view: &View) -> Screen {
    asking(words, view, "logs-search")
}

/// Asks again.
pub(super) fn too_long_screen(words: &Words, view: &View) -> Screen {
    asking(words, view, "logs-search-too-long")
}

fn asking(words: &Words, view: &View, key: &str) -> Screen {
    let back = go::Go::Journal(Go::Filter(view.clone()));
    let cancel = Button::to(
        words.label("button-cancel"),
        go::Go::Drop {
            back: Box::new(back),
        },
    );
    Screen::new(words.say(key)).row([cancel])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{english, labels, unit_name};

    #[test]
    fn what_is_chosen_is_marked_and_each_press_keeps_the_rest() {
        let view = View {
            hours: Some(24),
            ..View::of(unit_name("nginx.service"))
        };
        let screen = screen(&english(), &view);
        let chosen = labels(&screen)
            .iter()
            .filter(|label| label.contains('✅'))
            .count();
        assert_eq!(chosen, 2, "{:?}", labels(&screen));
        let errors = View {
            priority: Some(Priority::Err),
            ..view
        };
        assert_eq!(screen.rows[0][2].go, go::Go::Journal(Go::Filter(errors)));
    }

    #[test]
    fn a_text_that_is_looked_for_is_no_markup() {
        let view = View {
            text: Some("<b>".to_owned()),
            ..View::default()
        };
        let screen = screen(&english(), &view);
        assert!(screen.html.contains("&lt;b&gt;"), "{}", screen.html);
        assert!(
            labels(&screen)
                .iter()
                .any(|label| label.contains("Any words")),
            "{:?}",
            labels(&screen)
        );
    }
}
