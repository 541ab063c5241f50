//! What stands before everything that leaves the agent towards people: journal lines, unit files, job
//! output, tracebacks. Secrets become [`MARK`]; text without secrets stays as it is, byte for byte.
//!
//! Scanned by hand rather than with a regex crate: it costs root no dependency and no megabyte of
//! compiled automata, and linear time can be read off the code. Each detector either looks at a bounded
//! number of bytes or consumes what it looked at. Where in doubt, more is taken out rather than less.
//!
//! The secrets in force are process-wide ([`know`]), because a panic hook has no agent at hand.
//!
//! It does not find a secret that has no name beside it, no known form, and does not stand in
//! `/etc/potion/secrets`.

mod base64;
mod keys;
mod pem;
mod scan;
mod shapes;
mod values;

use std::borrow::Cow;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::{PoisonError, RwLock};

/// What a reader sees in a secret's place.
pub const MARK: &str = "***";
/// A shorter secret would blank out innocent words; the agent's own are far longer.
const KNOWN_MIN_BYTES: usize = 8;
/// A file in the secrets folder that is longer is none of ours.
const KNOWN_MAX_BYTES: u64 = 64 * 1024;

static KNOWN: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// Adds the contents of the files in this folder to the secrets that are taken out wherever they
/// stand. Files that cannot be read are left out.
pub fn know_folder(folder: &Path) {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    for file in files {
        let small = file
            .metadata()
            .is_ok_and(|meta| meta.len() <= KNOWN_MAX_BYTES);
        if let (true, Ok(text)) = (small, fs::read_to_string(file.path())) {
            text.lines().for_each(know);
        }
    }
}

/// Adds one secret to those that are taken out wherever they stand. Shorter than eight bytes: ignored.
pub fn know(secret: &str) {
    let secret = secret.trim();
    if secret.len() < KNOWN_MIN_BYTES {
        return;
    }
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if !known.iter().any(|have| have == secret) {
        known.push(secret.to_owned());
    }
}

/// The text without its secrets.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut spans = scan::spans(text);
    known_spans(text, &mut spans);
    spans.retain(|span| !span.is_empty() && &text[span.clone()] != MARK);
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    spans.sort_unstable_by_key(|span| span.start);
    Cow::Owned(without(text, &spans))
}

fn known_spans(text: &str, spans: &mut Vec<Range<usize>>) {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    for secret in known.iter() {
        let found = text.match_indices(secret.as_str());
        spans.extend(found.map(|(at, found)| at..at + found.len()));
    }
}

/// Spans are sorted by their start; those that touch become one mark.
fn without(text: &str, spans: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut written = 0;
    let mut marked_to = None;
    for span in spans {
        if marked_to.is_some_and(|to| span.start <= to) {
            written = written.max(span.end);
        } else {
            out.push_str(&text[written..span.start]);
            out.push_str(MARK);
            written = span.end;
        }
        marked_to = Some(written);
    }
    out.push_str(&text[written..]);
    out
}

/// Lines of one source, one after another: knows when it is inside a private key that was written line
/// by line, and takes out the lines whole.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    in_key: bool,
}

impl Lines {
    /// The next line without its secrets.
    pub fn next<'a>(&mut self, line: &'a str) -> Cow<'a, str> {
        let was_in_key = self.in_key;
        self.in_key = pem::open_after(line, was_in_key);
        if was_in_key && (self.in_key || pem::ends(line)) {
            return Cow::Borrowed(MARK);
        }
        redact(line)
    }
}

#[cfg(test)]
mod tests;
