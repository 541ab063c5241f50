//! How an entry follows the one before it.
//!
//! `hash` is SHA-256, in hex, over the previous entry's hash (hex; empty before the first), a newline,
//! and this entry's JSON with an empty `hash`. So each hash vouches for all entries up to it.

use potion_proto::audit::Entry;
use potion_proto::time::Timestamp;
use sha2::{Digest, Sha256};

use super::Line;

/// Characters of a detail that are kept.
const DETAIL_MAX_CHARS: usize = 300;

/// Where a chain ends; the default is before the first entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) number: u64,
    pub(crate) hash: String,
}

/// The entry that follows.
pub(super) fn next(head: &Head, line: Line, at: Timestamp) -> Entry {
    let mut entry = Entry {
        number: head.number + 1,
        at,
        who: line.who,
        what: line.what,
        verdict: line.verdict,
        detail: line.detail.chars().take(DETAIL_MAX_CHARS).collect(),
        request: line.request,
        hash: String::new(),
    };
    entry.hash = hash(&head.hash, &entry);
    entry
}

/// Whether an entry follows a hash.
pub(super) fn follows(before: &str, entry: &Entry) -> bool {
    let bare = Entry {
        hash: String::new(),
        ..entry.clone()
    };
    hash(before, &bare) == entry.hash
}

/// One line of JSON without its newline. An `Entry` holds nothing that JSON could not.
pub(super) fn json(entry: &Entry) -> String {
    serde_json::to_string(entry).unwrap_or_default()
}

fn hash(before: &str, bare: &Entry) -> String {
    let mut sha = Sha256::new();
    sha.update(before);
    sha.update("\n");
    sha.update(json(bare));
    sha.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use potion_proto::audit::Verdict;

    fn entry(head: &Head, what: &str) -> Entry {
        let line = Line {
            who: "uid:0".to_owned(),
            what: what.to_owned(),
            verdict: Verdict::Done,
            detail: String::new(),
            request: 7,
        };
        next(head, line, Timestamp(1))
    }

    #[test]
    fn an_entry_follows_its_own_predecessor_only_and_only_as_it_was_written() {
        let first = entry(&Head::default(), "host reboot");
        let head = Head {
            number: 1,
            hash: first.hash.clone(),
        };
        let mut second = entry(&head, "unit stop ssh.service");
        assert!(follows("", &first) && follows(&first.hash, &second));
        assert!(!follows("", &second));
        second.who = "uid:1".to_owned();
        assert!(!follows(&first.hash, &second));
    }
}
