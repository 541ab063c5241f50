//! `[feedback]`

use std::time::Duration;

use crate::sections::section;
use crate::value::{Millis, Seconds};

section! {
    /// Signs of life while something takes long.
    Feedback = "feedback";

    /// How long something may take before a message says that it is being worked on.
    "delay-ms" delay -> Duration: Millis<0, 10_000> = 700, LIVE, Anyone;
    /// How long a progress message stays as it is at least; Telegram refuses faster edits.
    "edit-seconds" edit -> Duration: Seconds<1, 60> = 2, LIVE, Anyone;
}
