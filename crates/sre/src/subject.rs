//! What is searched: bytes that are characters, or UTF-8.

use crate::first::First;

/// A sequence of characters in bytes.  Positions are byte offsets between
/// characters; any other position gives some character, never a panic.
pub trait Subject: Copy {
    /// Whether a character may be longer than a byte.
    const WIDE: bool;

    fn bytes(&self) -> &[u8];

    /// The character at `pos` and the position behind it.
    fn next(&self, pos: usize) -> Option<(u32, usize)>;

    /// The character before `pos` and its position.
    fn previous(&self, pos: usize) -> Option<(u32, usize)>;

    /// The position `count` characters further, if there are so many before `end`.
    fn forward(&self, pos: usize, count: usize, end: usize) -> Option<usize>;

    /// The position `count` characters back, if there are so many.
    fn back(&self, pos: usize, count: usize) -> Option<usize>;

    #[doc(hidden)]
    fn table(first: &First) -> &[bool; 256];
}

/// `bytes`, or a `str` that is ASCII: a byte is a character.
#[derive(Clone, Copy)]
pub struct Bytes<'a>(pub &'a [u8]);

/// A `str` that is not ASCII, in generalised UTF-8 (surrogates included).
#[derive(Clone, Copy)]
pub struct Utf8<'a>(pub &'a [u8]);

impl Subject for Bytes<'_> {
    const WIDE: bool = false;

    #[inline(always)]
    fn bytes(&self) -> &[u8] {
        self.0
    }

    #[inline(always)]
    fn next(&self, pos: usize) -> Option<(u32, usize)> {
        self.0.get(pos).map(|&byte| (byte.into(), pos + 1))
    }

    #[inline(always)]
    fn previous(&self, pos: usize) -> Option<(u32, usize)> {
        let pos = pos.checked_sub(1)?;
        self.0.get(pos).map(|&byte| (byte.into(), pos))
    }

    #[inline(always)]
    fn forward(&self, pos: usize, count: usize, end: usize) -> Option<usize> {
        pos.checked_add(count).filter(|&pos| pos <= end)
    }

    #[inline(always)]
    fn back(&self, pos: usize, count: usize) -> Option<usize> {
        pos.checked_sub(count)
    }

    #[inline(always)]
    fn table(first: &First) -> &[bool; 256] {
        &first.bytes
    }
}

impl Subject for Utf8<'_> {
    const WIDE: bool = true;

    #[inline(always)]
    fn bytes(&self) -> &[u8] {
        self.0
    }

    #[inline(always)]
    fn next(&self, pos: usize) -> Option<(u32, usize)> {
        let lead = *self.0.get(pos)?;
        if lead < 0x80 { Some((lead.into(), pos + 1)) } else { Some(decode(self.0, pos, lead)) }
    }

    #[inline(always)]
    fn previous(&self, pos: usize) -> Option<(u32, usize)> {
        let mut at = pos.checked_sub(1)?;
        while at > 0 && is_continuation(*self.0.get(at)?) {
            at -= 1;
        }
        self.next(at).map(|(ch, _)| (ch, at))
    }

    fn forward(&self, mut pos: usize, count: usize, end: usize) -> Option<usize> {
        for _ in 0..count {
            if pos >= end {
                return None;
            }
            pos = self.next(pos)?.1;
        }
        Some(pos)
    }

    fn back(&self, mut pos: usize, count: usize) -> Option<usize> {
        for _ in 0..count {
            pos = self.previous(pos)?.1;
        }
        Some(pos)
    }

    #[inline(always)]
    fn table(first: &First) -> &[bool; 256] {
        &first.utf8
    }
}

#[inline(always)]
pub(crate) fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// The character whose first byte is `lead`, at least 0x80.
#[inline]
fn decode(bytes: &[u8], pos: usize, lead: u8) -> (u32, usize) {
    let tail = |n: usize| u32::from(bytes.get(pos + n).copied().unwrap_or(0) & 0x3f);
    let lead = u32::from(lead);
    if lead < 0xe0 {
        ((lead & 0x1f) << 6 | tail(1), (pos + 2).min(bytes.len()))
    } else if lead < 0xf0 {
        ((lead & 0x0f) << 12 | tail(1) << 6 | tail(2), (pos + 3).min(bytes.len()))
    } else {
        let ch = (lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3);
        (ch, (pos + 4).min(bytes.len()))
    }
}

/// Appends the generalised UTF-8 of a code point.
pub(crate) fn encode(ch: u32, into: &mut Vec<u8>) {
    let tail = |shift: u32| 0x80 | (ch >> shift & 0x3f) as u8;
    match ch {
        0..0x80 => into.push(ch as u8),
        0x80..0x800 => into.extend([0xc0 | (ch >> 6) as u8, tail(0)]),
        0x800..0x10000 => into.extend([0xe0 | (ch >> 12) as u8, tail(6), tail(0)]),
        _ => into.extend([0xf0 | (ch >> 18 & 7) as u8, tail(12), tail(6), tail(0)]),
    }
}
