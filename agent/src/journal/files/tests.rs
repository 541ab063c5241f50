#![allow(clippy::unwrap_used, reason = "a test's panic is its verdict")]

use std::collections::HashMap;

use potion_proto::names::UnitName;
use proptest::prelude::*;

use super::*;

/// A journal file as journald would write it, in the regular (not compact) mode.
struct Writer {
    bytes: Vec<u8>,
    data: HashMap<String, u64>,
    linked: HashMap<u64, Vec<u64>>,
    entries: Vec<u64>,
}

const HASHES_AT: u64 = 208;
const BUCKETS: u64 = 8;
const KEY: [u64; 2] = [7, 9];

impl Writer {
    fn new() -> Self {
        let bytes = vec![0; usize::try_from(HASHES_AT + BUCKETS * 16).unwrap()];
        Self {
            bytes,
            data: HashMap::new(),
            linked: HashMap::new(),
            entries: Vec::new(),
        }
    }

    fn put(&mut self, at: u64, number: u64) {
        let at = usize::try_from(at).unwrap();
        self.bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
    }

    fn get(&self, at: u64) -> u64 {
        raw::long_in(&self.bytes, usize::try_from(at).unwrap()).unwrap()
    }

    fn object(&mut self, kind: u8, body: &[u8]) -> u64 {
        let at = u64::try_from(self.bytes.len()).unwrap();
        self.bytes.extend([kind, 0, 0, 0, 0, 0, 0, 0]);
        self.bytes
            .extend(u64::try_from(body.len() + 16).unwrap().to_le_bytes());
        self.bytes.extend(body);
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        at
    }

    fn field(&mut self, field: &str) -> u64 {
        if let Some(at) = self.data.get(field) {
            return *at;
        }
        let hash = siphash::siphash(KEY, field.as_bytes());
        let bucket = HASHES_AT + hash % BUCKETS * 16;
        let mut body = hash.to_le_bytes().to_vec();
        body.extend(self.get(bucket).to_le_bytes());
        body.extend([0; 32]);
        body.extend(field.as_bytes());
        let at = self.object(1, &body);
        self.put(bucket, at);
        self.data.insert(field.to_owned(), at);
        at
    }

    fn entry(&mut self, realtime: u64, fields: &[&str]) {
        let items = fields
            .iter()
            .map(|field| self.field(field))
            .collect::<Vec<_>>();
        let number = u64::try_from(self.entries.len()).unwrap() + 1;
        let mut body = [number, realtime, realtime, 1, 2, 3]
            .map(u64::to_le_bytes)
            .concat();
        items
            .iter()
            .for_each(|item| body.extend([*item, 0].map(u64::to_le_bytes).concat()));
        let at = self.object(3, &body);
        self.entries.push(at);
        items
            .into_iter()
            .for_each(|item| self.linked.entry(item).or_default().push(at));
    }

    /// Arrays of at most three offsets, so that there are several.
    fn arrays(&mut self, offsets: &[u64]) -> u64 {
        let mut next = 0_u64;
        for piece in offsets.chunks(3).rev() {
            let mut body = next.to_le_bytes().to_vec();
            body.extend(
                piece
                    .iter()
                    .copied()
                    .map(u64::to_le_bytes)
                    .collect::<Vec<_>>()
                    .concat(),
            );
            next = self.object(6, &body);
        }
        next
    }

    fn finish(mut self) -> Vec<u8> {
        for (data, entries) in std::mem::take(&mut self.linked) {
            let rest = self.arrays(&entries[1..]);
            self.put(data + 40, entries[0]);
            self.put(data + 48, rest);
            self.put(data + 56, u64::try_from(entries.len()).unwrap());
        }
        let entries = self.entries.clone();
        let all = self.arrays(&entries);
        let last = entries.last().map_or(0, |at| self.get(at + 24));
        self.bytes[..8].copy_from_slice(b"LPKSHHRH");
        self.bytes[12] = 4;
        let header = [
            (24, KEY[0]),
            (32, KEY[1]),
            (72, 0xaa),
            (104, HASHES_AT),
            (112, BUCKETS * 16),
        ];
        header
            .into_iter()
            .for_each(|(at, number)| self.put(at, number));
        self.put(152, u64::try_from(entries.len()).unwrap());
        self.put(176, all);
        self.put(192, last);
        self.bytes
    }
}

fn found(files: &[Vec<u8>], filter: &Filter, limit: usize) -> Result<Vec<String>, Odd> {
    let folder = tempfile::tempdir().unwrap();
    for (number, bytes) in files.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{number}.journal")), bytes).unwrap();
    }
    let entries = newest(&[folder.path().to_owned()], filter, limit)?;
    let message = |entry: Entry| String::from_utf8(entry.message.unwrap()).unwrap();
    Ok(entries.into_iter().map(message).collect())
}

fn of_nginx() -> Filter {
    Filter {
        unit: Some(UnitName::new("nginx.service").unwrap()),
        ..Filter::default()
    }
}

