//! `[menu]`

use std::time::Duration;

use crate::sections::section;
use crate::value::{Count, Hours};

section! {
    /// Lists and buttons in the chat.
    Menu = "menu";

    /// Entries on one page of a list.
    "page-rows" page_rows -> usize: Count<1, 20> = 8, LIVE, Anyone;
    /// How long the buttons under an old message still work.
    "button-hours" button -> Duration: Hours<1, 720> = 48, LIVE, Anyone;
}
