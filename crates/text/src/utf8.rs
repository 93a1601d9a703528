//! Generalised UTF-8: every code point 0..=10FFFF on its own, surrogates included.
//!
//! Functions here trust their input to be well formed (`validate` makes sure); on anything else
//! they give some answer, never a panic.

use crate::unicode;

pub mod case;
pub mod index;
pub mod replace;
pub mod repr;
pub mod search;
pub mod split;
pub mod validate;

pub use index::CharIndex;
pub use validate::{Utf8Error, char_count, validate_generalized};

/// A result that would not fit: callers raise OverflowError or MemoryError.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeError {
    Overflow,
    Memory,
}

/// A vector with room for `capacity` bytes, or the error that Python reports.
pub fn try_with_capacity(capacity: usize) -> Result<Vec<u8>, SizeError> {
    if capacity > isize::MAX as usize {
        return Err(SizeError::Overflow);
    }
    let mut out = Vec::new();
    out.try_reserve_exact(capacity).map_err(|_| SizeError::Memory)?;
    Ok(out)
}

/// How a text is read: as code points (`str`, and quicker where it is ASCII) or as bytes
/// (`bytes`, `bytearray`).
pub trait Flavour: Copy {
    /// The unit that starts at `at` and its length.
    fn at(text: &[u8], at: usize) -> Option<(u32, usize)>;
    /// The unit that ends before `end` and its length.
    fn before(text: &[u8], end: usize) -> Option<(u32, usize)>;
    fn is_space(unit: u32) -> bool;
    fn is_linebreak(unit: u32) -> bool;
    /// Whether a byte can be, or start, a line break.
    fn may_break(byte: u8) -> bool;
    /// Number of units.
    fn count(text: &[u8]) -> usize;
}

/// Code points of generalised UTF-8.
#[derive(Clone, Copy)]
pub struct Str;

/// Code points of a text that is ASCII.
#[derive(Clone, Copy)]
pub struct Ascii;

/// Bytes, with ASCII whitespace.
#[derive(Clone, Copy)]
pub struct Bytes;

impl Flavour for Str {
    #[inline(always)]
    fn at(text: &[u8], at: usize) -> Option<(u32, usize)> {
        decode_at(text, at)
    }

    #[inline(always)]
    fn before(text: &[u8], end: usize) -> Option<(u32, usize)> {
        decode_before(text, end)
    }

    #[inline(always)]
    fn is_space(unit: u32) -> bool {
        if unit < 0x80 {
            matches!(unit, 0x09..=0x0d | 0x1c..=0x20)
        } else {
            unicode::is_space(unit)
        }
    }

    #[inline(always)]
    fn is_linebreak(unit: u32) -> bool {
        unicode::is_linebreak(unit)
    }

    #[inline(always)]
    fn may_break(byte: u8) -> bool {
        // U+0085 starts with C2, U+2028 and U+2029 with E2.
        (byte < 0x20) | (byte == 0xc2) | (byte == 0xe2)
    }

    fn count(text: &[u8]) -> usize {
        char_count(text)
    }
}

impl Flavour for Ascii {
    #[inline(always)]
    fn at(text: &[u8], at: usize) -> Option<(u32, usize)> {
        Bytes::at(text, at)
    }

    #[inline(always)]
    fn before(text: &[u8], end: usize) -> Option<(u32, usize)> {
        Bytes::before(text, end)
    }

    #[inline(always)]
    fn is_space(unit: u32) -> bool {
        matches!(unit, 0x09..=0x0d | 0x1c..=0x20)
    }

    #[inline(always)]
    fn is_linebreak(unit: u32) -> bool {
        Str::is_linebreak(unit)
    }

    #[inline(always)]
    fn may_break(byte: u8) -> bool {
        byte < 0x20
    }

    fn count(text: &[u8]) -> usize {
        text.len()
    }
}

impl Flavour for Bytes {
    #[inline(always)]
    fn at(text: &[u8], at: usize) -> Option<(u32, usize)> {
        text.get(at).map(|&b| (u32::from(b), 1))
    }

    #[inline(always)]
    fn before(text: &[u8], end: usize) -> Option<(u32, usize)> {
        Self::at(text, end.checked_sub(1)?)
    }

    #[inline(always)]
    fn is_space(unit: u32) -> bool {
        matches!(unit, 0x09..=0x0d | 0x20)
    }

    #[inline(always)]
    fn is_linebreak(unit: u32) -> bool {
        matches!(unit, 0x0a | 0x0d)
    }

    #[inline(always)]
    fn may_break(byte: u8) -> bool {
        (byte == 0x0a) | (byte == 0x0d)
    }

    fn count(text: &[u8]) -> usize {
        text.len()
    }
}

/// The longest encoding of a code point.
pub const MAX_LEN: usize = 4;

/// Length of the sequence that a lead byte starts; 1 for stray continuation bytes.
#[inline(always)]
pub const fn sequence_len(lead: u8) -> usize {
    if lead < 0xc0 {
        1
    } else if lead < 0xe0 {
        2
    } else if lead < 0xf0 {
        3
    } else {
        4
    }
}

/// Length of the encoding of a code point.
#[inline(always)]
pub const fn encoded_len(cp: u32) -> usize {
    if cp < 0x80 {
        1
    } else if cp < 0x800 {
        2
    } else if cp < 0x1_0000 {
        3
    } else {
        4
    }
}

