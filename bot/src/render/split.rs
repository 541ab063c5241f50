//! A text over Telegram's limit in several messages.

use super::pieces::{Piece, name, pieces};

/// Splits at line ends, or inside a line that is too long by itself; tags are closed and opened anew at
/// every cut. Parts that show nothing are left out.
pub(crate) fn split(html: &str, limit: usize) -> Vec<String> {
    let mut parts = Parts {
        limit,
        done: Vec::new(),
        part: String::new(),
        units: 0,
        open: Vec::new(),
    };
    let mut line = Vec::new();
    for piece in pieces(html) {
        line.push(piece);
        if piece == Piece::Glyph("\n") {
            parts.line(&line);
            line.clear();
        }
    }
    parts.line(&line);
    parts.cut();
    parts.done
}

struct Parts<'a> {
    limit: usize,
    done: Vec<String>,
    part: String,
    units: usize,
    open: Vec<&'a str>,
}

impl<'a> Parts<'a> {
    fn line(&mut self, line: &[Piece<'a>]) {
        let units: usize = line.iter().map(|piece| piece.units()).sum();
        if self.units + units > self.limit {
            self.cut();
        }
        for piece in line {
            self.piece(*piece);
        }
    }

    fn piece(&mut self, piece: Piece<'a>) {
        match piece {
            Piece::Open(tag) => {
                self.open.push(tag);
                self.part.push_str(tag);
            }
            Piece::Close(tag) => {
                self.open.pop();
                self.part.push_str(tag);
            }
            Piece::Glyph(raw) => {
                if self.units + piece.units() > self.limit {
                    self.cut();
                }
                self.units += piece.units();
                self.part.push_str(raw);
            }
        }
    }

    fn cut(&mut self) {
        let next: String = self.open.concat();
        let mut part = std::mem::replace(&mut self.part, next);
        if self.units == 0 {
            return;
        }
        for tag in self.open.iter().rev() {
            part.push_str(&format!("</{}>", name(tag)));
        }
        self.units = 0;
        self.done.push(part);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{plain, units};
    use super::*;

    #[test]
    fn lines_stay_whole_and_tags_are_opened_anew() {
        let parts = split("<b>one</b>\n<pre>two\nthree\nfour</pre>", 10);
        assert_eq!(
            parts,
            ["<b>one</b>\n<pre>two\n</pre>", "<pre>three\nfour</pre>"]
        );
    }

    #[test]
    fn a_line_too_long_by_itself_is_cut_between_characters() {
        let parts = split(&"🧪".repeat(10), 7);
        assert_eq!(parts, ["🧪🧪🧪", "🧪🧪🧪", "🧪🧪🧪", "🧪"]);
        assert_eq!(split(&"&lt;".repeat(3), 2), ["&lt;&lt;", "&lt;"]);
    }

    #[test]
    fn nothing_is_lost_and_no_part_is_too_long() {
        let line = "<i>kata &amp; kata</i> <a href=\"https://x\">tautan</a> 🧪\n";
        let html = format!("<b>{}</b>", line.repeat(300));
        let parts = split(&html, 4096);
        assert!(parts.len() > 1 && parts.iter().all(|part| units(part) <= 4096));
        assert_eq!(
            parts.iter().map(|part| plain(part)).collect::<String>(),
            plain(&html)
        );
    }

    #[test]
    fn nothing_makes_no_part() {
        assert!(split("", 10).is_empty());
        assert!(split("<b></b>", 10).is_empty());
    }
}
