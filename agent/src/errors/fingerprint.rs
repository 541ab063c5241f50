//! The id of an error: the same for the same program, place and kind.

use potion_proto::errors::Report;
use potion_proto::incidents::Program;
use potion_proto::names::ErrorId;
use sha2::{Digest, Sha256};

/// So much of a message's first line tells its kind.
const KIND_CHARS: usize = 100;
const ID_BYTES: usize = 4;

/// Eight hex digits of a hash over program, place (the innermost frame of ours, else what was being
/// done) and kind (the message's first line without its numbers).
pub(super) fn of(program: Program, report: &Report) -> ErrorId {
    let place = report.frames.first().unwrap_or(&report.doing);
    let parts = format!("{program:?}\n{place}\n{}\n{}", report.panic, kind(report));
    let digest = Sha256::digest(parts.as_bytes());
    let hex: String = digest[..ID_BYTES]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    ErrorId::new(hex).expect("eight lower-case hex digits are an error id")
}

/// Numbers, addresses and paths differ from one time to the next.
fn kind(report: &Report) -> String {
    let first = report.message.lines().next().unwrap_or_default();
    let words = first
        .chars()
        .take(KIND_CHARS)
        .filter(|c| !c.is_ascii_digit());
    words.collect()
}
