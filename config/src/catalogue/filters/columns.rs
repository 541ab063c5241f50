//! Columns for monospace text, and bars for those who look rather than read.

use minijinja::{Environment, Error, Value};

use super::numbers::float;

/// The longest bar or column; a phone shows some 38 columns.
const WIDTH_MAX: usize = 80;

pub(super) fn add(environment: &mut Environment<'static>) {
    environment.add_filter("bar", |percent: &Value, width: usize| {
        Ok::<_, Error>(bar(float(percent)?, width))
    });
    environment.add_filter("left", |value: &Value, width: usize| {
        padded(&value.to_string(), width, false)
    });
    environment.add_filter("right", |value: &Value, width: usize| {
        padded(&value.to_string(), width, true)
    });
}

/// 0 to 100 as a bar. Whatever is not nothing shows, and only what is full looks full.
fn bar(percent: f64, width: usize) -> String {
    let width = width.min(WIDTH_MAX);
    let share = (percent.clamp(0.0, 100.0) / 100.0 * width as f64).round() as usize;
    let least = usize::from(percent >= 0.5);
    let most = if percent >= 99.5 {
        width
    } else {
        width.saturating_sub(1)
    };
    let full = share.min(most).max(least.min(width));
    format!("{}{}", "▓".repeat(full), "░".repeat(width - full))
}

/// A text in exactly `width` characters of one line: filled with blanks, or cut with an ellipsis.
fn padded(text: &str, width: usize, to_the_right: bool) -> String {
    let width = width.min(WIDTH_MAX);
    let seen = |c: char| if c.is_control() { ' ' } else { c };
    let mut column: String = text.chars().map(seen).take(width).collect();
    let length = text.chars().count();
    if length > width {
        let cut = column.pop().map(|_| '…');
        column.extend(cut);
        return column;
    }
    let blanks = " ".repeat(width - length);
    if to_the_right {
        blanks + &column
    } else {
        column + &blanks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_something_for_something_and_is_full_only_when_full() {
        let cases = [
            (0.0, "░░░░░"),
            (1.0, "▓░░░░"),
            (50.0, "▓▓▓░░"),
            (99.0, "▓▓▓▓░"),
            (100.0, "▓▓▓▓▓"),
            (400.0, "▓▓▓▓▓"),
            (-3.0, "░░░░░"),
        ];
        for (percent, text) in cases {
            assert_eq!(bar(percent, 5), text, "{percent}");
        }
        assert_eq!(bar(50.0, 0), "");
    }

    #[test]
    fn columns_are_as_wide_as_they_say() {
        assert_eq!(padded("nginx", 8, false), "nginx   ");
        assert_eq!(padded("42%", 5, true), "  42%");
        assert_eq!(padded("transmission", 6, false), "trans…");
        assert_eq!(padded("a\nb", 3, false), "a b");
        assert_eq!(padded("x", 0, false), "");
    }
}
