//! `[host]`

use crate::sections::section;
use crate::value::Count;

section! {
    /// The status screen.
    Host = "host";

    /// Processes shown by CPU and by memory.
    "top-processes" top_processes -> usize: Count<1, 50> = 5, LIVE, Anyone;
}
