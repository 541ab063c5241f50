//! Collects what is wrong between keys, each at its place in the text.

use toml::de::DeTable;

use crate::error::Problem;
use crate::source::{Source, find};

/// Problems of a text that decoded well.
pub(crate) struct Findings<'a, 'i> {
    source: Source<'a>,
    table: &'a DeTable<'i>,
    problems: Vec<Problem>,
}

impl<'a, 'i> Findings<'a, 'i> {
    pub(crate) fn new(source: Source<'a>, table: &'a DeTable<'i>) -> Self {
        Self {
            source,
            table,
            problems: Vec::new(),
        }
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// A problem with a field of one entry of an array of tables.
    pub(crate) fn item(&mut self, array: &str, index: usize, field: &str, message: String) {
        let path: Vec<&str> = array.split('.').collect();
        let entry = find(self.table, &path)
            .and_then(|value| value.get_ref().as_array())
            .and_then(|items| items.get(index));
        let value = entry
            .and_then(|entry| entry.get_ref().as_table())
            .and_then(|table| table.get(field));
        self.add(value.map_or(0, |value| value.span().start), message);
    }

    /// A problem on a line (from 0) within a text value, as it is written in the file.
    pub(crate) fn line(&mut self, path: &[&str], line: usize, message: String) {
        let start = find(self.table, path).map_or(0, |value| value.span().start);
        let at = if line == 0 {
            start
        } else {
            self.line_start(start, line)
        };
        self.add(at, message);
    }

    /// The offset at which the text's `line`-th line begins. A newline right after the opening quotes of a
    /// multi-line string is not part of it (TOML 1.0, “String”), so there the count starts one line later.
    fn line_start(&self, value: usize, line: usize) -> usize {
        let rest = &self.source.text[value..];
        let trimmed = ["'''", "\"\"\""].iter().any(|quotes| {
            rest.strip_prefix(quotes)
                .is_some_and(|text| text.starts_with('\n') || text.starts_with("\r\n"))
        });
        let mut newlines = rest
            .match_indices('\n')
            .map(|(offset, _)| value + offset + 1);
        newlines
            .nth(line - 1 + usize::from(trimmed))
            .unwrap_or(value)
    }

    fn add(&mut self, at: usize, message: String) {
        self.problems.push(self.source.problem(at, message));
    }
}
