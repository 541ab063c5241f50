//! `[journal]`

use std::time::Duration;

use crate::sections::section;
use crate::value::{Count, Minutes};

section! {
    /// How logs are shown.
    Journal = "journal";

    /// Lines on one page in the chat.
    "page-lines" page_lines -> usize: Count<5, 100> = 20, LIVE, Anyone;
    /// Lines in a log that is sent as a file.
    "file-lines" file_lines -> usize: Count<100, 1_000_000> = 5_000, LIVE, Anyone;
    /// Characters of one line that a page shows.
    "line-max-chars" line_max_chars -> usize: Count<40, 4_000> = 400, LIVE, Anyone;
    /// How long a log is followed live before that ends by itself.
    "follow-minutes" follow -> Duration: Minutes<1, 60> = 5, LIVE, Anyone;
}
