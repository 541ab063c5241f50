//! Numbers and sizes as people write them.

use minijinja::{Environment, Error, ErrorKind, Value};

use super::Speech;

pub(super) fn add(environment: &mut Environment<'static>, speech: &Speech) {
    let (thousands, decimal) = speech.separators();
    environment.add_filter("number", move |n: &Value| {
        Ok::<_, Error>(number(float(n)?, thousands, decimal))
    });
    environment.add_filter("bytes", move |n: &Value| {
        Ok::<_, Error>(bytes(float(n)?, decimal))
    });
    environment.add_filter("percent", |n: &Value| {
        Ok::<_, Error>(format!("{:.0}%", float(n)?))
    });
}

/// A template value as a number.
pub(super) fn float(value: &Value) -> Result<f64, Error> {
    f64::try_from(value.clone())
        .ok()
        .filter(|number| number.is_finite())
        .ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidOperation,
                format!("{value} is not a number"),
            )
        })
}

/// Thousands in groups; at most one decimal, and none for whole numbers.
fn number(n: f64, thousands: char, decimal: char) -> String {
    let rounded = format!("{:.1}", n.abs());
    let (whole, tenth) = rounded.split_once('.').unwrap_or((&rounded, "0"));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(thousands);
        }
        grouped.push(digit);
    }
    let sign = if n < 0.0 && rounded != "0.0" { "-" } else { "" };
    if tenth == "0" {
        format!("{sign}{grouped}")
    } else {
        format!("{sign}{grouped}{decimal}{tenth}")
    }
}

/// Decimal units, as on the box the disk came in and in `ls --si`.
fn bytes(n: f64, decimal: char) -> String {
    const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut size = n;
    let mut unit = 0;
    // 999.95 would be rounded to “1000.0”, so it moves on to the next unit.
    while size.abs() >= 999.95 && unit + 1 < UNITS.len() {
        size /= 1_000.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && size.abs() < 99.95);
    let text = format!("{size:.digits$}").replace('.', &decimal.to_string());
    let zero_tenths = format!("{decimal}0");
    format!(
        "{} {}",
        text.strip_suffix(&zero_tenths).unwrap_or(&text),
        UNITS[unit]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_write_them() {
        let cases = [
            (0.0, "0 B"),
            (999.0, "999 B"),
            (1_000.0, "1 kB"),
            (1_536_000.0, "1,5 MB"),
            (999_950_000.0, "1 GB"),
            (1_500_000_000.0, "1,5 GB"),
            (465_800_000_000.0, "466 GB"),
            (2e18, "2000 PB"),
        ];
        for (n, text) in cases {
            assert_eq!(bytes(n, ','), text);
        }
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(number(1_234_567.0, '.', ','), "1.234.567");
        assert_eq!(number(-12_345.64, ',', '.'), "-12,345.6");
        assert_eq!(number(0.0, '.', ','), "0");
        assert_eq!(number(-0.01, '.', ','), "0");
        assert_eq!(number(999.99, '.', ','), "1.000");
    }
}
