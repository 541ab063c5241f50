//! One language's templates and the bounds within which they run.

use std::io::{self, Write};
use std::sync::Arc;

use jiff::tz::TimeZone;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value};

use crate::catalogue::builtin::{self, Words};
use crate::catalogue::{filters, html};
use crate::sections::{Language, Sections};

/// Template instructions that one message may take; the longest built-in list takes some thousands.
const FUEL: u64 = 200_000;
/// Nesting of a template.
const RECURSION_MAX: usize = 20;
/// Bytes of one message; the bot splits or attaches what is over Telegram's own limit.
const MESSAGE_MAX_BYTES: usize = 256 << 10;

/// The template engine of one language.
pub(crate) struct Engine {
    language: Language,
    own: Words,
    emoji: Arc<Words>,
    environment: Environment<'static>,
}

impl Engine {
    pub(crate) fn new(language: Language, sections: &Sections, zone: TimeZone) -> Self {
        let mut emoji = builtin::emoji().clone();
        emoji.extend(sections.emoji.get().clone());
        let emoji = Arc::new(emoji);
        let own = sections.messages.of(language).clone();
        let mut environment = bounded();
        environment.add_global("emoji", Value::from(Serde(&*emoji)));
        filters::add(
            &mut environment,
            &filters::Speech::new(language, own.clone(), Arc::clone(&emoji), zone),
        );
        Self {
            language,
            own,
            emoji,
            environment,
        }
    }

    /// The message in the owner's words, or else the built-in ones. Errors: what the log should say.
    pub(crate) fn render(&self, key: &str, values: &Value) -> Result<String, String> {
        match self.own.get(key) {
            Some(template) => self.fill(key, template, values),
            None => self.render_builtin(key, values),
        }
    }

    /// The message in the built-in words. Errors: what the log should say.
    pub(crate) fn render_builtin(&self, key: &str, values: &Value) -> Result<String, String> {
        let template = builtin::messages(self.language)
            .get(key)
            .ok_or("there is no such message")?;
        self.fill(key, template, values)
    }

    pub(crate) fn emoji(&self, name: &str) -> &str {
        filters::icon(&self.emoji, name)
    }

    #[cfg(test)]
    pub(crate) fn try_template(&self, template: &str, values: &Value) -> Result<String, String> {
        self.fill("test", template, values)
    }

    fn fill(&self, key: &str, template: &str, values: &Value) -> Result<String, String> {
        let mut message = Bounded(Vec::new());
        let compiled = self
            .environment
            .template_from_named_str(key, template)
            .map_err(|e| told(&e))?;
        compiled
            .render_captured_to(values.clone(), &mut message)
            .map_err(|e| told(&e))?;
        let message = String::from_utf8(message.0).map_err(|error| error.to_string())?;
        Ok(message.trim_end().to_owned())
    }
}

/// An environment that reads no files, escapes for Telegram, and stops what runs away.
pub(crate) fn bounded() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(RECURSION_MAX);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(write_escaped);
    environment.set_syntax(syntax());
    // `safe` and its kin would let a log line become markup.
    for name in ["safe", "escape", "e"] {
        environment.remove_filter(name);
    }
    environment
}

/// Tags may stand on lines of their own without leaving blank ones.
fn syntax() -> SyntaxConfig {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .unwrap_or_default()
}

fn write_escaped(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    if value.is_undefined() {
        return minijinja::escape_formatter(out, state, value);
    }
    if value.is_none() {
        return Ok(());
    }
    Ok(out.write_str(&html::escape(&value.to_string()))?)
}

/// The engine's words with the line, and the cause behind it.
pub(crate) fn told(error: &minijinja::Error) -> String {
    let detail = error.detail().map_or_else(
        || error.kind().to_string(),
        |detail| format!("{}: {detail}", error.kind()),
    );
    error
        .line()
        .map_or_else(|| detail.clone(), |line| format!("{detail} (line {line})"))
}

/// A sink that fails once a message is longer than any reader would want.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MESSAGE_MAX_BYTES {
            return Err(io::Error::other("the message is too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