#[inline(always)]
pub const fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// The code point that starts at byte `at`, and its length; `None` at or past the end.
#[inline(always)]
pub fn decode_at(text: &[u8], at: usize) -> Option<(u32, usize)> {
    let &lead = text.get(at)?;
    if lead < 0x80 {
        return Some((u32::from(lead), 1));
    }
    Some(decode_multibyte(text, at, lead))
}

#[inline(always)]
fn decode_multibyte(text: &[u8], at: usize, lead: u8) -> (u32, usize) {
    // Away from the end one bounds check serves all four bytes.
    match text[at..].first_chunk() {
        Some(&bytes) => decode_four(lead, bytes),
        None => decode_near_end(text, at, lead),
    }
}

#[inline(always)]
fn decode_four(lead: u8, bytes: [u8; MAX_LEN]) -> (u32, usize) {
    let lead = u32::from(lead);
    let word = u32::from_le_bytes(bytes);
    let (a, b, c) = (word >> 8 & 0x3f, word >> 16 & 0x3f, word >> 24 & 0x3f);
    if lead < 0xc0 {
        (lead, 1)
    } else if lead < 0xe0 {
        ((lead & 0x1f) << 6 | a, 2)
    } else if lead < 0xf0 {
        ((lead & 0x0f) << 12 | a << 6 | b, 3)
    } else {
        ((lead & 0x07) << 18 | a << 12 | b << 6 | c, 4)
    }
}

#[inline(never)]
fn decode_near_end(text: &[u8], at: usize, lead: u8) -> (u32, usize) {
    let rest = &text[at..];
    let mut bytes = [0; MAX_LEN];
    bytes[..rest.len()].copy_from_slice(rest);
    let (cp, len) = decode_four(lead, bytes);
    // A truncated sequence must not lead past the end.
    (cp, len.min(rest.len()))
}

/// The code point that ends just before byte `end`, and its length.
#[inline]
pub fn decode_before(text: &[u8], end: usize) -> Option<(u32, usize)> {
    let &last = text.get(end.checked_sub(1)?)?;
    if last < 0x80 {
        return Some((u32::from(last), 1));
    }
    let mut start = end - 1;
    while start > 0 && end - start < MAX_LEN && is_continuation(text[start]) {
        start -= 1;
    }
    let (cp, _) = decode_at(text, start)?;
    Some((cp, end - start))
}

/// The encoding of a code point in a buffer, and its length.
#[inline(always)]
pub const fn encode(cp: u32) -> ([u8; MAX_LEN], usize) {
    const fn low(cp: u32, shift: u32) -> u8 {
        0x80 | (cp >> shift & 0x3f) as u8
    }
    match encoded_len(cp) {
        1 => ([cp as u8, 0, 0, 0], 1),
        2 => ([0xc0 | (cp >> 6) as u8, low(cp, 0), 0, 0], 2),
        3 => ([0xe0 | (cp >> 12) as u8, low(cp, 6), low(cp, 0), 0], 3),
        _ => ([0xf0 | (cp >> 18) as u8, low(cp, 12), low(cp, 6), low(cp, 0)], 4),
    }
}

/// Appends a code point.
#[inline(always)]
pub fn push(out: &mut Vec<u8>, cp: u32) {
    // Copies of a constant size are plain stores; one of a variable size is a call.
    let low = |shift: u32| 0x80 | (cp >> shift & 0x3f) as u8;
    if cp < 0x80 {
        out.push(cp as u8);
    } else if cp < 0x800 {
        out.extend_from_slice(&[0xc0 | (cp >> 6) as u8, low(0)]);
    } else if cp < 0x1_0000 {
        out.extend_from_slice(&[0xe0 | (cp >> 12) as u8, low(6), low(0)]);
    } else {
        out.extend_from_slice(&[0xf0 | (cp >> 18) as u8, low(12), low(6), low(0)]);
    }
}

/// Length of the longest prefix whose bytes all pass a test, which is tried on whole chunks
/// first: without branches in it, that becomes vector instructions.
#[inline(always)]
pub fn prefix_len(bytes: &[u8], test: impl Fn(u8) -> bool) -> usize {
    const CHUNK: usize = 16;
    let all = |chunk: &&[u8]| chunk.iter().fold(true, |all, &b| all & test(b));
    let at = bytes.chunks_exact(CHUNK).take_while(all).count() * CHUNK;
    at + bytes[at..].iter().take_while(|b| test(**b)).count()
}

/// The code points of a text, from either end.
#[derive(Clone)]
pub struct CodePoints<'a> {
    text: &'a [u8],
}

#[inline]
pub fn code_points(text: &[u8]) -> CodePoints<'_> {
    CodePoints { text }
}

impl<'a> CodePoints<'a> {
    /// What has not been read yet.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        self.text
    }
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let (cp, len) = decode_at(self.text, 0)?;
        self.text = self.text.get(len..).unwrap_or_default();
        Some(cp)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.text.len().div_ceil(MAX_LEN), Some(self.text.len()))
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        let (cp, len) = decode_before(self.text, self.text.len())?;
        self.text = &self.text[..self.text.len() - len];
        Some(cp)
    }
}
