//! `parse_mode=MarkdownV2`, with the error texts of the real parser
//! (TDLib's `parse_markdown_v2`; <https://core.telegram.org/bots/api#markdownv2-style>).
//! Custom emoji and the expandable mark of block quotes are refused as unescaped characters.

use super::{Entity, Formatted};

/// Characters that mean something, or must be escaped.
const RESERVED: &str = "_*[]()~`>#+-=|{}.!";

/// A mark that waits for its end.
struct Open {
    mark: Mark,
    /// Start of its content, in UTF-16 units of the output.
    offset: usize,
    /// Where the mark stands in the source.
    byte: usize,
    language: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Link,
    Code,
    Pre,
    Quote,
}

impl Mark {
    /// The mark that `rest` begins with, longest first.
    fn at(rest: &str, line_start: bool) -> Option<Self> {
        let marks = [
            ("```", Self::Pre),
            ("__", Self::Underline),
            ("||", Self::Spoiler),
            ("`", Self::Code),
            ("_", Self::Italic),
            ("*", Self::Bold),
            ("~", Self::Strikethrough),
            ("[", Self::Link),
        ];
        let quote = (line_start && rest.starts_with('>')).then_some(Self::Quote);
        quote.or_else(|| {
            marks
                .into_iter()
                .find(|(text, _)| rest.starts_with(text))
                .map(|(_, mark)| mark)
        })
    }

    /// What ends it; a quote ends with its line.
    fn end(self) -> &'static str {
        match self {
            Self::Pre => "```",
            Self::Underline => "__",
            Self::Spoiler => "||",
            Self::Code => "`",
            Self::Italic => "_",
            Self::Bold => "*",
            Self::Strikethrough => "~",
            Self::Link => "]",
            Self::Quote => "\n",
        }
    }

    fn length(self) -> usize {
        self.end().len()
    }

    /// The entity's type, and TDLib's name for it.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Pre => ("pre", "Pre"),
            Self::Underline => ("underline", "Underline"),
            Self::Spoiler => ("spoiler", "Spoiler"),
            Self::Code => ("code", "Code"),
            Self::Italic => ("italic", "Italic"),
            Self::Bold => ("bold", "Bold"),
            Self::Strikethrough => ("strikethrough", "Strikethrough"),
            Self::Link => ("text_link", "TextUrl"),
            Self::Quote => ("blockquote", "BlockQuote"),
        }
    }

    fn is_verbatim(self) -> bool {
        matches!(self, Self::Code | Self::Pre)
    }
}

/// Parses; the error is the reason behind “can't parse entities: ”.
pub(super) fn parse(source: &str) -> Result<Formatted, String> {
    let mut parser = Parser {
        source,
        at: 0,
        out: Formatted::default(),
        units: 0,
        open: Vec::new(),
    };
    while parser.at < source.len() {
        parser.step()?;
    }
    parser.finish()
}

