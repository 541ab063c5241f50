//! `[jobs]`

use std::time::Duration;

use crate::sections::section;
use crate::value::{Count, Days, Mib};

section! {
    /// How much of finished jobs (upgrades, backups, downloads) is kept.
    Jobs = "jobs";

    /// How long a finished job can be looked at.
    "keep-days" keep -> Duration: Days<1, 3_650> = 30, LIVE, Anyone;
    /// How many finished jobs are kept at most.
    "keep-count" keep_count -> usize: Count<10, 100_000> = 200, LIVE, Anyone;
    /// How much output of one job is kept; what comes after is counted and dropped.
    "output-max-mib" output_max_bytes -> u64: Mib<1, 1_024> = 16, LIVE, Anyone;
}
