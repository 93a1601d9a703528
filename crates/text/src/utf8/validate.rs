//! Counting code points and checking that bytes are well-formed UTF-8.

/// Where bytes stop being UTF-8, and why, in CPython's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utf8Error {
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

pub const INVALID_START: &str = "invalid start byte";
pub const INVALID_CONTINUATION: &str = "invalid continuation byte";
pub const UNEXPECTED_END: &str = "unexpected end of data";

/// Number of code points.
#[inline]
pub fn char_count(text: &[u8]) -> usize {
    // A counter of one byte per lane keeps the inner loop in vector registers.
    let lanes = |chunk: &[u8]| {
        let mut count = 0u8;
        for &byte in chunk {
            count += u8::from(byte as i8 >= -0x40);
        }
        usize::from(count)
    };
    let mut chunks = text.chunks_exact(128);
    let whole: usize = chunks.by_ref().map(lanes).sum();
    whole + lanes(chunks.remainder())
}

/// Checks strict UTF-8 (no surrogates) from byte `from` on.
pub fn validate_strict(bytes: &[u8], from: usize) -> Result<(), Utf8Error> {
    let rest = bytes.get(from..).unwrap_or_default();
    let Err(error) = std::str::from_utf8(rest) else { return Ok(()) };
    let start = from + error.valid_up_to();
    Err(match error.error_len() {
        None => Utf8Error { start, end: bytes.len(), reason: UNEXPECTED_END },
        Some(len) => {
            let lead = bytes[start];
            let reason =
                if matches!(lead, 0xc2..=0xf4) { INVALID_CONTINUATION } else { INVALID_START };
            Utf8Error { start, end: start + len, reason }
        }
    })
}

/// Whether a surrogate is encoded at `at`.
#[inline]
pub fn is_surrogate_at(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at..at + 3), Some([0xed, 0xa0..=0xbf, 0x80..=0xbf]))
}

/// Checks generalised UTF-8: surrogates may stand anywhere.
pub fn validate_generalized(bytes: &[u8]) -> Result<(), Utf8Error> {
    let mut from = 0;
    loop {
        match validate_strict(bytes, from) {
            Ok(()) => return Ok(()),
            Err(error) if is_surrogate_at(bytes, error.start) => from = error.start + 3,
            Err(error) => return Err(error),
        }
    }
}

/// The first surrogate at or after byte `from`: no other code point starts with 0xED 0xA0..
pub fn find_surrogate(text: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    memchr::memchr_iter(0xed, rest)
        .map(|at| from + at)
        .find(|&at| text.get(at + 1).is_some_and(|&next| next >= 0xa0))
}

/// Length of the longest ASCII prefix.
#[inline]
pub fn ascii_prefix(bytes: &[u8]) -> usize {
    super::prefix_len(bytes, |byte| byte < 0x80)
}
