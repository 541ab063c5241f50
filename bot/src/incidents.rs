//! What an incident's buttons lead to beyond the acts themselves: how long to be quiet about it.

use potion_proto::actions::Action;
use potion_proto::incidents::IncidentId;
use serde::{Deserialize, Serialize};

use crate::go;
use crate::screen::{Button, Screen};
use crate::words::{Words, with};

/// How long an incident can be muted, in hours.
const HOURS: [u16; 3] = [1, 8, 24];

/// Where a button of this noun leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Go {
    /// For how long to mute it.
    Mute(IncidentId),
}

/// A screen of this noun.
pub(crate) fn screen(words: &Words, go: &Go) -> Screen {
    match go {
        Go::Mute(incident) => mute_screen(words, *incident),
    }
}

fn mute_screen(words: &Words, incident: IncidentId) -> Screen {
    let button = |hours: u16| {
        let label = words.plain("button-mute-hours", with([("hours", hours)]));
        Button::to(
            label,
            go::Go::act(Action::IncidentMute(incident, hours * 60), go::Go::Menu),
        )
    };
    Screen::new(words.say("incident-mute"))
        .row(HOURS.map(button))
        .back(words, go::Go::Menu)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::indonesian;

    #[test]
    fn an_incident_can_be_muted_for_an_hour_or_a_day() {
        let screen = screen(&indonesian(), &Go::Mute(IncidentId(7)));
        let minutes: Vec<&go::Go> = screen.rows[0].iter().map(|button| &button.go).collect();
        let act = |minutes| go::Go::act(Action::IncidentMute(IncidentId(7), minutes), go::Go::Menu);
        assert_eq!(minutes, [&act(60), &act(480), &act(1_440)]);
    }
}
