//! Positions in non-ASCII text: the table that makes `s[i]` cost the same everywhere.
//!
//! ```text
//! block per 64 characters:  start (byte offset)  near[8] (offset of every 8th from start)
//! ```
//! A lookup reads one block of 16 bytes and steps over at most 7 characters.

use super::{char_count, sequence_len};

const BLOCK: usize = 64;
const STEP: usize = 8;

struct Block {
    start: usize,
    near: [u8; BLOCK / STEP],
}

const _: () = assert!(size_of::<Block>() <= 16 && (BLOCK - STEP) * super::MAX_LEN < 256);

/// Byte offsets of the characters of one text.
pub struct CharIndex {
    blocks: Box<[Block]>,
    chars: usize,
    bytes: usize,
}

impl CharIndex {
    pub fn new(text: &[u8]) -> CharIndex {
        let chars = char_count(text);
        let mut blocks = Vec::with_capacity(chars.div_ceil(BLOCK));
        let mut at = 0;
        let mut left = chars;
        while left > 0 {
            let start = at;
            let mut near = [0; BLOCK / STEP];
            for slot in near.iter_mut().take(left.div_ceil(STEP)) {
                *slot = (at - start) as u8;
                at = advance(text, at, STEP.min(left));
                left -= STEP.min(left);
            }
            blocks.push(Block { start, near });
        }
        CharIndex { blocks: blocks.into(), chars, bytes: text.len() }
    }

    /// Length in characters.
    pub fn char_count(&self) -> usize {
        self.chars
    }

    /// Memory the table takes.
    pub fn size(&self) -> usize {
        self.blocks.len() * size_of::<Block>()
    }

    /// Byte offset of a character; the text's length at or past the end.
    #[inline]
    pub fn to_byte(&self, text: &[u8], char: usize) -> usize {
        if char >= self.chars {
            return self.bytes;
        }
        let block = &self.blocks[char / BLOCK];
        let at = block.start + usize::from(block.near[char % BLOCK / STEP]);
        advance(text, at, char % STEP)
    }

    /// Number of characters that start before a byte offset.
    pub fn to_char(&self, text: &[u8], byte: usize) -> usize {
        if byte >= self.bytes {
            return self.chars;
        }
        let index = self.blocks.partition_point(|block| block.start <= byte).saturating_sub(1);
        let Some(block) = self.blocks.get(index) else { return 0 };
        let steps = (self.chars - index * BLOCK).div_ceil(STEP).min(BLOCK / STEP);
        let near = &block.near[..steps];
        let step = near.partition_point(|&n| block.start + usize::from(n) <= byte) - 1;
        let at = block.start + usize::from(near[step]);
        index * BLOCK + step * STEP + char_count(text.get(at..byte).unwrap_or_default())
    }
}

/// The byte offset `chars` characters after byte `at`.
#[inline]
pub fn advance(text: &[u8], mut at: usize, chars: usize) -> usize {
    for _ in 0..chars {
        match text.get(at) {
            Some(&lead) => at += sequence_len(lead),
            None => break,
        }
    }
    at.min(text.len())
}

/// The byte offset of a character in a text without a table, by counting from the start.
pub fn byte_offset(text: &[u8], char: usize) -> usize {
    // Whole chunks are counted with vector instructions before the last one is walked.
    let mut at = 0;
    let mut left = char;
    while left > 128 && text.len() - at > 128 {
        let count = char_count(&text[at..at + 128]);
        at += 128;
        left -= count;
    }
    while at < text.len() && super::is_continuation(text[at]) {
        at += 1;
    }
    advance(text, at, left)
}
