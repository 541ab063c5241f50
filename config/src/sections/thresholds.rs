//! `[thresholds]`

use std::time::Duration;

use crate::sections::section;
use crate::value::{Decimal, Degrees, Percent, Seconds};

section! {
    /// From where on the machine's numbers become an alert.
    Thresholds = "thresholds";

    /// Used space of a disk.
    "disk-percent" disk_percent -> u32: Percent<1, 100> = 90, LIVE, Anyone;
    /// Used memory.
    "memory-percent" memory_percent -> u32: Percent<1, 100> = 92, LIVE, Anyone;
    /// Used swap.
    "swap-percent" swap_percent -> u32: Percent<1, 100> = 80, LIVE, Anyone;
    /// The hottest sensor.
    "temperature-celsius" temperature_celsius -> u32: Degrees<30, 120> = 85, LIVE, Anyone;
    /// Load average of five minutes, for each core.
    "load-per-core" load_per_core -> f64: Decimal<1, 1_000> = 4.0, LIVE, Anyone;
    /// How often the numbers are looked at.
    "check-seconds" check -> Duration: Seconds<5, 3_600> = 60, LIVE, Anyone;
}
