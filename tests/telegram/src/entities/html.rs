//! `parse_mode=HTML`, with the tags, references and error texts of the real parser
//! (TDLib's `parse_html`; <https://core.telegram.org/bots/api#html-style>).

use super::references::{decode_all, decode_reference};
use super::tags::{TAGS, kind_of, link};
use super::{Entity, Formatted};

/// An open tag.
struct Open {
    name: String,
    argument: String,
    /// Start of its content, in UTF-16 units of the output.
    offset: usize,
}

/// Parses; the error is the reason behind “can't parse entities: ”.
pub(super) fn parse(source: &str) -> Result<Formatted, String> {
    let mut parser = Parser {
        source: source.as_bytes(),
        at: 0,
        text: String::new(),
        units: 0,
        entities: Vec::new(),
    };
    let mut open: Vec<Open> = Vec::new();
    while parser.at < parser.source.len() {
        match (parser.peek(0), parser.peek(1)) {
            (b'<', b'/') => parser.close(&mut open)?,
            (b'<', _) => {
                let tag = parser.open()?;
                open.push(tag);
            }
            (b'&', _) => parser.reference(),
            _ => parser.literal(source),
        }
    }
    if let Some(tag) = open.last() {
        return Err(format!(
            "Can't find end tag corresponding to start tag \"{}\"",
            tag.name
        ));
    }
    Ok(Formatted {
        text: parser.text,
        entities: parser.entities,
    })
}

struct Parser<'a> {
    source: &'a [u8],
    at: usize,
    text: String,
    units: usize,
    entities: Vec<Entity>,
}

