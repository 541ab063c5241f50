//! A screen: text and buttons, made from data without any side effect.

use crate::go::Go;
use crate::words::{Words, with};

/// What a person sees in one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Screen {
    /// Telegram's HTML, from the catalogue.
    pub(crate) html: String,
    /// Rows of buttons.
    pub(crate) rows: Vec<Vec<Button>>,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Button {
    /// Text without markup.
    pub(crate) label: String,
    /// Where it leads.
    pub(crate) go: Go,
    /// What it leads to comes as a message of its own; the one with the button stays.
    pub(crate) aside: bool,
    /// It is good once.
    pub(crate) once: bool,
}

impl Button {
    /// A button that can be pressed again and again.
    pub(crate) fn to(label: impl Into<String>, go: Go) -> Self {
        Self {
            label: label.into(),
            go,
            aside: false,
            once: false,
        }
    }

    /// A button that is good once.
    pub(crate) fn once(label: impl Into<String>, go: Go) -> Self {
        Self {
            once: true,
            ..Self::to(label, go)
        }
    }

    /// The same, leading to a message of its own.
    pub(crate) fn aside(self) -> Self {
        Self {
            aside: true,
            ..self
        }
    }
}

impl Screen {
    /// A text without buttons.
    pub(crate) fn new(html: impl Into<String>) -> Self {
        Self {
            html: html.into(),
            rows: Vec::new(),
        }
    }

    /// With one more row; an empty one is left out.
    #[must_use]
    pub(crate) fn row(mut self, row: impl IntoIterator<Item = Button>) -> Self {
        let row: Vec<Button> = row.into_iter().collect();
        if !row.is_empty() {
            self.rows.push(row);
        }
        self
    }

    /// With buttons in rows of `width`.
    #[must_use]
    pub(crate) fn grid(mut self, buttons: Vec<Button>, width: usize) -> Self {
        self.rows
            .extend(buttons.chunks(width.max(1)).map(<[Button]>::to_vec));
        self
    }

    /// With the way through a list of `pages` pages; `go` makes the way to a page (from 0).
    #[must_use]
    pub(crate) fn pages(
        self,
        words: &Words,
        page: usize,
        pages: usize,
        go: impl Fn(usize) -> Go,
    ) -> Self {
        if pages <= 1 {
            return self;
        }
        let before = Button::to(words.label("button-prev"), go((page + pages - 1) % pages));
        let here = Button::to(
            words.plain("button-page", with([("page", page + 1), ("pages", pages)])),
            go(page),
        );
        let after = Button::to(words.label("button-next"), go((page + 1) % pages));
        self.row([before, here, after])
    }

    /// With Refresh and Back in the last row.
    #[must_use]
    pub(crate) fn refresh_back(self, words: &Words, here: Go, back: Go) -> Self {
        self.row([
            Button::to(words.label("button-refresh"), here),
            Button::to(words.label("button-back"), back),
        ])
    }

    /// With Back in the last row.
    #[must_use]
    pub(crate) fn back(self, words: &Words, back: Go) -> Self {
        self.row([Button::to(words.label("button-back"), back)])
    }
}

/// The rows of one page of a list, and how many pages there are (at least 1).
pub(crate) fn page<T>(items: &[T], page: usize, rows: usize) -> (&[T], usize) {
    let rows = rows.max(1);
    let pages = items.len().div_ceil(rows).max(1);
    let start = page.min(pages - 1) * rows;
    (&items[start..items.len().min(start + rows)], pages)
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn a_list_is_cut_into_pages_and_a_page_beyond_it_is_the_last() {
        let items = [1, 2, 3, 4, 5];
        assert_eq!(page(&items, 0, 2), (&items[..2], 3));
        assert_eq!(page(&items, 9, 2), (&items[4..], 3));
        assert_eq!(page::<u8>(&[], 0, 2), (&[][..], 1));
    }
}
