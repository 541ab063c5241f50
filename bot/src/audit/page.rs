//! A page of entries.

use potion_proto::audit::{Entry, Verdict};
use serde::Serialize;

use super::{ENTRIES, Go};
use crate::go;
use crate::screen::{Button, Screen};
use crate::words::Words;

/// Characters of an entry's reason or result.
const DETAIL_MAX_CHARS: usize = 100;

/// What `audit-page` names; `at` in Unix seconds.
#[derive(Serialize)]
struct Values<'a> {
    entries: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    number: u64,
    at: i64,
    who: String,
    what: &'a str,
    verdict: &'static str,
    detail: String,
}

/// The screen of the entries before `before`; `named` says who a name of the log is.
pub(super) fn screen(
    words: &Words,
    entries: &[Entry],
    before: Option<u64>,
    named: impl Fn(&str) -> String,
) -> Screen {
    let values = Values {
        entries: entries
            .iter()
            .map(|entry| row(entry, named(&entry.who)))
            .collect(),
    };
    let go = |key: &str, go| Button::to(words.label(key), go::Go::Audit(go));
    let older = entries
        .last()
        .map(|entry| entry.number)
        .filter(|number| *number > 1);
    let newer = before.map(|before| before + u64::from(ENTRIES));
    Screen::new(words.html("audit-page", values))
        .row(
            older
                .map(|number| go("button-older", Go::Page(Some(number))))
                .into_iter()
                .chain(newer.map(|before| go("button-newer", Go::Page(Some(before)))))
                .chain(before.map(|_| go("button-newest", Go::Page(None)))),
        )
        .row([go("button-verify", Go::Verify)])
        .refresh_back(words, go::Go::Audit(Go::Page(before)), go::Go::Menu)
}

fn row(entry: &Entry, who: String) -> Row<'_> {
    Row {
        number: entry.number,
        at: entry.at.seconds(),
        who,
        what: &entry.what,
        verdict: icon(entry.verdict),
        detail: entry.detail.chars().take(DETAIL_MAX_CHARS).collect(),
    }
}

/// The emoji's name of a verdict.
fn icon(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "working",
        Verdict::Refused => "locked",
        Verdict::Done => "ok",
        Verdict::Failed => "failed",
    }
}

#[cfg(test)]
mod tests {
    use potion_proto::time::Timestamp;

    use super::*;
    use crate::samples::{indonesian, labels};

    fn entry(number: u64) -> Entry {
        Entry {
            number,
            at: Timestamp::from_seconds(1_763_800_000),
            who: "telegram:1001".to_owned(),
            what: "unit-restart <nginx>.service".to_owned(),
            verdict: Verdict::Refused,
            detail: "no & never".to_owned(),
            request: 7,
            hash: "ab".repeat(32),
        }
    }

    #[test]
    fn an_entry_says_who_did_what_and_is_no_markup() {
        let html = screen(&indonesian(), &[entry(9)], None, |_| "Budi <b>".to_owned()).html;
        assert!(
            html.contains("Budi &lt;b&gt;") && html.contains("unit-restart &lt;nginx&gt;.service"),
            "{html}"
        );
        assert!(
            html.contains("no &amp; never") && html.contains('🔒'),
            "{html}"
        );
    }

    #[test]
    fn pages_lead_back_and_forth() {
        let screen = screen(
            &indonesian(),
            &[entry(9), entry(8)],
            Some(10),
            str::to_owned,
        );
        assert_eq!(screen.rows[0][0].go, go::Go::Audit(Go::Page(Some(8))));
        assert_eq!(screen.rows[0][1].go, go::Go::Audit(Go::Page(Some(20))));
        assert_eq!(labels(&screen).len(), 6);
    }

    #[test]
    fn the_first_entry_has_none_before_it() {
        let screen = screen(&indonesian(), &[entry(1)], None, str::to_owned);
        assert_eq!(labels(&screen).len(), 3, "{:?}", labels(&screen));
    }
}
