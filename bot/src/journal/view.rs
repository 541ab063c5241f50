//! Which lines somebody looks at.

use potion_proto::journal::{Filter, Priority};
use potion_proto::names::UnitName;
use potion_proto::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::now_ms;
use crate::words::{Words, with};

/// Bytes of a text to look for, as [`Filter::text`] takes them.
const TEXT_MAX_BYTES: usize = 200;
const HOUR_MS: i64 = 3_600_000;

/// Which lines; without a unit, everybody's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct View {
    pub(crate) unit: Option<UnitName>,
    pub(crate) priority: Option<Priority>,
    /// Not older than so many hours.
    pub(crate) hours: Option<u32>,
    pub(crate) text: Option<String>,
}

impl View {
    /// All lines of a unit.
    pub(crate) fn of(unit: UnitName) -> Self {
        Self {
            unit: Some(unit),
            ..Self::default()
        }
    }

    /// The same, holding this text; None when it is too long. Nothing means any text.
    pub(crate) fn searching(&self, text: &str) -> Option<Self> {
        let text = text.trim();
        let wanted = (!text.is_empty()).then(|| text.to_owned());
        (text.len() <= TEXT_MAX_BYTES).then(|| Self {
            text: wanted,
            ..self.clone()
        })
    }

    /// What the agent is asked for.
    pub(crate) fn filter(&self) -> Filter {
        let since = self
            .hours
            .map(|hours| Timestamp(now_ms() - i64::from(hours) * HOUR_MS));
        Filter {
            unit: self.unit.clone(),
            priority: self.priority,
            since,
            until: None,
            text: self.text.clone(),
        }
    }

    /// The unit's name; empty for everybody's lines.
    pub(crate) fn unit_name(&self) -> &str {
        self.unit.as_ref().map_or("", |unit| unit.as_str())
    }

    /// What is filtered by, in words; empty when nothing is.
    pub(crate) fn said(&self, words: &Words) -> String {
        let priority = self
            .priority
            .and_then(priority_key)
            .map(|key| words.label(key));
        let hours = self
            .hours
            .map(|hours| words.plain("logs-filter-hours", with([("hours", hours)])));
        let text = self
            .text
            .as_ref()
            .map(|text| words.plain("logs-filter-text", with([("text", text)])));
        priority
            .into_iter()
            .chain(hours)
            .chain(text)
            .collect::<Vec<_>>()
            .join(" · ")
    }
}

fn priority_key(priority: Priority) -> Option<&'static str> {
    match priority {
        Priority::Emerg | Priority::Alert | Priority::Crit | Priority::Err => {
            Some("logs-filter-errors")
        }
        Priority::Warning => Some("logs-filter-warnings"),
        Priority::Notice | Priority::Info | Priority::Debug => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{english, unit_name};

    #[test]
    fn a_text_that_the_agent_would_refuse_is_refused_here() {
        let view = View::of(unit_name("nginx.service"));
        assert_eq!(view.searching(&"x".repeat(201)), None);
        assert_eq!(
            view.searching(" bind() ").and_then(|view| view.text),
            Some("bind()".to_owned())
        );
        assert_eq!(view.searching("  ").map(|view| view.text), Some(None));
    }

    #[test]
    fn what_is_filtered_by_is_said() {
        let view = View {
            priority: Some(Priority::Err),
            hours: Some(24),
            text: Some("bind".to_owned()),
            unit: None,
        };
        let said = view.said(&english());
        assert!(
            said.contains("24") && said.contains("bind") && said.contains(" · "),
            "{said}"
        );
        assert_eq!(View::default().said(&english()), "");
    }
}
