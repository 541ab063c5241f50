//! `[events]`

use std::time::Duration;

use crate::sections::section;
use crate::value::{Count, Days, Mib};

section! {
    /// How much of the event log the agent keeps.
    Events = "events";

    /// How long delivered events are kept.
    "keep-days" keep -> Duration: Days<1, 3_650> = 90, LIVE, Anyone;
    /// How many delivered events are kept at most.
    "keep-count" keep_count -> usize: Count<100, 10_000_000> = 50_000, LIVE, Anyone;
    /// How many events wait for the bot before further ones fold into one that counts them.
    "undelivered-max" undelivered_max -> usize: Count<100, 1_000_000> = 10_000, LIVE, Anyone;
    /// Space set aside so that audit and events go on when the disk is full.
    "ballast-mib" ballast_bytes -> u64: Mib<1, 1_024> = 8, AGENT, Anyone;
}
