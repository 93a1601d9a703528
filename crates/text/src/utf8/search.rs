//! Finding substrings.  Well-formed UTF-8 never matches in the middle of a character, so `str`
//! and `bytes` share everything but the meaning of an empty needle.

use super::Flavour;
use memchr::{memchr, memchr_iter, memmem, memrchr};

/// Byte offset of the first occurrence.
#[inline]
pub fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [byte] => memchr(*byte, text),
        _ => memmem::find(text, needle),
    }
}

/// Byte offset of the last occurrence.
#[inline]
pub fn rfind(text: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(text.len()),
        [byte] => memrchr(*byte, text),
        _ => memmem::rfind(text, needle),
    }
}

#[inline]
pub fn contains(text: &[u8], needle: &[u8]) -> bool {
    find(text, needle).is_some()
}

/// Number of occurrences that do not overlap; an empty needle stands between all units.
pub fn count<F: Flavour>(text: &[u8], needle: &[u8]) -> usize {
    match needle {
        [] => F::count(text) + 1,
        [byte] => memchr_iter(*byte, text).count(),
        _ => memmem::find_iter(text, needle).count(),
    }
}
