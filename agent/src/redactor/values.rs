//! Where a secret's value begins and ends.

use std::ops::Range;

/// How the key and its separator stand.
pub(super) struct Place {
    /// A quote that encloses key and value together.
    pub(super) enclosed: Option<u8>,
    /// The value is the rest of the line.
    pub(super) to_line_end: bool,
}

/// Where the value after a separator begins; None when it is no separator (`::`, `://`).
pub(super) fn begin(bytes: &[u8], separator: usize) -> Option<usize> {
    let mut start = separator + 1;
    if bytes[separator] == b':' && matches!(bytes.get(start), Some(b':' | b'/')) {
        return None;
    }
    // `:=`, `==` and `=>`
    while matches!(bytes.get(start), Some(b'=' | b'>')) {
        start += 1;
    }
    Some(skip_blanks(bytes, start))
}

/// The value that begins at `start`; may be empty.
pub(super) fn extent(bytes: &[u8], start: usize, place: &Place) -> Range<usize> {
    match place.enclosed {
        Some(quote) => start..closing(bytes, start, quote),
        None if place.to_line_end => to_line_end(bytes, start),
        None => word(bytes, start),
    }
}

/// The next position that is no blank; a line's end stays.
pub(super) fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    at
}

fn to_line_end(bytes: &[u8], start: usize) -> Range<usize> {
    if opening(bytes, start).is_some() {
        return word(bytes, start);
    }
    let rest = bytes[start..].iter().position(|b| *b == b'\n');
    start..rest.map_or(bytes.len(), |length| start + length)
}

/// A quoted string without its quotes, or all until a blank or a closing quote.
pub(super) fn word(bytes: &[u8], start: usize) -> Range<usize> {
    match opening(bytes, start) {
        Some((quote, 1)) => start + 1..closing(bytes, start + 1, quote),
        Some((quote, width)) => start + width..closing_escaped(bytes, start + width, quote),
        None => start..bare(bytes, start),
    }
}

/// The quote that opens at `at`, and its width with the backslash of a string within a string.
fn opening(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    match (bytes.get(at)?, bytes.get(at + 1)) {
        (quote @ (b'"' | b'\'' | b'`'), _) => Some((*quote, 1)),
        (b'\\', Some(quote @ (b'"' | b'\''))) => Some((*quote, 2)),
        _ => None,
    }
}

/// The closing quote, the line's end or the text's; a backslash hides what follows it.
fn closing(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if bytes.get(at + 1).is_some_and(|next| *next != b'\n') => at += 2,
            b'\n' => return at,
            byte if *byte == quote => return at,
            _ => at += 1,
        }
    }
    at.min(bytes.len())
}

/// As `closing`, for `\"…\"`: one backslash and the quote end it, more are a quote within the value, and
/// a bare quote ends the string around it.
fn closing_escaped(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(byte) = bytes.get(at) {
        if *byte == b'\n' || *byte == quote {
            return at;
        }
        let slashes = bytes[at..].iter().take_while(|b| **b == b'\\').count();
        let next = bytes.get(at + slashes);
        if slashes == 1 && next == Some(&quote) {
            return at;
        }
        at += slashes + usize::from(slashes == 0 || next == Some(&quote));
    }
    at.min(bytes.len())
}

/// Until a blank; a quote that seems to close ends it, one that seems to open takes its string along
/// (`Some("a b")`).
fn bare(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\'
                if bytes
                    .get(at + 1)
                    .is_some_and(|next| !next.is_ascii_whitespace()) =>
            {
                at += 2
            }
            quote @ (b'"' | b'\'' | b'`') => {
                if closes(bytes.get(at + 1)) {
                    return at;
                }
                at = (closing(bytes, at + 1, *quote) + 1).min(bytes.len());
            }
            byte if byte.is_ascii_whitespace() => return at,
            _ => at += 1,
        }
    }
    at.min(bytes.len())
}

fn closes(next: Option<&u8>) -> bool {
    next.is_none_or(|next| {
        next.is_ascii_whitespace() || matches!(next, b',' | b';' | b')' | b']' | b'}' | b':')
    })
}

/// Words that stand for no secret, and references to a variable.
pub(super) fn innocent(value: &[u8]) -> bool {
    const WORDS: [&[u8]; 8] = [
        b"null", b"none", b"nil", b"true", b"false", b"yes", b"no", b"(null)",
    ];
    let name = value
        .strip_prefix(b"${")
        .and_then(|rest| rest.strip_suffix(b"}"))
        .or_else(|| value.strip_prefix(b"$"));
    WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
        || name.is_some_and(|name| {
            !name.is_empty() && name.iter().all(|b| b.is_ascii_uppercase() || *b == b'_')
        })
}
