//! Offsets of entries, newest first: the file keeps them oldest first, in arrays that double in size, each with the
//! offset of the next.

use super::Odd;
use super::file::JournalFile;

const ENTRY_ARRAY: u8 = 6;
const ARRAY_HEAD_BYTES: usize = 24;
/// Arrays in a row: they double, so this is more than any file can hold, and a loop ends.
const ARRAYS_MAX: usize = 128;
/// Offsets that are read at once.
const PIECE: u64 = 128;

/// Where the next older entry is.
#[derive(Debug)]
pub(super) struct Chain {
    /// The oldest entry, which stands outside the arrays.
    first: Option<u64>,
    /// Where each array's items begin, and how many are in use.
    arrays: Vec<(u64, u64)>,
    /// Offsets that were read, the newest last.
    ready: Vec<u64>,
}

impl Chain {
    /// `entries` in all, `first` among them.
    pub(super) fn new(
        file: &mut JournalFile,
        first: Option<u64>,
        mut array: u64,
        entries: u64,
    ) -> Result<Self, Odd> {
        let mut left = entries.saturating_sub(u64::from(first.is_some()));
        let mut arrays = Vec::new();
        while left > 0 && array != 0 {
            let (head, size) = file.object(array, ENTRY_ARRAY, ARRAY_HEAD_BYTES)?;
            let room = u64::try_from(size - ARRAY_HEAD_BYTES).map_err(|_| Odd)? / file.width();
            let used = room.min(left);
            arrays.push((array + 24, used));
            left -= used;
            array = super::raw::long_in(&head, 16)?;
            if arrays.len() > ARRAYS_MAX {
                return Err(Odd);
            }
        }
        Ok(Self {
            first,
            arrays,
            ready: Vec::new(),
        })
    }

    /// The next older entry.
    pub(super) fn peek(&mut self, file: &mut JournalFile) -> Result<Option<u64>, Odd> {
        while self.ready.is_empty() {
            if !self.read(file)? {
                return Ok(None);
            }
        }
        Ok(self.ready.last().copied())
    }

    /// Leaves it behind.
    pub(super) fn pop(&mut self) {
        self.ready.pop();
    }

    /// Reads older ones; false when there are none.
    fn read(&mut self, file: &mut JournalFile) -> Result<bool, Odd> {
        let Some((at, used)) = self.arrays.pop() else {
            self.ready.extend(self.first.take());
            return Ok(!self.ready.is_empty());
        };
        let count = used.min(PIECE);
        self.ready = file.offsets(at, used - count, count)?;
        // Room that journald has set aside but not filled yet.
        self.ready.retain(|&offset| offset != 0);
        if used > count {
            self.arrays.push((at, used - count));
        }
        Ok(true)
    }
}
