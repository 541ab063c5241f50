//! What a person types for a value, as a TOML value of the key's kind.

use toml_edit::{Array, Value};

use crate::error::ConfigError;
use crate::key::{Key, Kind};

/// Reads a typed value. Bounds and rules are left to the loader, which knows them.
pub(super) fn parse(key: &Key, name: &str, typed: &str) -> Result<Value, ConfigError> {
    let refused = || ConfigError::Refused(format!("{name} takes {}", key.kind));
    match key.kind {
        Kind::Whole { .. } => typed
            .trim()
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| refused()),
        Kind::Decimal { .. } => decimal(typed).map(Value::from).ok_or_else(refused),
        Kind::List { .. } | Kind::Choices { .. } => {
            list(typed).map(Value::Array).ok_or_else(refused)
        }
        Kind::Choice { .. } => Ok(Value::from(typed.trim())),
        Kind::Text { .. } | Kind::Words | Kind::Tables { .. } => Ok(Value::from(typed)),
    }
}

/// A decimal with a point or, as half the world writes it, a comma.
fn decimal(typed: &str) -> Option<f64> {
    typed
        .trim()
        .replace(',', ".")
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

/// `a, b` or, from those who know the file, `["a", "b"]`. Nothing is the empty list.
fn list(typed: &str) -> Option<Array> {
    let typed = typed.trim();
    if typed.starts_with('[') {
        return typed.parse::<Value>().ok()?.as_array().cloned();
    }
    Some(
        typed
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .collect(),
    )
}
