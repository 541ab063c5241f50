//! Entries as a page that fits a frame of the wire.

use potion_proto::journal::{Cursor, Line, Page};

use super::export::Entry;
use super::line::{Writer, cursor};
use super::port::Cut;

/// Bytes of a page's lines; well below the wire's frame.
const PAGE_MAX_BYTES: usize = 640 * 1024;
/// What a line costs beside its texts.
const LINE_BYTES: usize = 64;

/// Which lines stay when there are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// A page that was read backwards; what goes is older.
    Newest,
    /// A page that was read forwards; the next page starts where this one ends.
    Oldest,
}

/// The page of these entries, which stand oldest first.
pub(super) fn page(entries: Vec<Entry>, older: bool, keep: Keep, cut: Cut) -> Page {
    let mut writer = Writer::new(cut);
    let write = |entry: Entry| (cursor(&entry), writer.write(entry));
    let mut lines = entries.into_iter().map(write).collect::<Vec<_>>();
    let all = lines.len();
    match keep {
        Keep::Newest => {
            let fit = fitting(lines.iter().rev());
            lines.drain(..all - fit);
        }
        Keep::Oldest => lines.truncate(fitting(lines.iter())),
    }
    Page {
        first: lines.first().and_then(|(cursor, _)| cursor.clone()),
        last: lines.last().and_then(|(cursor, _)| cursor.clone()),
        older: older || lines.len() < all,
        lines: lines.into_iter().map(|(_, line)| line).collect(),
    }
}

/// How many fit.
fn fitting<'a>(lines: impl Iterator<Item = &'a (Option<Cursor>, Line)>) -> usize {
    let mut bytes = 0;
    let fits = |(_, line): &&(Option<Cursor>, Line)| {
        bytes += LINE_BYTES + line.message.len() + line.unit.len() + line.source.len();
        bytes <= PAGE_MAX_BYTES
    };
    lines.take_while(fits).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    fn long(number: u64) -> Entry {
        Entry {
            cursor: Some(format!("s={number}")),
            at: Some(number),
            message: Some("€".repeat(4_000).into_bytes()),
            ..Entry::default()
        }
    }

    fn of(keep: Keep) -> Page {
        page(
            (0..500).map(long).collect(),
            false,
            keep,
            Cut {
                line_max_chars: 4_000,
            },
        )
    }

    #[test]
    fn a_page_of_giants_is_shorter_and_says_that_there_is_more() {
        let newest = of(Keep::Newest);
        assert!(newest.older && newest.lines.len() > 40 && newest.lines.len() < 60);
        assert_eq!(newest.last.unwrap().as_str(), "s=499");
        assert_ne!(newest.first.unwrap().as_str(), "s=0");
        let oldest = of(Keep::Oldest);
        assert_eq!(oldest.first.unwrap().as_str(), "s=0");
    }

    #[test]
    fn an_empty_page_has_no_cursors() {
        let empty = page(Vec::new(), false, Keep::Newest, Cut { line_max_chars: 10 });
        assert_eq!((empty.first, empty.last, empty.older), (None, None, false));
    }
}
