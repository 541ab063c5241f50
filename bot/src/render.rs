//! Telegram's HTML: escaped in one place, measured as Telegram measures it, split where a line ends.
//!
//! The Bot API counts UTF-16 code units of the text *after* its entities are parsed (“Formatting options”,
//! and `sendMessage.text`: 1–4096 characters after entities parsing).

mod pieces;
mod split;

use pieces::{Piece, pieces};

pub(crate) use split::split;

/// The most UTF-16 units of one message.
pub(crate) const MESSAGE_MAX_UNITS: usize = 4096;
/// A longer text than so many messages is sent as a file.
pub(crate) const PARTS_MAX: usize = 3;

/// Makes a text safe between tags and in attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}

/// The text that is seen: tags away, entities turned back.
pub(crate) fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for piece in pieces(html) {
        if let Piece::Glyph(raw) = piece {
            text.push_str(pieces::seen(raw));
        }
    }
    text
}

/// UTF-16 units of the text that is seen.
#[cfg(test)]
pub(crate) fn units(html: &str) -> usize {
    pieces(html).map(|piece| piece.units()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_escaped_is_seen_as_it_was() {
        let nasty = "<b>&amp; \"x\" & a<b>c</b> <script>";
        assert_eq!(plain(&escape(nasty)), nasty);
        assert!(!escape(nasty).contains(['<', '>', '"']));
    }

    #[test]
    fn length_is_that_of_what_is_seen() {
        assert_eq!(units("<b>a&lt;b</b>"), 3);
        assert_eq!(units("🧪"), 2);
        assert_eq!(units("<a href=\"https://x\">y</a> < z"), 5);
    }
}
