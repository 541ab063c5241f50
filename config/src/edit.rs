//! Changing one key in the text of a configuration, all else in it kept as it is: comments, order, blanks.
//!
//! These functions only turn a text into a text; writing the file is the agent's (temp, fsync, rename). The
//! result has gone through the very loader that reads it next time, so a change that is returned can be used.

mod place;
mod typed;

use toml_edit::{Array, DocumentMut, Item, RawString, TableLike, Value};

use crate::config::FILE_MAX_BYTES;
use crate::error::{ConfigError, Problem};
use crate::key::{Key, Kind, key, nearest_key};
use crate::load::load;
use crate::source::Source;

pub use place::changed_lines;

/// What problems of an edited text call it; such a text is in no file yet.
const ORIGIN: &str = "config.toml";

/// Sets a dotted key to a value as a person types it: `on`, lists with commas, text without quotes. Errors:
/// `UnknownKey`, `NotSettable`, `Refused` for the value, `StillInvalid` if the text is wrong elsewhere.
pub fn set(text: &str, name: &str, typed: &str) -> Result<String, ConfigError> {
    place::with_line_ends(text, |text| set_key(text, name, typed))
}

/// Takes a dotted key out of the text, so that its default holds again. A key that is not there is no error.
/// Errors: as for `set`.
pub fn unset(text: &str, name: &str) -> Result<String, ConfigError> {
    place::with_line_ends(text, |text| unset_key(text, name))
}

fn set_key(text: &str, name: &str, typed: &str) -> Result<String, ConfigError> {
    let value = typed::parse(known(name)?, name, typed)?;
    let document = parsed(text)?;
    let (table, leaf) = split(name);
    let changed = if place::has_table(&document, &table) {
        set_in_place(document, &table, leaf, value)
    } else if table.is_empty() {
        place::insert_at_top(text, &place::line(leaf, value))
    } else {
        place::append_table(text, &table, &place::line(leaf, value))
    };
    checked(text, changed)
}

fn unset_key(text: &str, name: &str) -> Result<String, ConfigError> {
    known(name)?;
    let mut document = parsed(text)?;
    let (table, leaf) = split(name);
    let Some(lines) = place::own_lines(text, &table, leaf) else {
        if let Some(entries) = place::table_mut(&mut document, &table) {
            entries.remove(leaf);
        }
        return checked(text, document.to_string());
    };
    checked(
        text,
        format!("{}{}", &text[..lines.start], &text[lines.end..]),
    )
}

/// The key, if one value can be given to it.
fn known(name: &str) -> Result<&'static Key, ConfigError> {
    let unknown = || ConfigError::UnknownKey {
        key: name.to_owned(),
        nearest: nearest_key(name),
    };
    let key = key(name).ok_or_else(unknown)?;
    let instead = match key.kind {
        Kind::Tables { instead, .. } => instead,
        Kind::Words if key.name == name => {
            "name one text in it, like emoji.ok or messages.id.menu-help"
        }
        _ => return Ok(key),
    };
    Err(ConfigError::NotSettable {
        key: name.to_owned(),
        instead,
    })
}

fn parsed(text: &str) -> Result<DocumentMut, ConfigError> {
    text.parse().map_err(|_| {
        let problems = load(Source {
            origin: ORIGIN,
            text,
        })
        .err();
        ConfigError::StillInvalid(problems.unwrap_or_default())
    })
}

/// `messages.id.menu-help` as the table's path and the key in it.
fn split(name: &str) -> (Vec<&str>, &str) {
    let mut table: Vec<&str> = name.split('.').collect();
    let leaf = table.pop().unwrap_or(name);
    (table, leaf)
}

fn set_in_place(mut document: DocumentMut, table: &[&str], leaf: &str, value: Value) -> String {
    if let Some(entries) = place::table_mut(&mut document, table) {
        put(entries, leaf, value);
    }
    document.to_string()
}

/// Gives an entry a new value between the blanks and comments of the old one.
fn put(entries: &mut dyn TableLike, leaf: &str, mut value: Value) {
    match entries.get_mut(leaf) {
        Some(Item::Value(old)) => {
            if let (Value::Array(old), Value::Array(new)) = (&mut *old, &value)
                && merge(old, new)
            {
                return;
            }
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        _ => drop(entries.insert(leaf, Item::Value(value))),
    }
}

/// Turns a list into another one without touching the entries they share, nor their comments. Returns false,
/// with the list as it was, if the order differs.
fn merge(old: &mut Array, new: &Array) -> bool {
    let wanted: Vec<&str> = new.iter().filter_map(Value::as_str).collect();
    let stays = |value: &Value| value.as_str().is_some_and(|text| wanted.contains(&text));
    let kept: Vec<String> = old
        .iter()
        .filter(|value| stays(value))
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    if kept.is_empty() || !wanted.starts_with(&kept.iter().map(String::as_str).collect::<Vec<_>>())
    {
        return false;
    }
    old.retain(|value| stays(value));
    for text in &wanted[kept.len()..] {
        push(old, text);
    }
    true
}

/// Adds an entry on a line of its own if the others have one. A comment behind the last entry stays there.
fn push(list: &mut Array, text: &str) {
    let words = |raw: Option<&RawString>| {
        raw.and_then(RawString::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let last = words(list.iter().last().and_then(|value| value.decor().prefix()));
    let trailing = words(Some(list.trailing()));
    let mut prefix = last
        .rfind('\n')
        .map_or_else(|| " ".to_owned(), |newline| last[newline..].to_owned());
    if trailing.contains('#') {
        prefix = format!("{}{prefix}", trailing.trim_end());
        list.set_trailing("\n");
    }
    let mut value = Value::from(text);
    value.decor_mut().set_prefix(prefix);
    list.push_formatted(value);
}

/// Lets the loader have the last word. Problems that were there before are not the value's fault.
fn checked(before: &str, after: String) -> Result<String, ConfigError> {
    if after.len() as u64 > FILE_MAX_BYTES {
        return Err(ConfigError::Refused(format!(
            "the file would be larger than {FILE_MAX_BYTES} bytes; use a shorter value"
        )));
    }
    let problems = |text| {
        load(Source {
            origin: ORIGIN,
            text,
        })
        .err()
        .unwrap_or_default()
    };
    let found = problems(&after);
    if found.is_empty() {
        return Ok(after);
    }
    let old = problems(before);
    let new = found
        .iter()
        .find(|problem| old.iter().all(|known| known.message() != problem.message()));
    Err(match new {
        Some(problem) => ConfigError::Refused(problem.message().to_owned()),
        None => ConfigError::StillInvalid(found.into_iter().collect::<Vec<Problem>>()),
    })
}