fn journal() -> Writer {
    let mut file = Writer::new();
    for number in 1..=10 {
        let message = format!("MESSAGE=line {number}");
        let priority = format!("PRIORITY={}", number % 8);
        let unit = if number % 2 == 0 {
            "_SYSTEMD_UNIT=nginx.service"
        } else {
            "_SYSTEMD_UNIT=ssh.service"
        };
        file.entry(number * 1_000_000, &[&message, unit, &priority]);
    }
    file
}

#[test]
fn a_units_newest_lines_come_newest_first() {
    let files = [journal().finish()];
    assert_eq!(
        found(&files, &of_nginx(), 3).unwrap(),
        ["line 10", "line 8", "line 6"]
    );
    assert_eq!(found(&files, &of_nginx(), 99).unwrap().len(), 5);
    assert_eq!(
        found(&files, &Filter::default(), 2).unwrap(),
        ["line 10", "line 9"]
    );
    let other = Filter {
        unit: Some(UnitName::new("none.service").unwrap()),
        ..Filter::default()
    };
    assert_eq!(found(&files, &other, 3).unwrap(), [""; 0]);
}

#[test]
fn only_those_speak_about_a_unit_who_may() {
    let mut file = Writer::new();
    file.entry(1, &["MESSAGE=systemd", "UNIT=nginx.service", "_PID=1"]);
    file.entry(2, &["MESSAGE=a liar", "UNIT=nginx.service", "_PID=77"]);
    file.entry(
        3,
        &[
            "MESSAGE=a root daemon",
            "OBJECT_SYSTEMD_UNIT=nginx.service",
            "_UID=0",
        ],
    );
    file.entry(
        4,
        &[
            "MESSAGE=another liar",
            "OBJECT_SYSTEMD_UNIT=nginx.service",
            "_UID=1000",
        ],
    );
    file.entry(
        5,
        &[
            "MESSAGE=both",
            "UNIT=nginx.service",
            "_SYSTEMD_UNIT=nginx.service",
            "_PID=77",
        ],
    );
    let lines = found(&[file.finish()], &of_nginx(), 9).unwrap();
    assert_eq!(lines, ["both", "a root daemon", "systemd"]);
}

#[test]
fn times_and_priorities_bound_what_is_found() {
    use potion_proto::time::Timestamp;
    let files = [journal().finish()];
    let filter = Filter {
        since: Some(Timestamp(4_000)),
        until: Some(Timestamp(8_000)),
        ..of_nginx()
    };
    assert_eq!(
        found(&files, &filter, 9).unwrap(),
        ["line 8", "line 6", "line 4"]
    );
    let severe = Filter {
        priority: Some(Priority::Crit),
        ..of_nginx()
    };
    assert_eq!(
        found(&files, &severe, 9).unwrap(),
        ["line 10", "line 8", "line 2"]
    );
}

#[test]
fn files_are_merged_by_time() {
    let file = |origin: u8, times: &[u64]| {
        let mut file = Writer::new();
        for at in times {
            file.entry(
                *at,
                &[&format!("MESSAGE=at {at}"), "_SYSTEMD_UNIT=nginx.service"],
            );
        }
        let mut bytes = file.finish();
        bytes[72] = origin;
        bytes
    };
    let files = [
        file(1, &[1, 4, 5]),
        file(2, &[2, 3, 9]),
        Writer::new().finish(),
    ];
    let lines = found(&files, &of_nginx(), 5).unwrap();
    assert_eq!(lines, ["at 9", "at 5", "at 4", "at 3", "at 2"]);
}

#[test]
fn what_is_unusual_is_left_to_journalctl() {
    let mut compressed = Writer::new();
    compressed.entry(1, &["MESSAGE=x", "_SYSTEMD_UNIT=nginx.service"]);
    let at = usize::try_from(compressed.data["MESSAGE=x"]).unwrap();
    compressed.bytes[at + 1] = 4;
    assert_eq!(found(&[compressed.finish()], &of_nginx(), 5), Err(Odd));

    let mut unknown = journal().finish();
    unknown[12] |= 64;
    assert_eq!(found(&[unknown], &of_nginx(), 5), Err(Odd));
    assert_eq!(found(&[], &of_nginx(), 5), Err(Odd));
    assert_eq!(found(&[b"LPKSHHRH".to_vec()], &of_nginx(), 5), Err(Odd));
    let text = Filter {
        text: Some("x".to_owned()),
        ..of_nginx()
    };
    assert_eq!(found(&[journal().finish()], &text, 5), Err(Odd));
}

#[test]
fn an_array_that_leads_to_itself_ends() {
    let mut bytes = journal().finish();
    let array = raw::long_in(&bytes, 176).unwrap();
    let next = usize::try_from(array).unwrap() + 16;
    bytes[next..next + 8].copy_from_slice(&array.to_le_bytes());
    bytes[152..160].copy_from_slice(&u64::MAX.to_le_bytes());
    assert_eq!(found(&[bytes], &Filter::default(), 9), Err(Odd));
}

proptest! {
    #[test]
    fn a_damaged_file_is_read_or_refused_but_never_breaks_us(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30),
        keep in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = journal().finish();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(keep.index(bytes.len()));
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.journal"), bytes).unwrap();
        let _ = newest(&[folder.path().to_owned()], &of_nginx(), 5);
        let _ = newest(&[folder.path().to_owned()], &Filter::default(), 5);
    }
}
