//! `[notify]`

use serde::{Deserialize, Serialize};

use crate::key::Kind;
use crate::sections::section;
use crate::value::rule::{ClockTime, NoneOrClockTime, minute_of_day};
use crate::value::{Text, choice};

choice! {
    /// What an alert is about.
    EventClass {
        /// A service failed, healed, gave up.
        Units = "units",
        /// A long task ended.
        Jobs = "jobs",
        /// The bot or the agent crashed.
        Crashes = "crashes",
        /// A number of the machine passed its threshold.
        Host = "host",
        /// Somebody tried what is not allowed.
        Security = "security",
        /// Updates wait.
        Packages = "packages",
    }
}

/// A set of classes, in the order of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Classes(Vec<EventClass>);

impl Classes {
    const KIND: Kind = Kind::Choices {
        words: EventClass::WORDS,
    };

    fn given<const N: usize>(classes: [EventClass; N]) -> Self {
        Self(classes.into())
    }

    fn get(&self) -> &[EventClass] {
        &self.0
    }
}

section! {
    /// Which alerts ring. A muted class and quiet hours send silently; nothing is ever dropped.
    Notify = "notify";

    /// Classes that never ring.
    "muted" muted -> &[EventClass]: Classes = [], LIVE, Anyone;
    /// Local time from which nothing rings; "" for no quiet hours.
    "quiet-from" quiet_from -> &str: Text<NoneOrClockTime> = "", LIVE, Anyone;
    /// Local time from which alerts ring again. It has a default of its own, so that each end can be set alone.
    "quiet-to" quiet_to -> &str: Text<ClockTime> = "07:00", LIVE, Anyone;
}

impl Notify {
    /// Whether alerts of the class ring at all.
    pub fn is_muted(&self, class: EventClass) -> bool {
        self.muted.get().contains(&class)
    }

    /// The quiet hours, if they have a beginning.
    pub fn quiet(&self) -> Option<QuietHours> {
        Some(QuietHours {
            from: minute_of_day(self.quiet_from())?,
            to: minute_of_day(self.quiet_to())?,
        })
    }
}

/// A stretch of every day, in minutes since local midnight; it may run over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: u16,
    to: u16,
}

impl QuietHours {
    /// Whether a minute of the day (0 to 1439) lies inside; `from` does, `to` does not.
    pub fn contains(self, minute: u16) -> bool {
        if self.from <= self.to {
            return (self.from..self.to).contains(&minute);
        }
        minute >= self.from || minute < self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_run_over_midnight() {
        let night = QuietHours {
            from: 1_320,
            to: 360,
        };
        assert!(night.contains(1_320) && night.contains(0) && night.contains(359));
        assert!(!night.contains(360) && !night.contains(1_319));
        let noon = QuietHours { from: 720, to: 780 };
        assert!(noon.contains(720) && !noon.contains(780) && !noon.contains(0));
    }
}
