//! An entry as a line that may leave: redacted, clean, cut.

use std::collections::HashMap;

use potion_proto::journal::{Cursor, Line, Priority};
use potion_proto::time::Timestamp;

use super::clean::{clean, cut};
use super::export::Entry;
use super::port::Cut;
use crate::redactor;

/// The scope that systemd itself runs in, and so the only one whose `UNIT=` is to be believed.
const INIT: &str = "init.scope";
const NAME_MAX_CHARS: usize = 128;

/// Turns entries into lines, oldest first. A private key that a program logged line by line is known as one.
pub(super) struct Writer {
    cut: Cut,
    sources: HashMap<(String, Option<u32>), redactor::Lines>,
}

impl Writer {
    pub(super) fn new(cut: Cut) -> Self {
        Self {
            cut,
            sources: HashMap::new(),
        }
    }

    pub(super) fn write(&mut self, entry: Entry) -> Line {
        let unit = name(unit(&entry));
        let source = name(entry.identifier.or(entry.command).unwrap_or_default());
        let raw = entry.message.unwrap_or_default();
        let raw = String::from_utf8_lossy(&raw);
        let redactor = self.sources.entry((source.clone(), entry.pid)).or_default();
        let (message, cut) = cut(clean(&redactor.next(&raw)), self.cut.line_max_chars);
        Line {
            at: Timestamp::from_micros(entry.at.unwrap_or_default()),
            priority: entry.priority.and_then(priority),
            unit,
            source,
            pid: entry.pid,
            message,
            cut: cut || entry.cut,
        }
    }
}

/// The entry's cursor, if journald wrote it.
pub(super) fn cursor(entry: &Entry) -> Option<Cursor> {
    Cursor::try_from(entry.cursor.clone()?).ok()
}

fn unit(entry: &Entry) -> String {
    let own = entry.systemd_unit.clone().unwrap_or_default();
    match &entry.about_unit {
        Some(about) if own == INIT => about.clone(),
        _ => own,
    }
}

/// Programs choose what they are called.
fn name(word: String) -> String {
    cut(clean(&redactor::redact(&word)), NAME_MAX_CHARS).0
}

fn priority(number: u8) -> Option<Priority> {
    Some(match number {
        0 => Priority::Emerg,
        1 => Priority::Alert,
        2 => Priority::Crit,
        3 => Priority::Err,
        4 => Priority::Warning,
        5 => Priority::Notice,
        6 => Priority::Info,
        7 => Priority::Debug,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use super::*;

    fn written(entry: Entry) -> Line {
        Writer::new(Cut { line_max_chars: 20 }).write(entry)
    }

    fn saying(message: &[u8]) -> Entry {
        Entry {
            message: Some(message.to_vec()),
            at: Some(1_500_000),
            ..Entry::default()
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_are_shown_as_such() {
        let line = written(saying(b"a\xffb"));
        assert_eq!(
            (line.message.as_str(), line.cut, line.at),
            ("a\u{fffd}b", false, Timestamp(1500))
        );
    }

    #[test]
    fn a_long_line_is_cut_and_says_so() {
        let line = written(saying(&[b'x'; 30]));
        assert_eq!((line.message.len(), line.cut), (20, true));
    }

    #[test]
    fn a_secret_is_taken_out_before_the_cut() {
        let line = written(saying(b"long words: password=hunter2hunter2hunter2"));
        assert!(!line.message.contains("hunter2"), "{}", line.message);
    }

    #[test]
    fn only_systemd_itself_speaks_about_other_units() {
        let about = |own: &str| Entry {
            systemd_unit: Some(own.to_owned()),
            about_unit: Some("nginx.service".to_owned()),
            ..saying(b"x")
        };
        assert_eq!(written(about("init.scope")).unit, "nginx.service");
        assert_eq!(written(about("liar.service")).unit, "liar.service");
    }

    #[test]
    fn a_priority_that_is_none_is_none() {
        let odd = Entry {
            priority: Some(9),
            ..saying(b"x")
        };
        assert_eq!(written(odd).priority, None);
        assert_eq!(written(saying(b"x")).priority, None);
    }
}
