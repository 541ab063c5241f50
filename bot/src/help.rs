//! What the bot can do, for the one who asks. Answers without the agent.

use potion_proto::admins::Role;
use serde::Serialize;

use crate::go::Go;
use crate::screen::Screen;
use crate::words::Words;

/// What `help-screen` names.
#[derive(Serialize)]
struct Values {
    operator: bool,
    owner: bool,
}

/// The screen.
pub(crate) fn screen(words: &Words, role: Role) -> Screen {
    let values = Values {
        operator: role >= Role::Operator,
        owner: role >= Role::Owner,
    };
    Screen::new(words.html("help-screen", values)).back(words, Go::Menu)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{english, indonesian};

    #[test]
    fn help_is_for_the_one_who_asks() {
        let owner = screen(&indonesian(), Role::Owner).html;
        assert!(
            owner.contains("/audit") && owner.contains("authenticator"),
            "{owner}"
        );
        let viewer = screen(&english(), Role::Viewer).html;
        assert!(
            !viewer.contains("/audit") && viewer.contains("look"),
            "{viewer}"
        );
    }
}
