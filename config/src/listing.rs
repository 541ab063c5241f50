//! The listing: every key with its default and what it is for, all of it commented out.
//!
//! It is made from the table of keys and the catalogues, so that it cannot fall behind. `config.toml` beside
//! this crate is its copy to read and to install; `tests/listing.rs` compares the two. Lines that begin with
//! `# ` are words; a line that begins with `#` and anything else is TOML once that `#` is gone.

use crate::catalogue::{builtin_emoji, builtin_messages};
use crate::config::Config;
use crate::key::{Applies, Key, Kind, Scope};
use crate::sections::{Language, Section, TABLE};

const HEAD: &str = "\
# Potion Server: every setting, message and emoji with its default.
#
# This file is for reading. Write what you want to change into /etc/potion/config.toml, or let
# `sudo potionctl config set KEY VALUE` write it; `potionctl config check` tells whether it is right.
# To use a line from here, copy it without its leading # below the [section] it stands in.
# (local) marks keys that only root on the machine changes; the bot refuses to.
";

/// Characters in a line of words, its `# ` included.
const WIDTH: usize = 110;

/// The text of `config.toml`.
pub fn listing() -> String {
    let sections: String = TABLE.iter().map(section).collect();
    format!("{HEAD}{sections}")
}

fn section(section: &Section) -> String {
    let about = if section.doc.is_empty() {
        String::new()
    } else {
        words(section.doc)
    };
    let header = match section.table {
        "" | "admins" | "messages" => String::new(),
        table => format!("#[{table}]\n"),
    };
    let entries: String = section
        .keys
        .iter()
        .map(|key| entry(section.table, key))
        .collect();
    format!("\n{about}{header}{entries}")
}

fn entry(table: &str, key: &Key) -> String {
    let about = words(&about(key));
    match key.kind {
        Kind::Tables { example, .. } => format!("{about}{example}"),
        Kind::Words => format!("{about}{}", vocabulary(key.name)),
        _ => {
            let short = key
                .name
                .strip_prefix(table)
                .unwrap_or(key.name)
                .trim_start_matches('.');
            format!(
                "{about}#{short} = {}\n",
                Config::default().value(key.name).unwrap_or_default()
            )
        }
    }
}

/// What a key is for, what it takes, and what a change needs.
fn about(key: &Key) -> String {
    let takes = match key.kind {
        Kind::Tables { .. } | Kind::Words => String::new(),
        kind => format!(" Takes {kind}."),
    };
    let applies = match key.applies {
        Applies::Live => String::new(),
        Applies::Restart(unit) => format!(" Restart {unit} afterwards."),
    };
    let local = if key.scope == Scope::Local {
        " (local)"
    } else {
        ""
    };
    format!("{}{takes}{applies}{local}", key.doc)
}

fn vocabulary(table: &str) -> String {
    match table {
        "messages.id" => format!("#[messages.id]\n{}", pairs(builtin_messages(Language::Id))),
        "messages.en" => format!("#[messages.en]\n{}", pairs(builtin_messages(Language::En))),
        _ => pairs(builtin_emoji()),
    }
}

fn pairs<'a>(entries: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
    let line = |(key, text): (&String, &String)| {
        let pair = format!("{key} = {}", toml::Value::String(text.clone()));
        pair.lines()
            .map(|line| format!("#{line}\n"))
            .collect::<String>()
    };
    entries.into_iter().map(line).collect()
}

/// Breaks a text into comment lines.
fn words(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    format!("{lines}{line}\n")
}
