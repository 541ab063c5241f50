//! The lines that apt writes to `APT::Status-Fd` (README.progress-reporting of apt).
//!
//! `kind:package:percent:free text`, where the package may itself hold colons (`libc6:i386`), so the
//! percentage is found by its shape and not by counting. What a line says is another program's word:
//! numbers are clamped, text is shortened and stripped of control characters.

const TEXT_MAX_CHARS: usize = 300;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Report {
    /// Archives or lists are fetched: percent of the download, and apt's words.
    Download(f32, String),
    /// dpkg works: the package, percent of the whole run, and apt's words.
    Package(String, f32, String),
    /// dpkg failed with a package: which, and why.
    Error(String, String),
    /// dpkg met a configuration file that both sides changed.
    Conffile(String),
}

/// Reads a line; None for another kind or another shape.
#[must_use]
pub(super) fn parse(line: &str) -> Option<Report> {
    let (kind, rest) = line.split_once(':')?;
    let (subject, percent, text) = split(rest)?;
    Some(match kind {
        "dlstatus" => Report::Download(percent, text),
        "pmstatus" => Report::Package(subject, percent, text),
        "pmerror" => Report::Error(subject, text),
        "pmconffile" => Report::Conffile(subject),
        _ => return None,
    })
}

fn split(rest: &str) -> Option<(String, f32, String)> {
    let mut at = 0;
    for field in rest.split(':') {
        if at > 0
            && let Some(percent) = percent(field)
        {
            let text = rest.get(at + field.len() + 1..).unwrap_or("");
            return Some((clean(&rest[..at - 1]), percent, clean(text)));
        }
        at += field.len() + 1;
    }
    None
}

/// `9.5238`: digits, a dot, digits.
fn percent(field: &str) -> Option<f32> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, part) = field.split_once('.')?;
    if !digits(whole) || !digits(part) {
        return None;
    }
    field
        .parse()
        .ok()
        .map(|percent: f32| percent.clamp(0.0, 100.0))
}

/// Another program's words, made fit for one line of a message.
pub(super) fn clean(text: &str) -> String {
    let printable = text.chars().filter(|c| !c.is_control());
    let short: String = printable.take(TEXT_MAX_CHARS).collect();
    short.trim().to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_line_of_a_real_upgrade_is_understood() {
        let lines = include_str!("captured/upgrade-status").lines();
        let reports: Vec<_> = lines.map(|line| parse(line).unwrap()).collect();
        assert_eq!(
            reports[0],
            Report::Download(0.0, "Retrieving file 1 of 5".into())
        );
        let unpacking = Report::Package("alpha".into(), 4.7619, "Unpacking alpha (amd64)".into());
        assert!(reports.contains(&unpacking));
        assert!(reports.contains(&Report::Conffile("/etc/alpha/a.conf".into())));
        let words = "installed gamma package post-installation script subprocess returned error exit status 1";
        assert!(reports.contains(&Report::Error("gamma".into(), words.into())));
    }

    #[test]
    fn a_package_may_hold_a_colon_and_the_text_may_hold_anything() {
        let read = parse("pmstatus:libc6:i386:50.0000:a: 3.5:b").unwrap();
        assert_eq!(
            read,
            Report::Package("libc6:i386".into(), 50.0, "a: 3.5:b".into())
        );
    }

    #[test]
    fn absurd_numbers_are_clamped_or_refused() {
        let huge = parse(&format!("dlstatus:1:{}.0:x", "9".repeat(60))).unwrap();
        assert_eq!(huge, Report::Download(100.0, "x".into()));
        for line in [
            "dlstatus:1:NaN:x",
            "dlstatus:1:-1.0:x",
            "dlstatus:1:1e9:x",
            "dlstatus:50.0:x",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic_and_percentages_stay_in_range(
            line in "(dlstatus|pmstatus|pmerror|x)(:\\PC{0,12}){0,6}"
        ) {
            if let Some(Report::Download(percent, text) | Report::Package(_, percent, text)) = parse(&line) {
                prop_assert!((0.0..=100.0).contains(&percent));
                prop_assert!(text.chars().count() <= TEXT_MAX_CHARS);
            }
        }
    }
}
