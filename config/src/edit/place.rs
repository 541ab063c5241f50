//! Where in the text a key belongs.

use std::ops::Range;

use toml::de::DeTable;
use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use crate::source::find;

/// Runs a change on text with `\n` line ends, which is all that toml_edit writes, and gives files from
/// Windows their own back.
pub(super) fn with_line_ends<E>(
    text: &str,
    change: impl FnOnce(&str) -> Result<String, E>,
) -> Result<String, E> {
    let pairs = text.matches("\r\n").count();
    if pairs == 0 || pairs != text.matches('\n').count() {
        return change(text);
    }
    change(&text.replace("\r\n", "\n")).map(|changed| changed.replace('\n', "\r\n"))
}

/// Whether the text gives the table a body to write into. One that exists only through `[[files.extra]]` or
/// `[messages.en]` beneath it has none. The root has one if any key already stands in it.
pub(super) fn has_table(document: &DocumentMut, path: &[&str]) -> bool {
    if path.is_empty() {
        return document.as_table().iter().any(|(_, item)| item.is_value());
    }
    let item = path
        .iter()
        .try_fold(document.as_item(), |item, part| item.get(part));
    item.is_some_and(|item| match item {
        Item::Table(table) => !table.is_implicit() || table.is_dotted(),
        item => item.is_table_like(),
    })
}

/// The table at a path.
pub(super) fn table_mut<'d>(
    document: &'d mut DocumentMut,
    path: &[&str],
) -> Option<&'d mut dyn TableLike> {
    let item = path
        .iter()
        .try_fold(document.as_item_mut(), |item, part| item.get_mut(part));
    item?.as_table_like_mut()
}

/// A `key = value` line.
pub(super) fn line(leaf: &str, value: Value) -> String {
    let mut table = Table::new();
    table.insert(leaf, Item::Value(value));
    table.to_string()
}

/// A new table goes to the end, below whatever comments stand there.
pub(super) fn append_table(text: &str, path: &[&str], line: &str) -> String {
    let gap = match text {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    format!("{text}{gap}[{}]\n{line}", path.join("."))
}

/// The first key above all tables goes below the file's opening comment, and above the comment of the first
/// table where a blank line parts the two.
pub(super) fn insert_at_top(text: &str, line: &str) -> String {
    let mut words_start = 0;
    let mut at = 0;
    for row in text.split_inclusive('\n') {
        match row.trim() {
            "" => words_start = at + row.len(),
            words if words.starts_with('#') => {}
            _ => {
                let opening = text[..words_start].trim().is_empty();
                let place = if opening { at } else { words_start };
                return format!("{}{line}\n{}", &text[..place], &text[place..]);
            }
        }
        at += row.len();
    }
    let gap = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{text}{gap}{line}")
}

/// The bytes of the lines that an entry has to itself, its line end included; `None` if it is not in the text
/// or shares its line with others, as in `{ a = 1, b = 2 }`.
pub(super) fn own_lines(text: &str, table: &[&str], leaf: &str) -> Option<Range<usize>> {
    let document = DeTable::parse(text).ok()?;
    let entries = match table {
        [] => document.get_ref(),
        path => find(document.get_ref(), path)?.get_ref().as_table()?,
    };
    let (key, value) = entries.get_key_value(leaf)?;
    let start = text[..key.span().start]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    let alone = text[start..key.span().start].trim().is_empty();
    let end = text[value.span().end..]
        .find('\n')
        .map_or(text.len(), |newline| value.span().end + newline + 1);
    alone.then_some(start..end)
}

/// The lines in which two texts differ, the way `diff` marks them: `-` gone, `+` new. Lines at both ends that
/// are the same are left out.
pub fn changed_lines(before: &str, after: &str) -> String {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let shorter = old.len().min(new.len()) - head;
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(shorter)
        .take_while(|(a, b)| a == b)
        .count();
    let gone = old[head..old.len() - tail]
        .iter()
        .map(|line| format!("- {line}\n"));
    let come = new[head..new.len() - tail]
        .iter()
        .map(|line| format!("+ {line}\n"));
    gone.chain(come).collect()
}
