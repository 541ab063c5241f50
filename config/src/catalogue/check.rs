//! Checks the owner's words when the file is loaded, so that no alert is the first to find a mistake.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use minijinja::Environment;

use crate::catalogue::engine::told;
use crate::catalogue::filters::{self, Speech};
use crate::catalogue::{builtin, engine, html};
use crate::error::hint;
use crate::findings::Findings;
use crate::nearest::nearest;
use crate::sections::{Language, Sections};

/// Characters of one emoji; families and flags have several.
const EMOJI_MAX_CHARS: usize = 32;

/// Adds a problem for each unknown key, unknown placeholder, unknown emoji, syntax error and bad tag.
pub(crate) fn check(sections: &Sections, findings: &mut Findings<'_, '_>) {
    check_emoji(sections, findings);
    for language in Language::ALL.iter().copied() {
        let own = sections.messages.of(language);
        if own.is_empty() {
            continue;
        }
        let environment = environment(language);
        for (key, template) in own {
            let path = ["messages", language.word(), key.as_str()];
            if let Err((line, reason)) = check_message(&environment, language, key, template) {
                findings.line(
                    &path,
                    line,
                    format!("messages.{}.{key}: {reason}", language.word()),
                );
            }
        }
    }
}

fn check_emoji(sections: &Sections, findings: &mut Findings<'_, '_>) {
    for (name, text) in sections.emoji.get() {
        if !builtin::emoji().contains_key(name) {
            let near = nearest(name, builtin::emoji().keys().map(String::as_str));
            findings.line(
                &["emoji", name],
                0,
                format!("there is no emoji `{name}`{}", hint(near)),
            );
        } else if text.chars().count() > EMOJI_MAX_CHARS || text.contains(char::is_control) {
            let reason =
                format!("emoji.{name} takes at most {EMOJI_MAX_CHARS} characters in one line");
            findings.line(&["emoji", name], 0, reason);
        }
    }
}

/// An environment for looking at templates; what it renders is not shown to anybody.
pub(crate) fn environment(language: Language) -> Environment<'static> {
    let mut environment = engine::bounded();
    let emoji = Arc::new(builtin::emoji().clone());
    let speech = Speech::new(
        language,
        builtin::Words::new(),
        emoji,
        jiff::tz::TimeZone::UTC,
    );
    filters::add(&mut environment, &speech);
    environment
}

type Complaint = (usize, String);

fn check_message(
    environment: &Environment<'_>,
    language: Language,
    key: &str,
    template: &str,
) -> Result<(), Complaint> {
    let Some(original) = builtin::messages(language).get(key) else {
        let near = nearest(key, builtin::messages(language).keys().map(String::as_str));
        return Err((0, format!("there is no such message{}", hint(near))));
    };
    let used = placeholders(environment, key, template)?;
    let allowed = placeholders(environment, key, original).unwrap_or_default();
    for name in &used {
        check_placeholder(name, &allowed).map_err(|reason| (line_of(template, name), reason))?;
    }
    check_filters(template)?;
    html::complain(&markup(template)).map_or(Ok(()), Err)
}

/// The names that a template looks up, attributes included. Errors: the engine's complaint.
pub(crate) fn placeholders(
    environment: &Environment<'_>,
    key: &str,
    template: &str,
) -> Result<BTreeSet<String>, Complaint> {
    let compiled = environment.template_from_named_str(key, template);
    let compiled =
        compiled.map_err(|error| (error.line().unwrap_or(1).saturating_sub(1), told(&error)))?;
    Ok(compiled.undeclared_variables(true).into_iter().collect())
}

fn check_placeholder(name: &str, allowed: &BTreeSet<String>) -> Result<(), String> {
    if let Some(emoji) = name.strip_prefix("emoji.") {
        let known = builtin::emoji();
        let near = nearest(emoji, known.keys().map(String::as_str));
        return if known.contains_key(emoji) {
            Ok(())
        } else {
            Err(format!("there is no emoji `{emoji}`{}", hint(near)))
        };
    }
    if name == "emoji" || allowed.contains(name) {
        return Ok(());
    }
    let names = allowed
        .iter()
        .filter(|name| !name.starts_with("emoji"))
        .map(String::as_str);
    let list = names.clone().collect::<Vec<_>>().join(", ");
    Err(match (nearest(name, names), list.is_empty()) {
        (Some(near), _) => format!("there is no placeholder `{name}` here; did you mean `{near}`?"),
        (None, false) => format!("there is no placeholder `{name}` here; there are {list}"),
        (None, true) => format!("there is no placeholder `{name}` here; this message has none"),
    })
}

/// Filters are looked up when a template runs; here they are looked up before.
fn check_filters(template: &str) -> Result<(), Complaint> {
    for tag in tags(template) {
        let code = without_quoted(&template[tag.clone()]);
        for part in code.split('|').skip(1) {
            let name: String = part
                .trim_start()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if !filters::NAMES.contains(&name.as_str()) {
                let near = nearest(&name, filters::NAMES.iter().copied())
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                return Err((
                    line_at(template, tag.start),
                    format!("there is no filter `{name}`{near}"),
                ));
            }
        }
    }
    Ok(())
}

/// The template's own text, each tag replaced by a letter, its line breaks kept.
pub(crate) fn markup(template: &str) -> String {
    let mut text = String::new();
    let mut done = 0;
    for tag in tags(template) {
        text.push_str(&template[done..tag.start]);
        text.push('x');
        text.extend(template[tag.clone()].matches('\n'));
        done = tag.end;
    }
    text + &template[done..]
}

/// Where the `{{ }}`, `{% %}` and `{# #}` of a template stand.
fn tags(template: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = ["{{", "{%", "{#"]
        .iter()
        .filter_map(|open| template[from..].find(open))
        .min()
    {
        let start = from + start;
        let close = match template.as_bytes()[start + 1] {
            b'{' => "}}",
            b'%' => "%}",
            _ => "#}",
        };
        from = template[start..]
            .find(close)
            .map_or(template.len(), |at| start + at + close.len());
        found.push(start..from);
    }
    found
}

/// Code without its string literals, which may hold anything.
fn without_quoted(code: &str) -> String {
    let mut quote = None;
    code.chars()
        .filter(|c| match quote {
            Some(open) => {
                quote = Some(open).filter(|open| open != c);
                false
            }
            None => {
                quote = Some(*c).filter(|c| matches!(c, '"' | '\''));
                quote.is_none()
            }
        })
        .collect()
}

/// The line (from 0) that first names something.
fn line_of(template: &str, name: &str) -> usize {
    template.find(name).map_or(0, |at| line_at(template, at))
}

fn line_at(template: &str, at: usize) -> usize {
    template[..at].matches('\n').count()
}
