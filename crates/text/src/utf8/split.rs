//! Splitting and stripping for `str` and `bytes`.  Pieces go to a callback as slices of the
//! text, so that the caller builds its list without an array in between.

use super::{Flavour, code_points, prefix_len};
use memchr::{memchr_iter, memmem, memrchr};

/// Splits at whitespace, at most `max` times; empty pieces do not exist.
pub fn split_whitespace<'a, F: Flavour>(text: &'a [u8], max: usize, mut f: impl FnMut(&'a [u8])) {
    let mut at = skip_space::<F>(text, 0);
    let mut splits = 0;
    while at < text.len() {
        if splits == max {
            return f(&text[at..]);
        }
        let start = at;
        while let Some((unit, len)) = F::at(text, at) {
            if F::is_space(unit) {
                break;
            }
            at += len;
        }
        f(&text[start..at]);
        splits += 1;
        at = skip_space::<F>(text, at);
    }
}

/// Splits at whitespace from the right; the last piece comes first.
pub fn rsplit_whitespace<'a, F: Flavour>(text: &'a [u8], max: usize, mut f: impl FnMut(&'a [u8])) {
    let mut end = trim_end::<F>(text, 0);
    let mut splits = 0;
    while end > 0 {
        if splits == max {
            return f(&text[..end]);
        }
        let last = end;
        while let Some((unit, len)) = F::before(text, end) {
            if F::is_space(unit) {
                break;
            }
            end -= len;
        }
        f(&text[end..last]);
        splits += 1;
        end = trim_end::<F>(&text[..end], 0);
    }
}

/// Splits at a separator that is not empty, at most `max` times.
pub fn split<'a>(text: &'a [u8], separator: &[u8], max: usize, mut f: impl FnMut(&'a [u8])) {
    let mut last = 0;
    let mut piece = |at: usize| {
        f(&text[last..at]);
        last = at + separator.len();
    };
    match separator {
        [byte] => memchr_iter(*byte, text).take(max).for_each(&mut piece),
        _ => memmem::find_iter(text, separator).take(max).for_each(&mut piece),
    }
    f(&text[last..]);
}

/// Splits at a separator from the right; the last piece comes first.
pub fn rsplit<'a>(text: &'a [u8], separator: &[u8], max: usize, mut f: impl FnMut(&'a [u8])) {
    let mut end = text.len();
    if let [byte] = separator {
        for _ in 0..max {
            let Some(at) = memrchr(*byte, &text[..end]) else { break };
            f(&text[at + 1..end]);
            end = at;
        }
    } else {
        let finder = memmem::FinderRev::new(separator);
        for _ in 0..max {
            let Some(at) = finder.rfind(&text[..end]) else { break };
            f(&text[at + separator.len()..end]);
            end = at;
        }
    }
    f(&text[..end]);
}

/// Splits into lines; `\r\n` is one break.
pub fn split_lines<'a, F: Flavour>(text: &'a [u8], keep: bool, mut f: impl FnMut(&'a [u8])) {
    let (mut start, mut at) = (0, 0);
    loop {
        at += prefix_len(&text[at..], |byte| !F::may_break(byte));
        // Only lead bytes can stop the scan, so a unit starts here.
        let Some((unit, len)) = F::at(text, at) else { break };
        at += len;
        if !F::is_linebreak(unit) {
            continue;
        }
        let end = at - len;
        if unit == 0x0d && text.get(at) == Some(&0x0a) {
            at += 1;
        }
        f(&text[start..if keep { at } else { end }]);
        start = at;
    }
    if start < text.len() {
        f(&text[start..]);
    }
}

/// Which ends to strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    Left,
    Right,
    Both,
}

impl Ends {
    fn left(self) -> bool {
        self != Ends::Right
    }

    fn right(self) -> bool {
        self != Ends::Left
    }
}

/// Removes whitespace at the ends.
pub fn strip_whitespace<F: Flavour>(text: &[u8], ends: Ends) -> &[u8] {
    let start = if ends.left() { skip_space::<F>(text, 0) } else { 0 };
    let end = if ends.right() { trim_end::<F>(text, start) } else { text.len() };
    &text[start..end.max(start)]
}

/// Removes units that occur in `set` at the ends.
pub fn strip_chars<'a, F: Flavour>(text: &'a [u8], set: &[u8], ends: Ends) -> &'a [u8] {
    let inside = |unit: u32, start: usize, len: usize| {
        // A unit of one byte is in the set if its byte is; longer ones are compared decoded.
        match text.get(start..start + len) {
            Some([byte]) => memchr::memchr(*byte, set).is_some(),
            _ => code_points(set).any(|cp| cp == unit),
        }
    };
    let (mut start, mut end) = (0, text.len());
    if ends.left() {
        while let Some((unit, len)) = F::at(text, start) {
            if !inside(unit, start, len) {
                break;
            }
            start += len;
        }
    }
    if ends.right() {
        while end > start {
            match F::before(text, end) {
                Some((unit, len)) if inside(unit, end - len, len) => end -= len,
                _ => break,
            }
        }
    }
    &text[start..end.max(start)]
}

fn skip_space<F: Flavour>(text: &[u8], mut at: usize) -> usize {
    while let Some((unit, len)) = F::at(text, at) {
        if !F::is_space(unit) {
            break;
        }
        at += len;
    }
    at
}

/// Where trailing whitespace starts, not before `start`.
fn trim_end<F: Flavour>(text: &[u8], start: usize) -> usize {
    let mut end = text.len();
    while end > start {
        match F::before(text, end) {
            Some((unit, len)) if F::is_space(unit) => end -= len,
            _ => break,
        }
    }
    end
}
