//! Times: shown in the machine's zone, typed as a span back (`2h`, `30m`) or a date and time.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp as Instant, civil::DateTime};
use potion_proto::time::Timestamp;

use crate::trouble::Trouble;

/// `2026-11-22 16:20:01 +0700`.
pub(crate) fn show(at: Timestamp) -> String {
    Instant::from_millisecond(at.0).map_or_else(
        |_| "?".to_owned(),
        |instant| {
            let zoned = instant.to_zoned(TimeZone::system());
            zoned.strftime("%Y-%m-%d %H:%M:%S %z").to_string()
        },
    )
}

/// As [`show`]; `-` for never.
pub(crate) fn show_or_dash(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "-".to_owned(), show)
}

/// Seconds as `3d 2h`, `4min 5s`.
pub(crate) fn span(seconds: u64) -> String {
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let shown: Vec<String> = parts
        .iter()
        .skip_while(|(count, _)| *count == 0)
        .take(2)
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect();
    if shown.is_empty() {
        "0s".to_owned()
    } else {
        shown.join(" ")
    }
}

/// What a person typed for `--since` or `--until`.
pub(crate) fn parse(typed: &str) -> Result<Timestamp, Trouble> {
    let back = typed.parse::<Span>().ok().and_then(|span| {
        let now = Instant::now().to_zoned(TimeZone::system());
        now.checked_sub(span).ok()
    });
    let zoned = back.or_else(|| {
        let local = typed.parse::<DateTime>().ok()?;
        local.to_zoned(TimeZone::system()).ok()
    });
    match zoned {
        Some(zoned) => Ok(Timestamp(zoned.timestamp().as_millisecond())),
        None => Err(Trouble::Usage(format!(
            "`{typed}` is no time: write a span back such as 2h or 30m, or 2026-11-22T16:20"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_show_their_two_largest_parts() {
        assert_eq!(span(0), "0s");
        assert_eq!(span(61), "1min 1s");
        assert_eq!(span(3 * 86_400 + 7_200 + 59), "3d 2h");
    }

    #[test]
    fn a_span_or_a_date_is_understood_and_nonsense_is_not() {
        assert!(parse("2h").is_ok());
        assert!(parse("2026-11-22T16:20").is_ok());
        assert!(matches!(parse("yesterdayish"), Err(Trouble::Usage(_))));
    }
}
