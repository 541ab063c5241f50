//! What is kept of a report: redacted first, then cut, so that no cut hides a secret from the redactor.

use potion_proto::errors::{Record, Report};

use crate::redactor::redact;

const DOING_BYTES: usize = 200;
const MESSAGE_BYTES: usize = 8 * 1024;
const FRAME_BYTES: usize = 300;
const FRAMES: usize = 32;
const WHOLE_BYTES: usize = 64 * 1024;
/// A reason is one line on a phone.
const REASON_BYTES: usize = 200;

fn cut(text: &str, bytes: usize) -> String {
    text[..text.floor_char_boundary(bytes)].to_owned()
}

/// The same without control characters but line ends.
fn plain(text: &str, bytes: usize) -> String {
    let redacted = redact(text);
    let kept = redacted.chars().filter(|c| !c.is_control() || *c == '\n');
    cut(&kept.collect::<String>(), bytes)
}

fn one_line(text: &str, bytes: usize) -> String {
    plain(&text.replace('\n', " "), bytes)
}

/// Bounded and redacted.
pub(super) fn bounded(report: Report) -> Report {
    let frames = report.frames.iter().take(FRAMES);
    Report {
        panic: report.panic,
        doing: one_line(&report.doing, DOING_BYTES),
        message: plain(&report.message, MESSAGE_BYTES),
        frames: frames.map(|frame| one_line(frame, FRAME_BYTES)).collect(),
        whole: plain(&report.whole, WHOLE_BYTES),
    }
}

/// The first line of the message, for an incident.
pub(super) fn reason(report: &Report) -> String {
    let first = report.message.lines().find(|line| !line.trim().is_empty());
    cut(first.unwrap_or(&report.doing).trim(), REASON_BYTES)
}

/// A list's row: the whole backtrace is for `error_show`.
pub(super) fn without_whole(mut record: Record) -> Record {
    record.report.whole.clear();
    record
}
