//! The one place that prints: tables for people, JSON for programs, trouble on stderr.
#![allow(clippy::print_stdout, reason = "this is where potionctl prints")]

use std::io::Write;

use serde::Serialize;

use crate::trouble::Trouble;

/// How results are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// One JSON value instead of text.
    pub(crate) json: bool,
}

impl Output {
    /// Shows `value`: as JSON, or as the text that `people` makes of it.
    pub(crate) fn show<T: Serialize>(
        self,
        value: &T,
        people: impl FnOnce(&T) -> String,
    ) -> Result<(), Trouble> {
        if self.json {
            let line = serde_json::to_string(value).map_err(std::io::Error::other)?;
            print(&format!("{line}\n"))
        } else {
            let text = people(value);
            print(&if text.ends_with('\n') || text.is_empty() {
                text
            } else {
                text + "\n"
            })
        }
    }

    /// Says a sentence to people; programs get `value`.
    pub(crate) fn say<T: Serialize>(self, value: &T, sentence: &str) -> Result<(), Trouble> {
        self.show(value, |_| sentence.to_owned())
    }
}

/// Writes to stdout; a reader that went away (`| head`) is no trouble.
pub(crate) fn print(text: &str) -> Result<(), Trouble> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Trouble, on stderr.
pub(crate) fn complain(trouble: &Trouble) {
    eprintln!("potionctl: {trouble}");
}

/// A note that is not the result, on stderr.
pub(crate) fn note(text: &str) {
    eprintln!("{text}");
}

/// Rows under a header, columns aligned by character count; the last column is left ragged.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let header = header.iter().map(|cell| (*cell).to_owned()).collect();
    std::iter::once(&header)
        .chain(rows)
        .map(|row| line(row, &widths))
        .collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells: Vec<String> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{:<width$}", clean(cell)))
        .collect();
    format!("{}\n", cells.join("  ").trim_end())
}

/// `name: value` lines, aligned.
pub(crate) fn fields(pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let line = |(name, value): &(&str, String)| format!("{name:>width$}: {}\n", clean(value));
    pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(line)
        .collect()
}

/// Control characters could drive the terminal; line ends would break a table.
fn clean(cell: &str) -> String {
    cell.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// Text of many lines that others wrote, safe for a terminal.
pub(crate) fn safe(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\n' && c != '\t' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

/// Bytes as people read them, in powers of 1024.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if count < 1024 {
        return format!("{count} B");
    }
    #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
    let mut value = count as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// A plain word for a kebab-case wire enum.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(serde_json::Value::Object(map)) => map.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_nothing_trails() {
        let rows = vec![
            vec!["nginx.service".into(), "active".into()],
            vec!["a".into(), String::new()],
        ];
        assert_eq!(
            table(&["UNIT", "STATE"], &rows),
            "UNIT           STATE\nnginx.service  active\na\n"
        );
    }

    #[test]
    fn a_cell_cannot_drive_the_terminal() {
        assert_eq!(
            table(&["A"], &[vec!["\u{1b}[2J\nx".into()]]),
            "A\n\u{fffd}[2J\u{fffd}x\n"
        );
    }

    #[test]
    fn bytes_have_units() {
        assert_eq!(bytes(512), "512 B");
        assert_eq!(bytes(4_509_715_661), "4.2 GiB");
    }

    #[test]
    fn enums_are_their_wire_words() {
        assert_eq!(
            word(&potion_proto::units::Verdict::StartLimit),
            "start-limit"
        );
    }
}
