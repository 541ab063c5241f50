//! One journal file: its header, its data by hash, its entries by offset.

use std::cmp::Ordering;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::Odd;
use super::chain::Chain;
use super::raw::{Raw, long_in, short_in};
use super::siphash::siphash;
use crate::journal::export::VALUE_MAX_BYTES;

const SIGNATURE: &[u8] = b"LPKSHHRH";
/// The header up to the fields that every version of ours has.
const HEADER_BYTES: usize = 208;
const KEYED_HASH: u32 = 1 << 2;
const COMPACT: u32 = 1 << 4;
/// Compression by XZ, LZ4 and ZSTD, the keyed hash, the compact mode.
const KNOWN: u32 = 0b1_1111;

const DATA: u8 = 1;
const ENTRY: u8 = 3;
const COMPRESSED: u8 = 0b111;
/// Fields of one entry.
const ITEMS_MAX: usize = 1024;
/// Data with the same hash bucket; journald itself rotates long before.
const BUCKET_MAX: usize = 10_000;
/// A field's name and what of its value is kept, and a byte more to see that there is more.
const FIELD_MAX_BYTES: usize = VALUE_MAX_BYTES + 64;

/// A journal file that is read.
pub(super) struct JournalFile {
    raw: Raw,
    compact: bool,
    key: [u64; 2],
    origin: [u8; 16],
    hashes: u64,
    buckets: u64,
    entries: u64,
    entry_array: u64,
    last_at: u64,
}

/// An entry's place in time, and where its fields are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    origin: [u8; 16],
    number: u64,
    /// Microseconds of Unix time.
    pub(super) realtime: u64,
    monotonic: u64,
    boot: [u8; 16],
    xor: u64,
    pub(super) items: Vec<u64>,
}

impl Placed {
    /// By number where one journald counted both, else by the clock.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match self.origin == other.origin {
            true => self.number.cmp(&other.number),
            false => self.realtime.cmp(&other.realtime),
        }
    }

    /// As `sd_journal_get_cursor(3)` writes it.
    pub(super) fn cursor(&self) -> String {
        let (origin, boot) = (hex(self.origin), hex(self.boot));
        let Self {
            number,
            monotonic,
            realtime,
            xor,
            ..
        } = self;
        format!("s={origin};i={number:x};b={boot};m={monotonic:x};t={realtime:x};x={xor:x}")
    }
}

impl JournalFile {
    /// None for a file without entries.
    pub(super) fn open(path: &Path) -> Result<Option<Self>, Odd> {
        let open = OpenOptions::new()
            .read(true)
            .custom_flags(nix::libc::O_NONBLOCK)
            .open(path);
        let mut raw = Raw::new(open.map_err(|_| Odd)?);
        let header = raw.bytes(0, HEADER_BYTES)?;
        let flags = short_in(&header, 12)?;
        if !header.starts_with(SIGNATURE) || flags & !KNOWN != 0 || flags & KEYED_HASH == 0 {
            return Err(Odd);
        }
        let file = Self {
            raw,
            compact: flags & COMPACT != 0,
            key: [long_in(&header, 24)?, long_in(&header, 32)?],
            origin: id_in(&header, 72)?,
            hashes: long_in(&header, 104)?,
            buckets: long_in(&header, 112)? / 16,
            entries: long_in(&header, 152)?,
            entry_array: long_in(&header, 176)?,
            last_at: long_in(&header, 192)?,
        };
        Ok(Some(file).filter(|file| file.entries > 0))
    }

    /// When its last entry was written, in microseconds of Unix time.
    pub(super) fn last_at(&self) -> u64 {
        self.last_at
    }

    /// All entries.
    pub(super) fn all(&mut self) -> Result<Chain, Odd> {
        let (array, entries) = (self.entry_array, self.entries);
        Chain::new(self, None, array, entries)
    }

