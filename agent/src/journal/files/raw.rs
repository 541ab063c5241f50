//! A file's bytes, read in blocks that are kept for one search.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;

use super::Odd;

const BLOCK_BYTES: u64 = 4096;
/// 4 MiB.
const BLOCKS_MAX: usize = 1024;

/// Bytes by their offset.
pub(super) struct Raw {
    file: File,
    blocks: HashMap<u64, Vec<u8>>,
}

impl Raw {
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            blocks: HashMap::new(),
        }
    }

    /// `length` bytes from `at` on; odd when the file has fewer.
    pub(super) fn bytes(&mut self, at: u64, length: usize) -> Result<Vec<u8>, Odd> {
        let end = at
            .checked_add(u64::try_from(length).map_err(|_| Odd)?)
            .ok_or(Odd)?;
        let mut bytes = Vec::with_capacity(length);
        let mut position = at;
        while position < end {
            let offset = usize::try_from(position % BLOCK_BYTES).map_err(|_| Odd)?;
            let wanted = length - bytes.len();
            let block = self.block(position / BLOCK_BYTES)?;
            let piece = block
                .get(offset..)
                .filter(|piece| !piece.is_empty())
                .ok_or(Odd)?;
            let piece = &piece[..piece.len().min(wanted)];
            bytes.extend_from_slice(piece);
            position += u64::try_from(piece.len()).map_err(|_| Odd)?;
        }
        Ok(bytes)
    }

    /// A little-endian number.
    pub(super) fn long(&mut self, at: u64) -> Result<u64, Odd> {
        let bytes = self.bytes(at, 8)?;
        long_in(&bytes, 0)
    }

    fn block(&mut self, number: u64) -> Result<&[u8], Odd> {
        if !self.blocks.contains_key(&number) {
            if self.blocks.len() >= BLOCKS_MAX {
                self.blocks.clear();
            }
            let block = self.read(number.checked_mul(BLOCK_BYTES).ok_or(Odd)?)?;
            self.blocks.insert(number, block);
        }
        self.blocks.get(&number).map(Vec::as_slice).ok_or(Odd)
    }

    fn read(&self, at: u64) -> Result<Vec<u8>, Odd> {
        let mut block = vec![0; usize::try_from(BLOCK_BYTES).map_err(|_| Odd)?];
        let mut filled = 0;
        while filled < block.len() {
            let offset = at
                .checked_add(u64::try_from(filled).map_err(|_| Odd)?)
                .ok_or(Odd)?;
            match self.file.read_at(&mut block[filled..], offset) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return Err(Odd),
            }
        }
        block.truncate(filled);
        Ok(block)
    }
}

/// The eight bytes at `at`, little-endian.
pub(super) fn long_in(bytes: &[u8], at: usize) -> Result<u64, Odd> {
    let bytes = bytes
        .get(at..)
        .and_then(|bytes| bytes.first_chunk::<8>())
        .ok_or(Odd)?;
    Ok(u64::from_le_bytes(*bytes))
}

/// The four bytes at `at`, little-endian.
pub(super) fn short_in(bytes: &[u8], at: usize) -> Result<u32, Odd> {
    let bytes = bytes
        .get(at..)
        .and_then(|bytes| bytes.first_chunk::<4>())
        .ok_or(Odd)?;
    Ok(u32::from_le_bytes(*bytes))
}
