//! `[policy]`

use std::time::Duration;

use crate::sections::section;
use crate::value::{Minutes, Seconds, Times};

section! {
    /// What the agent asks of those who change something. Only root on the machine changes these keys.
    Policy = "policy";

    /// How long a planned action waits for its confirmation.
    "plan-seconds" plan -> Duration: Seconds<10, 3_600> = 120, LIVE, Local;
    /// How long an action that can lock you out waits for Keep before it is undone.
    "keep-seconds" keep -> Duration: Seconds<30, 3_600> = 120, LIVE, Local;
    /// Calls that one person may make in a minute.
    "rate-per-minute" rate_per_minute -> u32: Times<5, 1_000> = 60, LIVE, Local;
    /// How long a pairing code can be used.
    "pairing-minutes" pairing -> Duration: Minutes<1, 1_440> = 15, LIVE, Local;
    /// Wrong TOTP codes before codes are refused for a while.
    "totp-failures" totp_failures -> u32: Times<1, 20> = 5, LIVE, Local;
    /// How long codes are refused after too many wrong ones.
    "totp-lock-minutes" totp_lock -> Duration: Minutes<1, 1_440> = 15, LIVE, Local;
}