struct Parser<'a> {
    source: &'a str,
    at: usize,
    out: Formatted,
    units: usize,
    open: Vec<Open>,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn step(&mut self) -> Result<(), String> {
        let rest = self.rest();
        let mut chars = rest.chars();
        let (Some(c), next) = (chars.next(), chars.next()) else {
            return Ok(());
        };
        let innermost = self.open.last().map(|o| o.mark);
        let verbatim = innermost.is_some_and(Mark::is_verbatim);
        if let ('\\', Some(escaped @ '\u{1}'..='\u{7e}')) = (c, next) {
            self.copy(escaped, 2);
        } else if innermost.is_some_and(|mark| ends(mark, rest)) {
            self.close()?;
        } else if !RESERVED.contains(c) || (verbatim && c != '`') {
            self.copy(c, c.len_utf8());
        } else {
            self.start(c)?;
        }
        Ok(())
    }

    fn copy(&mut self, c: char, length: usize) {
        self.out.text.push(c);
        self.units += c.len_utf16();
        self.at += length;
    }

    fn start(&mut self, c: char) -> Result<(), String> {
        let line_start = self.at == 0 || self.source[..self.at].ends_with('\n');
        let verbatim = self.open.last().is_some_and(|o| o.mark.is_verbatim());
        let Some(mark) = Mark::at(self.rest(), line_start).filter(|_| !verbatim) else {
            return Err(format!(
                "Character '{c}' is reserved and must be escaped with the preceding '\\'"
            ));
        };
        let byte = self.at;
        self.at += mark.length();
        let language = (mark == Mark::Pre).then(|| self.language()).flatten();
        self.open.push(Open {
            mark,
            offset: self.units,
            byte,
            language,
        });
        Ok(())
    }

    /// The word behind the opening of a `pre`, if a line break ends it; the line break itself goes too.
    fn language(&mut self) -> Option<String> {
        let word: String = self
            .rest()
            .chars()
            .take_while(|c| !c.is_whitespace() && *c != '`')
            .collect();
        let broken = self.rest()[word.len()..].starts_with('\n');
        if broken {
            self.at += word.len() + 1;
        }
        Some(word).filter(|word| broken && !word.is_empty())
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        if open.mark == Mark::Quote && self.rest().starts_with("\n>") {
            self.copy('\n', 2);
            self.open.push(open);
            return Ok(());
        }
        if open.mark != Mark::Quote {
            self.at += open.mark.length();
        }
        let mut entity = Entity::new(open.mark.names().0, open.offset, self.units - open.offset);
        if open.mark == Mark::Link {
            entity.url = self.url()?;
        }
        entity.language = open.language;
        if open.mark == Mark::Quote {
            self.copy_line_break();
        }
        if entity.length > 0 && (open.mark != Mark::Link || entity.url.is_some()) {
            self.out.entities.push(entity);
        }
        Ok(())
    }

    fn copy_line_break(&mut self) {
        if self.rest().starts_with('\n') {
            self.copy('\n', 1);
        }
    }

    /// `(url)` behind a link's text; without it the text is just text.
    fn url(&mut self) -> Result<Option<String>, String> {
        let Some(inside) = self.rest().strip_prefix('(') else {
            return Ok(None);
        };
        let begin = self.at;
        let mut url = String::new();
        let mut chars = inside.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                ')' => {
                    self.at += 1 + at + 1;
                    return Ok(Some(url).filter(|url| url.contains("://")));
                }
                '\\' => url.extend(chars.next().map(|(_, escaped)| escaped)),
                c => url.push(c),
            }
        }
        Err(format!("Can't find end of a URL at byte offset {begin}"))
    }

    fn finish(mut self) -> Result<Formatted, String> {
        if self.open.last().is_some_and(|o| o.mark == Mark::Quote) {
            self.close()?;
        }
        match self.open.last() {
            Some(open) => {
                let name = open.mark.names().1;
                Err(format!(
                    "Can't find end of {name} entity at byte offset {}",
                    open.byte
                ))
            }
            None => Ok(self.out),
        }
    }
}

/// Whether the innermost mark ends here; `__` inside italics opens an underline instead.
fn ends(mark: Mark, rest: &str) -> bool {
    rest.starts_with(mark.end()) && !(mark == Mark::Italic && rest.starts_with("__"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn parsed(source: &str) -> (String, Vec<(String, usize, usize)>) {
        let out = parse(source).unwrap();
        (
            out.text,
            out.entities
                .into_iter()
                .map(|e| (e.kind, e.offset, e.length))
                .collect(),
        )
    }

    fn entity(kind: &str, offset: usize, length: usize) -> (String, usize, usize) {
        (kind.to_owned(), offset, length)
    }

    #[test]
    fn marks_nest_and_escapes_vanish() {
        let (text, entities) = parsed("*b _i __u___* 1\\.5 ||s|| ~x~");
        assert_eq!(text, "b i u 1.5 s x");
        let kinds: Vec<_> = entities.iter().map(|e| e.0.as_str()).collect();
        assert_eq!(
            kinds,
            ["underline", "italic", "bold", "spoiler", "strikethrough"]
        );
    }

    #[test]
    fn code_links_and_quotes_are_read() {
        let (text, entities) = parsed("`a.b` ```rust\nfn x() {}```");
        assert_eq!(text, "a.b fn x() {}");
        assert_eq!(entities, [entity("code", 0, 3), entity("pre", 4, 9)]);
        let link = parse("[t](https://e.org/a\\)b)").unwrap();
        assert_eq!(link.entities[0].url.as_deref(), Some("https://e.org/a)b"));
        assert_eq!(
            parsed(">q\n>r\ns"),
            ("q\nr\ns".to_owned(), vec![entity("blockquote", 0, 3)])
        );
    }

    #[test]
    fn what_is_not_escaped_or_not_closed_is_named() {
        for (source, error) in [
            (
                "1.5",
                "Character '.' is reserved and must be escaped with the preceding '\\'",
            ),
            (
                "a-b",
                "Character '-' is reserved and must be escaped with the preceding '\\'",
            ),
            ("📊 *x", "Can't find end of Bold entity at byte offset 5"),
            ("`x", "Can't find end of Code entity at byte offset 0"),
            ("[x](http://e", "Can't find end of a URL at byte offset 3"),
        ] {
            assert_eq!(parse(source).unwrap_err(), error, "{source}");
        }
    }
}
