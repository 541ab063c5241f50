//! A page of lines.

use potion_config::Journal;
use potion_proto::journal::{Line, Page, Place, Priority};
use serde::Serialize;

use super::{Go, View};
use crate::go;
use crate::screen::{Button, Screen};
use crate::words::Words;

/// UTF-16 units of all lines together that leave room for the rest of a message.
const LINES_MAX_UNITS: usize = 3_300;
/// The least of a line that is shown, in characters, however many there are.
const LINE_MIN_CHARS: usize = 40;
/// What stands before a line's text: mark, time and blanks.
const BEFORE_TEXT_UNITS: usize = 14;

/// What `logs-page` and `logs-follow` name; times in Unix seconds.
#[derive(Serialize)]
pub(super) struct Values<'a> {
    unit: &'a str,
    filter: String,
    lines: Vec<Row<'a>>,
    first: i64,
    last: i64,
    /// For a live page: when it ends; else 0.
    until: i64,
}

#[derive(Serialize)]
struct Row<'a> {
    at: i64,
    bad: bool,
    caution: bool,
    source: &'a str,
    text: String,
}

/// The screen of a page that was asked for at `place`.
pub(super) fn screen(
    words: &Words,
    view: &View,
    place: &Place,
    page: &Page,
    limits: &Journal,
) -> Screen {
    let go = |key: &str, go| Button::to(words.label(key), go::Go::Journal(go));
    let to = |key: &str, place| go(key, Go::Page(view.clone(), place));
    let older = page
        .first
        .clone()
        .filter(|_| page.older)
        .map(|first| to("button-older", Place::Before(first)));
    let newer = (*place != Place::Newest).then(|| {
        to(
            "button-newer",
            page.last.clone().map_or(Place::Newest, Place::After),
        )
    });
    let newest = (*place != Place::Newest).then(|| to("button-newest", Place::Newest));
    Screen::new(words.html("logs-page", values(words, view, &page.lines, limits, 0)))
        .row(older.into_iter().chain(newer).chain(newest))
        .row([
            go("button-filter", Go::Filter(view.clone())),
            go("button-follow", Go::Follow(view.clone())),
            go("button-as-file", Go::File(view.clone())),
        ])
        .refresh_back(
            words,
            go::Go::Journal(Go::Page(view.clone(), place.clone())),
            go::Go::Journal(Go::Choose),
        )
}

/// What the templates need of some lines.
pub(super) fn values<'a>(
    words: &Words,
    view: &'a View,
    lines: &'a [Line],
    limits: &Journal,
    until: i64,
) -> Values<'a> {
    let show_source = view.unit.is_none();
    let most = fitting(lines, limits.line_max_chars());
    Values {
        unit: view.unit_name(),
        filter: view.said(words),
        lines: lines
            .iter()
            .map(|line| row(line, show_source, most))
            .collect(),
        first: lines.first().map_or(0, |line| line.at.seconds()),
        last: lines.last().map_or(0, |line| line.at.seconds()),
        until,
    }
}

/// How many characters of each line are shown so that all fit one message.
fn fitting(lines: &[Line], limit: usize) -> usize {
    let total = |most: usize| -> usize {
        let units = |line: &Line| {
            let text: usize = line.message.chars().take(most).map(char::len_utf16).sum();
            text + line.source.encode_utf16().count() + BEFORE_TEXT_UNITS
        };
        lines.iter().map(units).sum()
    };
    let mut most = limit;
    while most > LINE_MIN_CHARS && total(most) > LINES_MAX_UNITS {
        most = (most * 4 / 5).max(LINE_MIN_CHARS);
    }
    most
}

fn row(line: &Line, show_source: bool, most: usize) -> Row<'_> {
    let priority = line.priority.unwrap_or(Priority::Info);
    Row {
        at: line.at.seconds(),
        bad: priority <= Priority::Err,
        caution: priority == Priority::Warning,
        source: if show_source { &line.source } else { "" },
        text: shortened(line, most),
    }
}

/// A line's text without what would move the cursor of a terminal; “…” where it was cut.
fn shortened(line: &Line, most: usize) -> String {
    let seen = |c: char| if c.is_control() { ' ' } else { c };
    let mut text: String = line.message.chars().map(seen).take(most).collect();
    if line.cut || line.message.chars().count() > most {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use potion_config::Config;
    use potion_proto::journal::Cursor;

    use super::*;
    use crate::render;
    use crate::samples::{indonesian, labels, line, unit_name};

    fn cursor(name: &str) -> Option<Cursor> {
        Cursor::try_from(format!("s={name}")).ok()
    }

    fn page(messages: &[&str]) -> Page {
        let lines = messages.iter().map(|message| line(message)).collect();
        Page {
            lines,
            first: cursor("a"),
            last: cursor("b"),
            older: true,
        }
    }

    fn shown(place: &Place, page: &Page) -> Screen {
        let view = View::of(unit_name("nginx.service"));
        screen(
            &indonesian(),
            &view,
            place,
            page,
            Config::default().journal(),
        )
    }

    #[test]
    fn a_line_is_no_markup_and_moves_no_cursor() {
        let html = shown(
            &Place::Newest,
            &page(&["</pre><b>x</b> & \u{1b}[31mred\nnext"]),
        )
        .html;
        assert!(
            html.contains("&lt;/pre&gt;&lt;b&gt;x&lt;/b&gt; &amp;  [31mred next"),
            "{html}"
        );
        assert_eq!(html.matches("</pre>").count(), 1);
    }

    #[test]
    fn a_page_of_giant_lines_fits_one_message() {
        let giant = "x".repeat(4_000);
        let html = shown(&Place::Newest, &page(&[giant.as_str(); 20])).html;
        assert!(
            render::units(&html) <= render::MESSAGE_MAX_UNITS,
            "{}",
            render::units(&html)
        );
        assert!(html.contains('…'));
    }

    #[test]
    fn errors_and_warnings_are_marked() {
        let mut page = page(&["a", "b", "c"]);
        page.lines[0].priority = Some(Priority::Crit);
        page.lines[1].priority = Some(Priority::Warning);
        let html = shown(&Place::Newest, &page).html;
        assert_eq!(
            (html.matches('🔴').count(), html.matches('🟡').count()),
            (1, 1),
            "{html}"
        );
    }

    #[test]
    fn the_newest_page_leads_to_older_ones_and_an_old_one_back() {
        let newest = labels(&shown(&Place::Newest, &page(&["a"])));
        assert!(
            newest[0].contains("Lebih lama")
                && !newest.iter().any(|label| label.contains("Lebih baru"))
        );
        let old = labels(&shown(
            &Place::Before(cursor("c").unwrap_or_else(|| panic!("a cursor"))),
            &page(&["a"]),
        ));
        assert!(
            old.iter().any(|label| label.contains("Lebih baru")),
            "{old:?}"
        );
    }

    #[test]
    fn an_empty_page_says_what_to_do() {
        let empty = Page {
            lines: vec![],
            first: None,
            last: None,
            older: false,
        };
        let screen = shown(&Place::Newest, &empty);
        assert!(screen.html.contains("Tidak ada baris"), "{}", screen.html);
    }
}
