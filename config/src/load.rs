//! From text to checked sections, with every mistake that can be found in one pass.
//!
//! serde stops at the first mistake. So the entry that it stumbled over is taken out of the parsed table and
//! the rest is decoded again, until nothing is left to complain about.

use serde::Deserialize;
use toml::de::{DeTable, Deserializer};

use crate::catalogue;
use crate::error::Problem;
use crate::findings::Findings;
use crate::nearest::nearest;
use crate::sections::Sections;
use crate::source::{Source, Step, dotted, path_at, remove};

/// Mistakes reported for one file; more help nobody.
const PROBLEMS_MAX: usize = 100;

/// Decodes and checks a text. Errors: every problem found, at least one.
pub(crate) fn load(source: Source<'_>) -> Result<Sections, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(source.text);
    if !errors.is_empty() {
        return Err(errors.iter().map(|error| syntax(source, error)).collect());
    }
    let sections = decode(source, &table)?;
    let mut findings = Findings::new(source, table.get_ref());
    sections.admins.check(&mut findings);
    sections.files.check(&mut findings);
    catalogue::check(&sections, &mut findings);
    let problems = findings.into_problems();
    if problems.is_empty() {
        Ok(sections)
    } else {
        Err(problems)
    }
}

fn syntax(source: Source<'_>, error: &toml::de::Error) -> Problem {
    let at = error.span().map_or(0, |span| span.start);
    source.problem(
        at,
        format!(
            "this is not TOML: {}; a line reads `key = value`, a text stands in quotes",
            error.message()
        ),
    )
}

fn decode(
    source: Source<'_>,
    table: &toml::Spanned<DeTable<'_>>,
) -> Result<Sections, Vec<Problem>> {
    let mut left = table.clone();
    let mut problems = Vec::new();
    let mut removed: Vec<Vec<Step>> = Vec::new();
    while problems.len() < PROBLEMS_MAX {
        let error = match Sections::deserialize(Deserializer::from(left.clone())) {
            Ok(sections) if problems.is_empty() => return Ok(sections),
            Ok(_) => break,
            Err(error) => error,
        };
        let at = error.span().map_or(0, |span| span.start);
        let path = path_at(left.get_ref(), at).unwrap_or_default();
        let follows = error.message().starts_with("missing field")
            && removed.iter().any(|gone| gone.starts_with(&path));
        if !follows {
            problems.push(source.problem(at, sentence(&path, error.message())));
        }
        if !remove(left.get_mut(), &path) {
            break;
        }
        removed.push(path);
    }
    Err(problems)
}

/// Turns serde's words into a sentence about the key.
fn sentence(path: &[Step], message: &str) -> String {
    let name = dotted(path);
    let known = quoted(message);
    if message.starts_with("unknown field") {
        return unknown(path, &known);
    }
    if message.starts_with("unknown variant") {
        let (typed, words) = known.split_first().unwrap_or((&"", &[]));
        return format!(
            "{name} takes one of {}, not `{typed}`{}",
            words.join(", "),
            did_you_mean(typed, words)
        );
    }
    if let Some(field) = message.strip_prefix("missing field ") {
        return format!(
            "{name} needs a {field} too; add `{} = …` to the entry",
            field.trim_matches('`')
        );
    }
    match message.split_once(", expected ") {
        Some((got, expected)) => {
            let got = got
                .trim_start_matches("invalid type: ")
                .trim_start_matches("invalid value: ");
            format!("{name} takes {}, not {got}", takes(expected))
        }
        None => format!("{name}: {}", message.trim_end()),
    }
}

/// serde's names of types, in words.
fn takes(expected: &str) -> &str {
    match expected {
        "a string" | "string" => "a text in quotes",
        "a sequence" => "a list in brackets",
        "i64" => "a whole number",
        "a map" => "a table of `key = \"text\"` lines",
        expected if expected.starts_with("struct ") => {
            "a table; write its name in brackets on a line of its own"
        }
        expected => expected.trim_end(),
    }
}

fn unknown(path: &[Step], known: &[&str]) -> String {
    let typed = known.first().copied().unwrap_or_default();
    let keys = known.get(1..).unwrap_or_default();
    let place = match path.split_last() {
        Some((_, table)) if !table.is_empty() => format!("[{}]", dotted(table)),
        _ => "this file".to_owned(),
    };
    let suggestion = did_you_mean(typed, keys);
    if suggestion.is_empty() {
        return format!("{place} has no key `{typed}`; it has {}", keys.join(", "));
    }
    format!("{place} has no key `{typed}`{suggestion}")
}

fn did_you_mean(typed: &str, words: &[&str]) -> String {
    nearest(typed, words.iter().copied())
        .map_or_else(String::new, |word| format!("; did you mean `{word}`?"))
}

/// The words that a message of serde puts between backquotes.
fn quoted(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}
