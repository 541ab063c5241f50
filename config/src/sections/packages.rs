//! `[packages]`

use std::time::Duration;

use crate::sections::section;
use crate::value::{Count, Hours, Seconds};

section! {
    /// How apt is used.
    Packages = "packages";

    /// How long to wait for another program that holds apt's lock.
    "lock-wait-seconds" lock_wait -> Duration: Seconds<0, 3_600> = 120, LIVE, Anyone;
    /// How often the package lists are fetched.
    "refresh-hours" refresh -> Duration: Hours<1, 720> = 24, LIVE, Anyone;
    /// Lines of a changelog that are shown.
    "changelog-lines" changelog_lines -> usize: Count<5, 1_000> = 40, LIVE, Anyone;
}
