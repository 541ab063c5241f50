//! The text of a configuration and where in it things stand.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::Problem;

/// A configuration text and the name that errors call it by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) origin: &'a str,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    /// A problem at a byte offset of the text.
    pub(crate) fn problem(&self, at: usize, message: String) -> Problem {
        let (line, column) = self.place(at);
        Problem {
            origin: self.origin.to_owned(),
            line,
            column,
            message,
        }
    }

    /// Line and column (characters), both from 1, of a byte offset.
    fn place(&self, at: usize) -> (usize, usize) {
        let mut end = at.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }
}

/// One step from the top of a file to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// Writes steps as people do: `admins[2].role`, counted from 1.
pub(crate) fn dotted(path: &[Step]) -> String {
    let mut name = String::new();
    for step in path {
        match step {
            Step::Key(key) if name.is_empty() => name.push_str(key),
            Step::Key(key) => name.push_str(&format!(".{key}")),
            Step::Index(index) => name.push_str(&format!("[{}]", index + 1)),
        }
    }
    name
}

/// The innermost entry whose key or value covers the offset. Tables made by headers do not cover their
/// entries' bytes, so every entry is looked at.
pub(crate) fn path_at(table: &DeTable<'_>, at: usize) -> Option<Vec<Step>> {
    let mut best = None;
    let mut path = Vec::new();
    search_table(table, at, &mut path, &mut best);
    best.map(|(_, path)| path)
}

type Best = Option<(usize, Vec<Step>)>;

fn search_table(table: &DeTable<'_>, at: usize, path: &mut Vec<Step>, best: &mut Best) {
    for (key, value) in table {
        path.push(Step::Key(key.get_ref().to_string()));
        offer(key.span(), at, path, best);
        search_value(value, at, path, best);
        path.pop();
    }
}

fn search_value(value: &Spanned<DeValue<'_>>, at: usize, path: &mut Vec<Step>, best: &mut Best) {
    offer(value.span(), at, path, best);
    match value.get_ref() {
        DeValue::Table(table) => search_table(table, at, path, best),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Index(index));
                search_value(item, at, path, best);
                path.pop();
            }
        }
        _ => {}
    }
}

fn offer(span: Range<usize>, at: usize, path: &[Step], best: &mut Best) {
    let covers = span.contains(&at) || span.start == at;
    if covers
        && best
            .as_ref()
            .is_none_or(|(length, _)| span.len() <= *length)
    {
        *best = Some((span.len(), path.to_vec()));
    }
}

/// Takes the entry at the path out of the table. An item of a list of plain values takes the list along,
/// for a shorter list means something else. Returns whether anything was there.
pub(crate) fn remove(table: &mut DeTable<'_>, path: &[Step]) -> bool {
    let Some((Step::Key(key), rest)) = path.split_first() else {
        return false;
    };
    let removed_inside = table
        .get_mut(key.as_str())
        .is_some_and(|value| remove_in(value, rest));
    removed_inside || table.remove(key.as_str()).is_some()
}

fn remove_in(value: &mut Spanned<DeValue<'_>>, path: &[Step]) -> bool {
    match (value.get_mut(), path.split_first()) {
        (DeValue::Table(table), Some(_)) => remove(table, path),
        (DeValue::Array(items), Some((Step::Index(index), rest))) => items
            .get_mut(*index)
            .is_some_and(|item| remove_in(item, rest)),
        _ => false,
    }
}

/// The value that stands at a dotted name, with its place in the text.
pub(crate) fn find<'t, 'i>(
    table: &'t DeTable<'i>,
    path: &[&str],
) -> Option<&'t Spanned<DeValue<'i>>> {
    let (first, rest) = path.split_first()?;
    let value = table.get(*first)?;
    if rest.is_empty() {
        return Some(value);
    }
    find(value.get_ref().as_table()?, rest)
}
