//! Rows, medians, and the table that goes into a closing note.

use std::time::Duration;

/// One promise, measured.
pub(crate) struct Row {
    /// What is measured.
    pub(crate) what: String,
    /// Ours: the command and the number.
    pub(crate) ours: String,
    /// The peer's: the command and the number; empty where the goal is a plain number.
    pub(crate) peer: String,
    /// Ours over the peer's, or our number where the goal is a plain one.
    pub(crate) value: f64,
    /// The most it should be, in `value`'s terms.
    pub(crate) goal: f64,
    /// `×`, ` ms`, ` MiB`, ` s`.
    pub(crate) unit: &'static str,
}

/// Durations of one thing done again and again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    /// Sorted samples.
    pub(crate) fn new(mut durations: Vec<Duration>) -> Self {
        durations.sort();
        Self(durations)
    }

    /// The share `percent` of samples is at or below this.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let last = self.0.len().saturating_sub(1);
        self.0
            .get(last * percent / 100)
            .copied()
            .unwrap_or_default()
    }

    /// The median.
    pub(crate) fn median(&self) -> Duration {
        self.percentile(50)
    }

    /// `median 1.234 ms (p99 2.345 ms, n 200)`.
    pub(crate) fn describe(&self) -> String {
        format!(
            "median {:.3} ms (p99 {:.3} ms, n {})",
            milliseconds(self.median()),
            milliseconds(self.percentile(99)),
            self.0.len()
        )
    }
}

/// As a number of milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// A row that compares medians.
pub(crate) fn ratio(what: &str, ours: (&str, &Samples), peer: (&str, &Samples), goal: f64) -> Row {
    Row {
        what: what.to_owned(),
        ours: format!("`{}` {}", ours.0, ours.1.describe()),
        peer: format!("`{}` {}", peer.0, peer.1.describe()),
        value: ours.1.median().as_secs_f64() / peer.1.median().as_secs_f64().max(f64::EPSILON),
        goal,
        unit: "×",
    }
}

/// The rows as a Markdown table.
pub(crate) fn render(rows: &[Row]) -> String {
    let mut text =
        "\n| what | result | goal | met | ours | peer |\n| --- | --- | --- | --- | --- | --- |\n"
            .to_owned();
    for row in rows {
        let met = if row.value <= row.goal { "yes" } else { "NO" };
        text += &format!(
            "| {} | {:.3}{unit} | ≤ {}{unit} | {met} | {} | {} |\n",
            row.what,
            row.value,
            row.goal,
            row.ours,
            row.peer,
            unit = row.unit
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_come_from_sorted_samples() {
        let samples = Samples::new((1..=100).rev().map(Duration::from_millis).collect());
        assert_eq!(samples.median(), Duration::from_millis(50));
        assert_eq!(samples.percentile(99), Duration::from_millis(99));
        assert_eq!(Samples::default().median(), Duration::ZERO);
    }
}
