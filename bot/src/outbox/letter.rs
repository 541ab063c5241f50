//! A letter to one admin, before it is put into words.

use potion_config::EventClass;
use potion_proto::events::{Class, Event, News};
use potion_proto::incidents::Phase;
use serde::{Deserialize, Serialize};

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Letter {
    /// An event of the agent's.
    Event(Box<Event>),
    /// The agent has not answered since then (Unix milliseconds).
    AgentGone { since: i64 },
    /// It answers again.
    AgentBack { since: i64 },
    /// Another program polls with the same token.
    Conflict,
    /// It does so no more.
    ConflictOver,
    /// The old message of something that has a newer one below.
    Pointer { message: i32, about: Box<Event> },
}

impl Letter {
    /// What it is about, for things that have one live message.
    pub(super) fn key(&self) -> Option<String> {
        match self {
            Self::Event(event) => of_news(&event.news),
            Self::AgentGone { .. } | Self::AgentBack { .. } => Some("agent".to_owned()),
            Self::Conflict | Self::ConflictOver => Some("conflict".to_owned()),
            Self::Pointer { .. } => None,
        }
    }

    /// Where it stands; compared with where the live message stood.
    pub(super) fn stage(&self) -> &'static str {
        match self {
            Self::Event(event) => stage_of_news(&event.news),
            Self::AgentGone { .. } | Self::Conflict => "failed",
            Self::AgentBack { .. } | Self::ConflictOver => "healed",
            Self::Pointer { .. } => "",
        }
    }

    /// Goes out before others.
    pub(super) fn is_urgent(&self) -> bool {
        self.stage() == "gave-up"
    }

    /// Whether it must make itself heard as a new message, the live one having stood at `before`. An edit
    /// makes no phone ring.
    pub(super) fn is_new_message(&self, before: &str) -> bool {
        match self.stage() {
            "gave-up" => before != "gave-up",
            "failed" | "healing" => matches!(before, "healed" | "resolved"),
            "reverted" => before != "reverted",
            _ => false,
        }
    }

    /// Whether it asks for a sound.
    pub(super) fn is_sounding(&self) -> bool {
        match self {
            Self::Event(event) => event.sounding,
            Self::AgentGone { .. } | Self::Conflict => true,
            Self::AgentBack { .. } | Self::ConflictOver | Self::Pointer { .. } => false,
        }
    }

    /// What can be muted.
    pub(super) fn class(&self) -> EventClass {
        match self {
            Self::Event(event) | Self::Pointer { about: event, .. } => class(event.class),
            Self::AgentGone { .. } | Self::AgentBack { .. } => EventClass::Crashes,
            Self::Conflict | Self::ConflictOver => EventClass::Security,
        }
    }

    /// The newer of two letters about the same thing, with the sound that either asked for.
    pub(super) fn fold(self, older: &Self) -> Self {
        let sounding = older.is_sounding();
        match self {
            Self::Event(mut event) => {
                event.sounding |= sounding;
                Self::Event(event)
            }
            other => other,
        }
    }
}

fn of_news(news: &News) -> Option<String> {
    match news {
        News::Incident(incident) => Some(format!("incident:{}", incident.id)),
        News::KeepPending(keep) | News::Kept(keep) | News::Reverted { keep, .. } => {
            Some(format!("keep:{}", keep.id.0))
        }
        News::JobEnded(_)
        | News::Booted(_)
        | News::Paired { .. }
        | News::TotpLocked { .. }
        | News::AuditHead { .. }
        | News::UpgradesWaiting { .. }
        | News::Folded { .. } => None,
    }
}

fn stage_of_news(news: &News) -> &'static str {
    match news {
        News::Incident(incident) => match incident.phase {
            Phase::Failed => "failed",
            Phase::Healing => "healing",
            Phase::Healed => "healed",
            Phase::GaveUp => "gave-up",
            Phase::Acknowledged => "acknowledged",
            Phase::Resolved => "resolved",
        },
        News::Reverted { .. } => "reverted",
        _ => "",
    }
}

fn class(class: Class) -> EventClass {
    match class {
        Class::Units => EventClass::Units,
        Class::Jobs => EventClass::Jobs,
        Class::Crashes => EventClass::Crashes,
        Class::Host => EventClass::Host,
        Class::Security => EventClass::Security,
        Class::Packages => EventClass::Packages,
    }
}