impl Parser<'_> {
    /// The byte `ahead`; 0 past the end.
    fn peek(&self, ahead: usize) -> u8 {
        self.source.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, c: char) {
        self.units += c.len_utf16();
        self.text.push(c);
    }

    fn literal(&mut self, source: &str) {
        if let Some(c) = source.get(self.at..).and_then(|rest| rest.chars().next()) {
            self.push(c);
            self.at += c.len_utf8();
        } else {
            self.at += 1;
        }
    }

    /// `&lt;` and its like; an unknown reference stays as it is.
    fn reference(&mut self) {
        match decode_reference(&self.source[self.at..]) {
            Some((c, length)) => {
                self.push(c);
                self.at += length;
            }
            None => {
                self.push('&');
                self.at += 1;
            }
        }
    }

    fn take_while(&mut self, test: impl Fn(u8) -> bool) -> String {
        let from = self.at;
        while self.at < self.source.len() && test(self.source[self.at]) {
            self.at += 1;
        }
        String::from_utf8_lossy(&self.source[from..self.at]).into_owned()
    }

    fn open(&mut self) -> Result<Open, String> {
        let begin = self.at;
        self.at += 1;
        let name = self
            .take_while(|b| !is_space(b) && b != b'>')
            .to_ascii_lowercase();
        if self.at >= self.source.len() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        if !TAGS.contains(&name.as_str()) {
            return Err(format!(
                "Unsupported start tag \"{name}\" at byte offset {begin}"
            ));
        }
        let argument = self.attributes(&name, begin)?;
        if name == "span" && argument != "tg-spoiler" {
            return Err(format!(
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"
            ));
        }
        Ok(Open {
            name,
            argument,
            offset: self.units,
        })
    }

    /// The one attribute that matters for the tag.
    fn attributes(&mut self, tag: &str, begin: usize) -> Result<String, String> {
        let mut argument = String::new();
        loop {
            self.take_while(is_space);
            match self.peek(0) {
                b'>' => break,
                0 => return Err(format!("Unclosed start tag at byte offset {begin}")),
                _ => {}
            }
            let name = self
                .take_while(|b| !is_space(b) && !matches!(b, b'=' | b'>' | b'/' | b'"' | b'\''));
            if name.is_empty() {
                return Err(format!(
                    "Empty attribute name in the tag \"{tag}\" at byte offset {begin}"
                ));
            }
            let value = self.value(tag, begin)?;
            match (tag, name.to_ascii_lowercase().as_str(), value) {
                ("a", "href", Some(url)) => argument = url,
                ("code", "class", Some(class)) if class.starts_with("language-") => {
                    class["language-".len()..].clone_into(&mut argument);
                }
                ("span", "class", Some(class)) => argument = class,
                ("blockquote", "expandable", _) => "expandable".clone_into(&mut argument),
                ("tg-emoji", "emoji-id", Some(id)) => argument = id,
                _ => {}
            }
        }
        self.at += 1;
        Ok(argument)
    }

    /// What stands behind `=`; `None` if there is no `=`.
    fn value(&mut self, tag: &str, begin: usize) -> Result<Option<String>, String> {
        self.take_while(is_space);
        if self.peek(0) != b'=' {
            return Ok(None);
        }
        self.at += 1;
        self.take_while(is_space);
        match self.peek(0) {
            0 => Err(format!(
                "Unclosed start tag \"{tag}\" at byte offset {begin}"
            )),
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                let raw = self.take_while(|b| b != quote);
                if self.peek(0) != quote {
                    return Err(format!("Unclosed start tag at byte offset {begin}"));
                }
                self.at += 1;
                Ok(Some(decode_all(&raw)))
            }
            _ => {
                let from = self.at;
                let token =
                    self.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
                if !is_space(self.peek(0)) && self.peek(0) != b'>' {
                    return Err(format!(
                        "Unexpected end of name token at byte offset {from}"
                    ));
                }
                Ok(Some(token.to_ascii_lowercase()))
            }
        }
    }

    fn close(&mut self, open: &mut Vec<Open>) -> Result<(), String> {
        let begin = self.at;
        let Some(tag) = open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        self.at += 2;
        let name = self
            .take_while(|b| !is_space(b) && b != b'>')
            .to_ascii_lowercase();
        self.take_while(is_space);
        if self.peek(0) != b'>' {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        if !name.is_empty() && name != tag.name {
            let Open { name: expected, .. } = tag;
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{expected}>\", found \"</{name}>\""
            ));
        }
        self.at += 1;
        self.finish(&tag);
        Ok(())
    }

    fn finish(&mut self, tag: &Open) {
        let length = self.units - tag.offset;
        let Some(kind) = kind_of(&tag.name, &tag.argument).filter(|_| length > 0) else {
            return;
        };
        let mut entity = Entity::new(kind, tag.offset, length);
        match kind {
            "text_link" => match link(&tag.argument, &self.shown(tag)) {
                Some(url) => entity.url = Some(url),
                None => return,
            },
            "code" if !tag.argument.is_empty() => entity.language = Some(tag.argument.clone()),
            "pre" => self.adopt_language(&mut entity),
            _ => {}
        }
        self.entities.push(entity);
    }

    /// The text inside a tag that ends here.
    fn shown(&self, tag: &Open) -> String {
        let units: Vec<u16> = self.text.encode_utf16().skip(tag.offset).collect();
        String::from_utf16_lossy(&units)
    }

    /// `<pre><code class="language-x">` is one `pre` with a language; a `code` filling a `pre` vanishes.
    fn adopt_language(&mut self, pre: &mut Entity) {
        let fills =
            |e: &Entity| e.kind == "code" && e.offset == pre.offset && e.length == pre.length;
        if let Some(at) = self.entities.iter().position(fills) {
            pre.language = self.entities.remove(at).language;
        }
    }
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x0b)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn kinds(source: &str) -> Vec<(String, usize, usize)> {
        parse(source)
            .unwrap()
            .entities
            .into_iter()
            .map(|e| (e.kind, e.offset, e.length))
            .collect()
    }

    #[test]
    fn offsets_count_utf16_units() {
        assert_eq!(kinds("➡️ ➡️<i>➡️ ➡️</i>"), [("italic".to_owned(), 5, 5)]);
        assert_eq!(kinds("📊<b>x</b>"), [("bold".to_owned(), 2, 1)]);
    }

    #[test]
    fn errors_read_as_tdlib_words_them() {
        for (source, error) in [
            ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
            (
                "🏟 🏟&lt;<abac aba>",
                "Unsupported start tag \"abac\" at byte offset 13",
            ),
            (
                "🏟 🏟&lt;<i   =aba>",
                "Empty attribute name in the tag \"i\" at byte offset 13",
            ),
            (
                "🏟 🏟&lt;<i    aba>",
                "Can't find end tag corresponding to start tag \"i\"",
            ),
            (
                "🏟 🏟&lt;<i    aba  =  ",
                "Unclosed start tag \"i\" at byte offset 13",
            ),
            (
                "🏟 🏟&lt;<i    aba  =  190azAz-.,",
                "Unexpected end of name token at byte offset 27",
            ),
            (
                "🏟 🏟&lt;<i    aba  =  \"&lt;&gt;&quot;>",
                "Unclosed start tag at byte offset 13",
            ),
            ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
            ("🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"),
            ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
            (
                "🏟 🏟&lt;<i>a</em   >",
                "Unmatched end tag at byte offset 17, expected \"</i>\", found \"</em>\"",
            ),
            (
                "<span class=\"x\">a</span>",
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0",
            ),
            (
                "<script>x</script>",
                "Unsupported start tag \"script\" at byte offset 0",
            ),
            ("1 < 2", "Unsupported start tag \"\" at byte offset 2"),
        ] {
            assert_eq!(parse(source).unwrap_err(), error, "{source}");
        }
    }

    #[test]
    fn a_pre_takes_the_language_of_the_code_that_fills_it() {
        let parsed = parse("<pre><code class=\"language-rust\">fn</code></pre>").unwrap();
        assert_eq!(parsed.entities.len(), 1);
        assert_eq!(parsed.entities[0].kind, "pre");
        assert_eq!(parsed.entities[0].language.as_deref(), Some("rust"));
    }

    #[test]
    fn links_spoilers_and_quotes_nest() {
        let source = "<blockquote expandable>a<a href=\"https://e.org/?a=1&amp;b\">b</a><span class=\"tg-spoiler\">c</span></blockquote>";
        let parsed = parse(source).unwrap();
        let kinds: Vec<_> = parsed.entities.iter().map(|e| e.kind.as_str()).collect();
        assert_eq!(kinds, ["text_link", "spoiler", "expandable_blockquote"]);
        assert_eq!(
            parsed.entities[0].url.as_deref(),
            Some("https://e.org/?a=1&b")
        );
    }
}
