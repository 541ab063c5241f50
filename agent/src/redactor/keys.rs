//! Names that secrets go by.

use std::ops::Range;

/// What a key says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A secret.
    Value,
    /// A secret after `=`; after `:` it is prose (`PASS: 3 tests`).
    Short,
    /// A secret, unless it is a path: the shell's `PWD`.
    Folder,
    /// A header: the rest of the line.
    Header,
}

/// Compared with the key in lower case without `-`, `_` and `.`.
const ENDINGS: [&str; 18] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "passkey",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "secretkey",
    "authkey",
    "presharedkey",
    "signingkey",
    "encryptionkey",
    "sharedkey",
    "accountkey",
    "setcredential",
];
const HEADERS: [&str; 3] = ["authorization", "cookie", "xauth"];
const SHORT: [&str; 3] = ["pass", "psk", "pw"];

/// A key that was found before a separator.
pub(super) struct Key {
    pub(super) range: Range<usize>,
    /// It stands in quotes of its own: `"key": …`.
    pub(super) quoted: bool,
    /// Blanks between it and the separator.
    pub(super) spaced: bool,
    /// The quote that encloses key and value together: `"key=…"`.
    pub(super) enclosed: Option<u8>,
}

/// A byte of a key.
pub(super) fn part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// The key before the separator at `at`, looking back over at most `limit` bytes.
pub(super) fn before(bytes: &[u8], at: usize, limit: usize) -> Option<Key> {
    let floor = at.saturating_sub(limit);
    let mut end = at;
    // `:=` and `?=`
    if end > floor && bytes[at] == b'=' && matches!(bytes[end - 1], b':' | b'?' | b'+') {
        end -= 1;
    }
    let unspaced = end;
    while end > floor && matches!(bytes[end - 1], b' ' | b'\t') {
        end -= 1;
    }
    let spaced = end < unspaced;
    let closing = end.checked_sub(1).map(|last| bytes[last]);
    let quoted = end > floor && closing.is_some_and(quote);
    if quoted {
        end -= 1;
        if end > floor && bytes[end - 1] == b'\\' {
            end -= 1;
        }
    }
    let mut start = end;
    while start > floor && part(bytes[start - 1]) {
        start -= 1;
    }
    let enclosing = start.checked_sub(1).map(|before| bytes[before]);
    (start < end).then_some(Key {
        range: start..end,
        quoted,
        spaced,
        enclosed: enclosing.filter(|byte| !quoted && quote(*byte)),
    })
}

/// What the key says of its value; None: nothing.
pub(super) fn kind(key: &[u8]) -> Option<Kind> {
    let digits = key.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let key = &key[..key.len() - digits];
    let plain: Vec<u8> = key
        .iter()
        .filter(|b| b.is_ascii_alphanumeric())
        .map(u8::to_ascii_lowercase)
        .collect();
    let ends = |words: &[&str]| words.iter().any(|word| plain.ends_with(word.as_bytes()));
    if ends(&ENDINGS) {
        Some(Kind::Value)
    } else if ends(&["pwd"]) {
        Some(Kind::Folder)
    } else if ends(&HEADERS) {
        Some(Kind::Header)
    } else if SHORT.iter().any(|word| ends_as_word(key, word)) {
        Some(Kind::Short)
    } else {
        None
    }
}

/// `pass`, `DB_PASS`, `dbPass`, but not `bypass`.
fn ends_as_word(key: &[u8], word: &str) -> bool {
    let trimmed = key.iter().rev().take_while(|b| !b.is_ascii_alphanumeric());
    let key = &key[..key.len() - trimmed.count()];
    let Some(start) = key.len().checked_sub(word.len()) else {
        return false;
    };
    let before = start.checked_sub(1).map(|before| key[before]);
    key[start..].eq_ignore_ascii_case(word.as_bytes())
        && before.is_none_or(|b| {
            !b.is_ascii_alphabetic() || b.is_ascii_lowercase() && key[start].is_ascii_uppercase()
        })
}
