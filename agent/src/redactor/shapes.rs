//! Secrets that are known by their form alone.

use std::ops::Range;

use super::base64::{is_base64, is_basic_credentials, is_url_safe};

/// Telegram: `\d{6,12}:[A-Za-z0-9_-]{30,}`.
const TELEGRAM_ID_DIGITS: std::ops::RangeInclusive<usize> = 6..=12;
const TELEGRAM_SECRET_BYTES: usize = 30;
/// A userinfo without a password is taken out when it is long enough to be a token.
const USERINFO_TOKEN_BYTES: usize = 16;
/// What follows `Bearer` is a word, not a token, when it is shorter.
const BEARER_BYTES: usize = 16;
const BEARER_WITH_DIGIT_BYTES: usize = 8;
/// A key's body stands in lines of 64 (RFC 7468) or 70 (OpenSSH) bytes.
const KEY_WORD_BYTES: usize = 60;
const KEY_LINE_BYTES: usize = 40;
const KEY_LAST_LINE_BYTES: usize = 20;

/// Prefixes that issuers give their tokens, and how many bytes follow at least.
const ISSUERS: [(&str, usize); 17] = [
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("xoxb-", 16),
    ("xoxp-", 16),
    ("xoxa-", 16),
    ("sk-", 20),
    ("hf_", 20),
    ("tskey-", 12),
    ("eyJ", 20),
];

fn run(bytes: &[u8], at: usize, fits: impl Fn(u8) -> bool) -> usize {
    bytes[at..].iter().take_while(|b| fits(**b)).count()
}

/// At a colon: a Telegram bot token around it.
pub(super) fn telegram(bytes: &[u8], colon: usize) -> Option<Range<usize>> {
    telegram_parts(bytes, colon, colon + 1)
}

/// At a `%`: the same with the colon as `%3A`.
pub(super) fn telegram_encoded(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    bytes[at..]
        .get(1..3)
        .filter(|code| code.eq_ignore_ascii_case(b"3a"))
        .and_then(|_| telegram_parts(bytes, at, at + 3))
}

fn telegram_parts(bytes: &[u8], id_end: usize, secret: usize) -> Option<Range<usize>> {
    let digits = bytes[..id_end]
        .iter()
        .rev()
        .take(*TELEGRAM_ID_DIGITS.end())
        .take_while(|b| b.is_ascii_digit())
        .count();
    if !TELEGRAM_ID_DIGITS.contains(&digits) {
        return None;
    }
    let enough = bytes
        .get(secret..secret + TELEGRAM_SECRET_BYTES)
        .is_some_and(|head| head.iter().all(|b| is_url_safe(*b)));
    enough.then(|| id_end - digits..secret + run(bytes, secret, is_url_safe))
}

/// At the colon of `://`: what stands before the `@` of the authority (RFC 3986 3.2.1), and all of an
/// `otpauth:` URI.
pub(super) fn userinfo(bytes: &[u8], colon: usize) -> Option<Range<usize>> {
    let authority = colon + 3;
    if bytes.get(colon + 1..authority) != Some(b"//") {
        return None;
    }
    let within =
        |b: u8| !b.is_ascii_whitespace() && !matches!(b, b'"' | b'\'' | b'<' | b'>' | b'`');
    if bytes[..colon].ends_with(b"otpauth") || bytes[..colon].ends_with(b"otpauth-migration") {
        return Some(authority..authority + run(bytes, authority, within));
    }
    let end = authority + run(bytes, authority, |b| within(b) && !b"/?#".contains(&b));
    let at_sign = bytes[authority..end].iter().rposition(|b| *b == b'@')?;
    let info = authority..authority + at_sign;
    let secret = bytes[info.clone()].contains(&b':') || info.len() >= USERINFO_TOKEN_BYTES;
    secret.then_some(info)
}

/// At a word's first byte: a token with an issuer's prefix, or what follows `Bearer` and `Basic`.
pub(super) fn token(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    match bytes[at] {
        b'B' | b'b' => bearer(bytes, at).or_else(|| basic(bytes, at)),
        _ => issued(bytes, at),
    }
}

fn issued(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = &bytes[at..];
    let (prefix, least) = ISSUERS
        .iter()
        .find(|(prefix, _)| rest.starts_with(prefix.as_bytes()))?;
    let secret = at + prefix.len();
    let head = bytes.get(secret..secret + least)?;
    head.iter()
        .all(|b| is_url_safe(*b))
        .then(|| at..secret + run(bytes, secret, |b| is_url_safe(b) || b == b'.'))
}

/// Where the argument of this authentication scheme begins.
fn argument(bytes: &[u8], at: usize, scheme: &str) -> Option<usize> {
    let after = at + scheme.len();
    let named = bytes
        .get(at..after)?
        .eq_ignore_ascii_case(scheme.as_bytes());
    (named && bytes.get(after) == Some(&b' ')).then(|| super::values::skip_blanks(bytes, after))
}

fn bearer(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let start = argument(bytes, at, "bearer")?;
    let fits = |b: u8| is_base64(b) || matches!(b, b'-' | b'.' | b'_' | b'~' | b':');
    let length = run(bytes, start, fits);
    let word = &bytes[start..start + length];
    let digit = word.iter().any(u8::is_ascii_digit);
    let secret = length >= BEARER_BYTES || digit && length >= BEARER_WITH_DIGIT_BYTES;
    secret.then_some(start..start + length)
}

fn basic(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let start = argument(bytes, at, "basic")?;
    let word = start..start + run(bytes, start, is_base64);
    is_basic_credentials(&bytes[word.clone()]).then_some(word)
}

/// At the first byte after a blank: a line of a private key's body that came without its frame.
pub(super) fn key_line(bytes: &[u8], line: usize, at: usize) -> Option<Range<usize>> {
    let blank = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'');
    if at > line && !bytes.get(at - 1).is_some_and(blank) {
        return None;
    }
    let word = at..at + run(bytes, at, is_base64);
    let body = &bytes[word.clone()];
    let alone = at == line
        && bytes
            .get(word.end)
            .is_none_or(|b| matches!(b, b'\n' | b'\r'));
    let least = match (alone, body.last()) {
        (true, Some(b'=')) => KEY_LAST_LINE_BYTES,
        (true, _) => KEY_LINE_BYTES,
        (false, _) => KEY_WORD_BYTES,
    };
    (body.len() >= least && looks_random(body)).then_some(word)
}

/// Three kinds of characters and not mostly slashes: neither a digest in hex nor a path.
fn looks_random(body: &[u8]) -> bool {
    const SLASH_SHARE: usize = 12;
    let slashes = body.iter().filter(|b| **b == b'/').count();
    body.iter().any(u8::is_ascii_uppercase)
        && body.iter().any(u8::is_ascii_lowercase)
        && body.iter().any(u8::is_ascii_digit)
        && slashes <= body.len() / SLASH_SHARE
}
