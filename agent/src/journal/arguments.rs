//! What journalctl is asked, as an argument array.
//!
//! Every word of a caller's stands behind a `--option=` of its own, so none can become an option. Two options are
//! avoided for what was seen: `--after-cursor` loses a line when the cursor's own does not pass the filter (252), so the
//! cursor's line is asked for and dropped; `-n` with `--since` counts from the front (252), so pages of the newest are
//! read backwards.

use std::path::Path;

use potion_proto::journal::{Cursor, Filter, Priority};
use potion_proto::time::Timestamp;

use super::port::JournalError;
use crate::exec::Tool;

const JOURNALCTL: &str = "/usr/bin/journalctl";
/// All that a line is made of; `-o export` adds cursor and time.
const FIELDS: &str =
    "--output-fields=MESSAGE,PRIORITY,_SYSTEMD_UNIT,UNIT,SYSLOG_IDENTIFIER,_COMM,_PID";
/// A text to look for, in bytes.
const TEXT_MAX_BYTES: usize = 200;

/// Which way, and from where.
#[derive(Clone, Copy, Debug)]
pub(super) enum Start<'a> {
    /// Backwards from the newest.
    Newest,
    /// Backwards from this line, itself included.
    Down(&'a Cursor),
    /// Forwards from this line, itself included.
    Up(&'a Cursor),
}

/// journalctl with what holds for every use; `folder` is another machine's journal.
pub(super) fn journalctl(folder: Option<&Path>) -> Tool {
    let tool = Tool::new(JOURNALCTL).args(["--quiet", "--no-pager"]);
    match folder {
        Some(folder) => tool.arg(format!("--directory={}", folder.display())),
        None => tool,
    }
}

/// At most `lines` entries in export format.
pub(super) fn entries(
    tool: Tool,
    filter: &Filter,
    from: Start<'_>,
    lines: usize,
) -> Result<Tool, JournalError> {
    let tool = place(matching(tool, filter)?, filter, from);
    Ok(tool
        .args(["--output=export", FIELDS])
        .arg(format!("--lines={lines}")))
}

/// Entries as they come, from the cursor on, or from now. `--merge` keeps `--follow` from asking for the running
/// boot alone (seen on 252): behind `ProtectKernelTunables=` in a container, the boot's id reads as the host's.
pub(super) fn following(
    tool: Tool,
    filter: &Filter,
    from: Option<&Cursor>,
) -> Result<Tool, JournalError> {
    let tool = matching(tool, filter)?.args([
        "--follow",
        "--merge",
        "--output=export",
        "--output-fields=_PID",
    ]);
    Ok(match from {
        Some(cursor) => tool.args([
            "--no-tail".to_owned(),
            format!("--cursor={}", cursor.as_str()),
        ]),
        None => tool.arg("--lines=0"),
    })
}

/// Cursors alone of the newest `lines`, newest first.
pub(super) fn cursors(tool: Tool, filter: &Filter, lines: usize) -> Result<Tool, JournalError> {
    let tool = place(matching(tool, filter)?, filter, Start::Newest);
    let tool = tool.args(["--output=export", "--output-fields=_PID"]);
    Ok(tool.arg(format!("--lines={lines}")))
}

/// Lines of text for a file, oldest first, from the cursor on.
pub(super) fn text(tool: Tool, filter: &Filter, from: &Cursor) -> Result<Tool, JournalError> {
    let tool = place(matching(tool, filter)?, filter, Start::Up(from));
    Ok(tool.args(["--output=short-iso", "--all", "--no-hostname"]))
}

fn matching(mut tool: Tool, filter: &Filter) -> Result<Tool, JournalError> {
    if let Some(unit) = &filter.unit {
        tool = tool.arg(format!("--unit={unit}"));
    }
    if let Some(priority) = filter.priority {
        tool = tool.arg(format!("--priority={}", number(priority)));
    }
    match &filter.text {
        Some(text) => {
            let pattern = format!("--grep={}", literally(text)?);
            Ok(tool.args([pattern.as_str(), "--case-sensitive=no"]))
        }
        None => Ok(tool),
    }
}

/// A cursor and `--since` exclude each other; the reader of a backwards page stops at `since` itself.
fn place(mut tool: Tool, filter: &Filter, from: Start<'_>) -> Tool {
    let (cursor, backwards) = match from {
        Start::Newest => (None, true),
        Start::Down(cursor) => (Some(cursor), true),
        Start::Up(cursor) => (Some(cursor), false),
    };
    if let Some(cursor) = cursor {
        tool = tool.arg(format!("--cursor={}", cursor.as_str()));
    } else if let Some(since) = filter.since {
        tool = tool.arg(format!("--since={}", at(since)));
    }
    if let Some(until) = filter.until.filter(|_| !matches!(from, Start::Down(_))) {
        tool = tool.arg(format!("--until={}", at(until)));
    }
    if backwards {
        tool.arg("--reverse")
    } else {
        tool
    }
}

/// Unix time by `systemd.time(7)`; what is before 1970 is its beginning.
fn at(time: Timestamp) -> String {
    let millis = time.0.max(0);
    format!("@{}.{:03}", millis / 1000, millis % 1000)
}

/// syslog's number of a priority.
pub(super) fn number(priority: Priority) -> u8 {
    match priority {
        Priority::Emerg => 0,
        Priority::Alert => 1,
        Priority::Crit => 2,
        Priority::Err => 3,
        Priority::Warning => 4,
        Priority::Notice => 5,
        Priority::Info => 6,
        Priority::Debug => 7,
    }
}

/// A pattern of `pcre2pattern(3)` that stands for just this text.
fn literally(text: &str) -> Result<String, JournalError> {
    if text.is_empty() || text.len() > TEXT_MAX_BYTES || text.contains(['\0', '\n']) {
        return Err(JournalError::Text);
    }
    let mut pattern = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        if letter.is_ascii() && !letter.is_ascii_alphanumeric() {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    Ok(pattern)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use potion_proto::names::UnitName;
    use proptest::prelude::*;

    use super::*;

    fn said(tool: &Tool) -> Vec<String> {
        let word = |word: &std::ffi::OsString| word.to_str().unwrap().to_owned();
        tool.arguments().iter().map(word).collect()
    }

    fn cursor() -> Cursor {
        Cursor::try_from("s=ab;i=1".to_owned()).unwrap()
    }

    #[test]
    fn a_page_of_the_newest_is_read_backwards_within_its_times() {
        let filter = Filter {
            unit: Some(UnitName::new("nginx.service").unwrap()),
            priority: Some(Priority::Err),
            since: Some(Timestamp(1_700_000_000_123)),
            until: Some(Timestamp(-5)),
            text: None,
        };
        let said = said(&entries(journalctl(None), &filter, Start::Newest, 51).unwrap());
        for word in [
            "--unit=nginx.service",
            "--priority=3",
            "--since=@1700000000.123",
            "--until=@0.000",
            "--reverse",
            "--lines=51",
        ] {
            assert!(said.contains(&word.to_owned()), "{word} in {said:?}");
        }
    }

    #[test]
    fn a_cursor_takes_the_place_of_since() {
        let filter = Filter {
            since: Some(Timestamp(5)),
            until: Some(Timestamp(9)),
            ..Filter::default()
        };
        let down = said(&entries(journalctl(None), &filter, Start::Down(&cursor()), 5).unwrap());
        assert!(down.contains(&"--cursor=s=ab;i=1".to_owned()));
        assert!(
            !down
                .iter()
                .any(|word| word.starts_with("--since") || word.starts_with("--until"))
        );
        let up = said(&entries(journalctl(None), &filter, Start::Up(&cursor()), 5).unwrap());
        assert!(up.contains(&"--until=@0.009".to_owned()) && !up.contains(&"--reverse".to_owned()));
    }

    #[test]
    fn a_text_that_no_line_can_hold_is_refused() {
        for text in ["", "a\nb", "a\0b", &"x".repeat(201)] {
            assert!(literally(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_pattern_in_the_text_stands_for_itself() {
        assert_eq!(literally("a.*[b]\\E").unwrap(), "a\\.\\*\\[b\\]\\\\E");
        assert_eq!(literally("größe 5").unwrap(), "größe\\ 5");
    }

    proptest! {
        #[test]
        fn no_text_becomes_an_option(text in "[^\0\n]{1,50}") {
            let filter = Filter { text: Some(text), ..Filter::default() };
            let plain = said(&entries(journalctl(None), &Filter::default(), Start::Newest, 5).unwrap());
            let asked = said(&entries(journalctl(None), &filter, Start::Newest, 5).unwrap());
            let added = asked.iter().filter(|word| !plain.contains(word)).collect::<Vec<_>>();
            prop_assert_eq!(added.len(), 2);
            prop_assert!(added[0].starts_with("--grep=") && added[1] == "--case-sensitive=no");
        }
    }
}
