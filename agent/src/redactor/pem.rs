//! Private keys between `-----BEGIN … PRIVATE KEY-----` and `-----END …-----` (RFC 7468), in one piece,
//! with `\n` written out, or cut off.

use std::ops::Range;

use super::base64::is_base64;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const PRIVATE: &[u8] = b"PRIVATE KEY";
/// A label is short; no more is looked at.
const LABEL_BYTES: usize = 64;

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// At a dash: the body of a private key that begins here, with its end line.
pub(super) fn private_key(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let label = bytes[at..].strip_prefix(BEGIN)?;
    let label = &label[..label.len().min(LABEL_BYTES)];
    let body = at + BEGIN.len() + find(label, PRIVATE)? + PRIVATE.len();
    Some(body..body_end(bytes, body))
}

fn body_end(bytes: &[u8], body: usize) -> usize {
    let mut line = body;
    loop {
        let length = bytes[line..].iter().position(|b| *b == b'\n');
        let end = length.map_or(bytes.len(), |length| line + length);
        if let Some(found) = find(&bytes[line..end], END) {
            return after_label(bytes, line + found + END.len(), end);
        }
        let next = end + 1;
        if next >= bytes.len() || !is_body(line_at(bytes, next)) {
            return end;
        }
        line = next;
    }
}

fn line_at(bytes: &[u8], at: usize) -> &[u8] {
    let rest = &bytes[at..];
    rest.split(|b| *b == b'\n').next().unwrap_or(rest)
}

fn after_label(bytes: &[u8], label: usize, end: usize) -> usize {
    let label_end = end.min(label + LABEL_BYTES);
    find(&bytes[label..label_end], b"-----").map_or(end, |dashes| label + dashes + 5)
}

/// A line of base64, a header (`DEK-Info: …`), an empty one, or the end.
fn is_body(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    find(line, END).is_some()
        || line.iter().all(|b| is_base64(*b))
        || line.starts_with(b"Proc-Type:")
        || line.starts_with(b"DEK-Info:")
        || line.starts_with(b"Version:")
        || line.starts_with(b"Comment:")
}

/// Whether a private key is still open after this line.
pub(super) fn open_after(line: &str, was_open: bool) -> bool {
    let bytes = line.as_bytes();
    let begins = find(bytes, BEGIN).and_then(|at| private_key(bytes, at));
    match begins {
        Some(_) => !ends(line),
        None => was_open && !ends(line) && is_body(bytes),
    }
}

/// Whether a key ends in this line.
pub(super) fn ends(line: &str) -> bool {
    find(line.as_bytes(), END).is_some()
}
