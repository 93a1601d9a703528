//! `replace` and `expandtabs` for `str` and `bytes`.

use super::{Flavour, SizeError, search, try_with_capacity};
use memchr::memmem;

/// Replaces up to `max` occurrences; `None` when nothing changes.
pub fn replace<F: Flavour>(
    text: &[u8],
    old: &[u8],
    new: &[u8],
    max: usize,
) -> Result<Option<Vec<u8>>, SizeError> {
    if max == 0 || (old.is_empty() && new.is_empty()) || old == new {
        return Ok(None);
    }
    if old.is_empty() {
        return interleave::<F>(text, new, max).map(Some);
    }
    if old.len() > text.len() {
        return Ok(None);
    }
    if let ([from], [to]) = (old, new) {
        return replace_byte(text, *from, *to, max);
    }
    // Equal length or shrinking: the text's own size is enough; growing: count first.
    let capacity = if new.len() <= old.len() {
        if search::find(text, old).is_none() {
            return Ok(None);
        }
        text.len()
    } else {
        let hits = search::count::<F>(text, old).min(max);
        if hits == 0 {
            return Ok(None);
        }
        let growth = (new.len() - old.len()).checked_mul(hits).ok_or(SizeError::Overflow)?;
        text.len().checked_add(growth).ok_or(SizeError::Overflow)?
    };
    let mut out = try_with_capacity(capacity)?;
    let mut last = 0;
    let mut copy = |at: usize| {
        out.extend_from_slice(&text[last..at]);
        out.extend_from_slice(new);
        last = at + old.len();
    };
    if let [byte] = old {
        memchr::memchr_iter(*byte, text).take(max).for_each(&mut copy);
    } else {
        memmem::find_iter(text, old).take(max).for_each(&mut copy);
    }
    out.extend_from_slice(&text[last..]);
    Ok(Some(out))
}

fn replace_byte(text: &[u8], from: u8, to: u8, max: usize) -> Result<Option<Vec<u8>>, SizeError> {
    let Some(first) = memchr::memchr(from, text) else { return Ok(None) };
    let mut out = try_with_capacity(text.len())?;
    out.extend_from_slice(text);
    if max >= text.len() {
        for byte in &mut out[first..] {
            *byte = if *byte == from { to } else { *byte };
        }
    } else {
        out.iter_mut().filter(|byte| **byte == from).take(max).for_each(|byte| *byte = to);
    }
    Ok(Some(out))
}

/// Puts `new` before each unit and at the end, up to `max` times.
fn interleave<F: Flavour>(text: &[u8], new: &[u8], max: usize) -> Result<Vec<u8>, SizeError> {
    let hits = (F::count(text) + 1).min(max);
    let growth = new.len().checked_mul(hits).ok_or(SizeError::Overflow)?;
    let mut out = try_with_capacity(text.len().checked_add(growth).ok_or(SizeError::Overflow)?)?;
    let mut at = 0;
    for _ in 0..hits {
        out.extend_from_slice(new);
        let len = F::at(text, at).map_or(0, |(_, len)| len);
        out.extend_from_slice(&text[at..at + len]);
        at += len;
    }
    out.extend_from_slice(&text[at..]);
    Ok(out)
}

/// Replaces tabs by spaces up to the next column that is a multiple of `tab_size`.
pub fn expand_tabs<F: Flavour>(text: &[u8], tab_size: i64) -> Result<Vec<u8>, SizeError> {
    let tab_size = usize::try_from(tab_size).unwrap_or(0);
    let mut out = try_with_capacity(text.len())?;
    let (mut at, mut column) = (0, 0usize);
    while let Some((unit, len)) = F::at(text, at) {
        if unit == 0x09 {
            if tab_size > 0 {
                let spaces = tab_size - column % tab_size;
                column = column.checked_add(spaces).ok_or(SizeError::Overflow)?;
                let size = out.len().checked_add(spaces).ok_or(SizeError::Overflow)?;
                if size > isize::MAX as usize {
                    return Err(SizeError::Overflow);
                }
                out.try_reserve(spaces).map_err(|_| SizeError::Memory)?;
                out.resize(size, b' ');
            }
        } else {
            column = if matches!(unit, 0x0a | 0x0d) { 0 } else { column + 1 };
            out.extend_from_slice(&text[at..at + len]);
        }
        at += len;
    }
    Ok(out)
}