    /// The entries that have a field, given as `NAME=value`; None when none has.
    pub(super) fn with(&mut self, field: &[u8]) -> Result<Option<Chain>, Odd> {
        let hash = siphash(self.key, field);
        let bucket = hash.checked_rem(self.buckets).ok_or(Odd)?;
        let bucket = bucket
            .checked_mul(16)
            .and_then(|offset| self.hashes.checked_add(offset))
            .ok_or(Odd)?;
        let mut at = self.raw.long(bucket)?;
        for _ in 0..BUCKET_MAX {
            if at == 0 {
                return Ok(None);
            }
            let data = self.raw.bytes(at, 64)?;
            if long_in(&data, 16)? == hash && self.payload(at, &data)?.0 == field {
                let first = Some(long_in(&data, 40)?);
                return Chain::new(self, first, long_in(&data, 48)?, long_in(&data, 56)?).map(Some);
            }
            at = long_in(&data, 24)?;
        }
        Err(Odd)
    }

    /// The entry at an offset.
    pub(super) fn entry(&mut self, at: u64) -> Result<Placed, Odd> {
        let (head, size) = self.object(at, ENTRY, 64)?;
        let step = if self.compact { 4 } else { 16 };
        let count = (size - 64) / step;
        if count > ITEMS_MAX {
            return Err(Odd);
        }
        let items = self.raw.bytes(at + 64, count * step)?;
        let item = |item: &[u8]| {
            if step == 4 {
                short_in(item, 0).map(u64::from)
            } else {
                long_in(item, 0)
            }
        };
        Ok(Placed {
            origin: self.origin,
            number: long_in(&head, 16)?,
            realtime: long_in(&head, 24)?,
            monotonic: long_in(&head, 32)?,
            boot: id_in(&head, 40)?,
            xor: long_in(&head, 56)?,
            items: items
                .chunks_exact(step)
                .map(item)
                .collect::<Result<_, _>>()?,
        })
    }

    /// A field as `NAME=value`, its value cut at a little more than what is kept. Odd when it is compressed.
    pub(super) fn field(&mut self, at: u64) -> Result<Vec<u8>, Odd> {
        let (data, _) = self.object(at, DATA, 64)?;
        let (payload, compressed) = self.payload(at, &data)?;
        if compressed { Err(Odd) } else { Ok(payload) }
    }

    fn payload(&mut self, at: u64, data: &[u8]) -> Result<(Vec<u8>, bool), Odd> {
        let start = if self.compact { 72 } else { 64 };
        let size = usize::try_from(long_in(data, 8)?).map_err(|_| Odd)?;
        let length = size.checked_sub(start).ok_or(Odd)?.min(FIELD_MAX_BYTES);
        let start = at
            .checked_add(u64::try_from(start).map_err(|_| Odd)?)
            .ok_or(Odd)?;
        let compressed = data.get(1).ok_or(Odd)? & COMPRESSED != 0;
        Ok((self.raw.bytes(start, length)?, compressed))
    }

    /// The first `head` bytes of an object of this type, and its size.
    pub(super) fn object(
        &mut self,
        at: u64,
        kind: u8,
        head: usize,
    ) -> Result<(Vec<u8>, usize), Odd> {
        let bytes = self.raw.bytes(at, head)?;
        let size = usize::try_from(long_in(&bytes, 8)?).map_err(|_| Odd)?;
        if bytes.first() == Some(&kind) && size >= head {
            Ok((bytes, size))
        } else {
            Err(Odd)
        }
    }

    /// Offsets that an array holds, `count` from its item `from` on; `at` is where its items begin.
    pub(super) fn offsets(&mut self, at: u64, from: u64, count: u64) -> Result<Vec<u64>, Odd> {
        let width = self.width();
        let start = from
            .checked_mul(width)
            .and_then(|skip| at.checked_add(skip))
            .ok_or(Odd)?;
        let length = usize::try_from(count.checked_mul(width).ok_or(Odd)?).map_err(|_| Odd)?;
        let bytes = self.raw.bytes(start, length)?;
        let offset = |item: &[u8]| {
            if item.len() == 4 {
                short_in(item, 0).map(u64::from)
            } else {
                long_in(item, 0)
            }
        };
        bytes
            .chunks_exact(usize::try_from(width).map_err(|_| Odd)?)
            .map(offset)
            .collect()
    }

    /// Bytes of an offset in an array.
    pub(super) fn width(&self) -> u64 {
        if self.compact { 4 } else { 8 }
    }
}

fn id_in(bytes: &[u8], at: usize) -> Result<[u8; 16], Odd> {
    bytes
        .get(at..)
        .and_then(|bytes| bytes.first_chunk::<16>())
        .copied()
        .ok_or(Odd)
}

fn hex(id: [u8; 16]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}
