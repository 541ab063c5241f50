//! One pass over the text: at each byte that can begin or separate a secret, the detectors look.

use std::ops::Range;

use super::keys::{self, Kind};
use super::{pem, shapes, values};

/// A key is looked for in so many bytes before its separator.
const KEY_BYTES: usize = 64;

/// A program whose short options carry secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tool {
    /// `sshpass -p X`
    Sshpass,
    /// `mysql -pX`
    Mysql,
    /// `curl -u user:X`
    Curl,
}

const TOOLS: [(&str, Tool); 7] = [
    ("sshpass", Tool::Sshpass),
    ("mysql", Tool::Mysql),
    ("mysqldump", Tool::Mysql),
    ("mysqladmin", Tool::Mysql),
    ("mariadb", Tool::Mysql),
    ("mariadb-dump", Tool::Mysql),
    ("curl", Tool::Curl),
];

struct Scan<'a> {
    bytes: &'a [u8],
    line: usize,
    tool: Option<Tool>,
    spans: Vec<Range<usize>>,
}

/// The secrets in the text, in no order; they may overlap.
pub(super) fn spans(text: &str) -> Vec<Range<usize>> {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        line: 0,
        tool: None,
        spans: Vec::new(),
    };
    let mut at = 0;
    while at < scan.bytes.len() {
        at = scan.step(at).max(at + 1);
    }
    scan.spans
}

impl Scan<'_> {
    /// Looks at the byte at `at`; where to look next.
    fn step(&mut self, at: usize) -> usize {
        let found = match self.bytes[at] {
            b'\n' => {
                self.line = at + 1;
                self.tool = None;
                return at + 1;
            }
            b':' => self.colon(at),
            b'=' => self.keyed(at),
            b'%' => shapes::telegram_encoded(self.bytes, at),
            b'-' => self.dash(at),
            _ => None,
        };
        match found.or_else(|| self.word(at)) {
            Some(span) => self.take(span),
            None => at + 1,
        }
    }

    fn take(&mut self, span: Range<usize>) -> usize {
        let next = span.end;
        if let Some(last) = self.bytes[span.clone()].iter().rposition(|b| *b == b'\n') {
            self.line = span.start + last + 1;
            self.tool = None;
        }
        self.spans.push(span);
        next
    }

    fn colon(&self, at: usize) -> Option<Range<usize>> {
        shapes::telegram(self.bytes, at)
            .or_else(|| shapes::userinfo(self.bytes, at))
            .or_else(|| self.keyed(at))
    }

    fn dash(&self, at: usize) -> Option<Range<usize>> {
        if let Some(key) = pem::private_key(self.bytes, at) {
            return Some(key);
        }
        if at > 0 && !self.bytes[at - 1].is_ascii_whitespace() {
            return None;
        }
        self.long_option(at).or_else(|| self.short_option(at))
    }

    /// `--password X`
    fn long_option(&self, at: usize) -> Option<Range<usize>> {
        let rest = &self.bytes[at..];
        let name = rest.strip_prefix(b"--")?;
        let length = name.iter().take(KEY_BYTES).position(|b| !keys::part(*b))?;
        if name[length] != b' ' || keys::kind(&name[..length]) != Some(Kind::Value) {
            return None;
        }
        let value = values::skip_blanks(self.bytes, at + 2 + length);
        if self.bytes[value..].starts_with(b"--") {
            return None;
        }
        Some(values::word(self.bytes, value))
    }

    fn short_option(&self, at: usize) -> Option<Range<usize>> {
        let (letter, rest) = match (self.tool?, self.bytes[at..].get(1)?) {
            (tool, b'p') if tool != Tool::Curl => (tool, at + 2),
            (Tool::Curl, b'u') => (Tool::Curl, at + 2),
            (Tool::Curl, b'-') if self.bytes[at..].starts_with(b"--user ") => {
                (Tool::Curl, at + "--user".len())
            }
            _ => return None,
        };
        let value = match letter {
            // `mysql -p name` asks for the password and names a database.
            Tool::Mysql => rest,
            Tool::Sshpass | Tool::Curl => values::skip_blanks(self.bytes, rest),
        };
        let word = values::word(self.bytes, value);
        (letter != Tool::Curl || self.bytes[word.clone()].contains(&b':')).then_some(word)
    }

    /// `key=value` and `key: value` in all their quotings.
    fn keyed(&self, separator: usize) -> Option<Range<usize>> {
        let key = keys::before(self.bytes, separator, KEY_BYTES)?;
        let kind = keys::kind(&self.bytes[key.range.clone()])?;
        if kind == Kind::Short && self.bytes[separator] == b':' && !key.quoted {
            return None;
        }
        let start = values::begin(self.bytes, separator)?;
        if kind == Kind::Folder && self.bytes.get(start) == Some(&b'/') {
            return None;
        }
        let assigned = self.bytes[separator] == b':' || key.spaced;
        let place = values::Place {
            enclosed: key.enclosed,
            to_line_end: kind == Kind::Header || assigned && self.opens_line(key.range.start),
        };
        let value = values::extent(self.bytes, start, &place);
        let secret = !value.is_empty() && !values::innocent(&self.bytes[value.clone()]);
        secret.then_some(value)
    }

    /// Whether nothing but an indent, a list's dash or a comment's sign stands before `at`.
    fn opens_line(&self, at: usize) -> bool {
        let indent = &self.bytes[self.line..at];
        indent.len() <= KEY_BYTES
            && indent
                .iter()
                .all(|b| matches!(b, b' ' | b'\t' | b'-' | b'#' | b';'))
    }

    /// What begins a word: a token of a known form, or a program to remember.
    fn word(&mut self, at: usize) -> Option<Range<usize>> {
        let before = at.checked_sub(1).map(|before| self.bytes[before]);
        if before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return None;
        }
        let starts = |name: &str| {
            let rest = &self.bytes[at..];
            rest.starts_with(name.as_bytes()) && rest.get(name.len()).is_none_or(|b| *b == b' ')
        };
        if let Some((_, tool)) = TOOLS.iter().find(|(name, _)| starts(name)) {
            self.tool = Some(*tool);
            return None;
        }
        shapes::token(self.bytes, at).or_else(|| shapes::key_line(self.bytes, self.line, at))
    }
}
