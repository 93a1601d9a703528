//! Text to float.

use crate::unicode;
use crate::utf8::{code_points, push};
use std::borrow::Cow;

/// Reads a Python float: digits with single underscores between them, `inf`, `nan`; no
/// whitespace around, which is the caller's.
pub fn parse(text: &[u8]) -> Option<f64> {
    let plain = without_underscores(text)?;
    // The standard parser takes what Python takes: the same words, forms and rounding.
    std::str::from_utf8(&plain).ok()?.parse().ok()
}

/// Removes underscores that stand between two digits; `None` if any stands elsewhere.
pub fn without_underscores(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if memchr::memchr(b'_', text).is_none() {
        return Some(Cow::Borrowed(text));
    }
    let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    let mut out = Vec::with_capacity(text.len());
    for (at, &byte) in text.iter().enumerate() {
        if byte != b'_' {
            out.push(byte);
        } else if !(digit(at.checked_sub(1)) && digit(Some(at + 1))) {
            return None;
        }
    }
    Some(Cow::Owned(out))
}

/// Rewrites decimal digits of all scripts as ASCII and whitespace as spaces, so that `int`,
/// `float` and `complex` parse bytes.  What is neither becomes `?`, which no number contains.
pub fn to_ascii_numeral(text: &[u8]) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    for cp in code_points(text) {
        if cp < 0x80 {
            push(&mut out, cp);
        } else if unicode::is_space(cp) {
            out.push(b' ');
        } else {
            out.push(unicode::decimal_value(cp).map_or(b'?', |digit| b'0' + digit));
        }
    }
    Cow::Owned(out)
}
