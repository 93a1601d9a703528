//! Single characters, and how far a repeat of one reaches.

use memchr::{memchr, memrchr};

use crate::case::{Locale, in_category, is_ascii_word, is_unicode_word};
use crate::exec::Context;
use crate::first::{First, matches_one};
use crate::opcodes::{At, Category};
use crate::program::One;
use crate::subject::Subject;

/// The position behind the character at `pos` if it is what `one` asks for.
#[inline(always)]
pub(crate) fn step<S: Subject>(cx: &Context<S>, one: One, pos: usize) -> Option<usize> {
    let bytes = cx.subject.bytes();
    match one {
        One::Byte(byte) => (bytes.get(pos) == Some(&byte)).then_some(pos + 1),
        One::Set(set) => {
            let set = cx.program.sets.get(set as usize)?;
            let byte = *bytes.get(pos)?;
            if !S::WIDE || byte < 0x80 {
                return set.table[usize::from(byte)].then_some(pos + 1);
            }
            let (ch, next) = cx.subject.next(pos)?;
            set.contains(ch).then_some(next)
        }
        _ => {
            let (ch, next) = cx.subject.next(pos)?;
            matches_one(cx.program, one, ch, cx.locale).then_some(next)
        }
    }
}

/// The end of the longest run of at most `max` characters from `pos` on.
#[inline]
pub(crate) fn run<S: Subject>(cx: &Context<S>, one: One, pos: usize, max: u32) -> usize {
    let bytes = cx.subject.bytes();
    // What holds for bytes holds for characters while a limit in characters is no
    // limit in bytes.
    let room = bytes.len() - pos.min(bytes.len());
    let limit = match usize::try_from(max) {
        Ok(max) if max < room => {
            if S::WIDE {
                return run_counted(cx, one, pos, max);
            }
            pos + max
        }
        _ => bytes.len(),
    };
    let tail = bytes.get(pos..limit).unwrap_or(&[]);
    match one {
        One::Any => memchr(b'\n', tail).map_or(limit, |at| pos + at),
        One::AnyAll => limit,
        One::NotByte(byte) => memchr(byte, tail).map_or(limit, |at| pos + at),
        One::Byte(byte) => tail.iter().position(|&b| b != byte).map_or(limit, |at| pos + at),
        One::Set(set) => {
            let Some(set) = cx.program.sets.get(set as usize) else { return pos };
            if !S::WIDE {
                return tail
                    .iter()
                    .position(|&b| !set.table[usize::from(b)])
                    .map_or(limit, |at| pos + at);
            }
            let mut at = pos;
            while let Some(&byte) = bytes.get(at) {
                if byte < 0x80 {
                    if !set.table[usize::from(byte)] {
                        break;
                    }
                    at += 1;
                } else {
                    match cx.subject.next(at) {
                        Some((ch, next)) if set.contains(ch) => at = next,
                        _ => break,
                    }
                }
            }
            at
        }
        _ => run_counted(cx, one, pos, limit - pos),
    }
}

fn run_counted<S: Subject>(cx: &Context<S>, one: One, mut pos: usize, max: usize) -> usize {
    for _ in 0..max {
        match step(cx, one, pos) {
            Some(next) => pos = next,
            None => break,
        }
    }
    pos
}

/// The last position in `from..=to` where `first` can start; the next one down
/// from `to` when that is not known.
#[inline]
pub(crate) fn last_start<S: Subject>(
    subject: S,
    first: &First,
    from: usize,
    to: usize,
) -> Option<usize> {
    let bytes = subject.bytes();
    // Nothing starts at the end.
    let window = bytes.get(from..(to + 1).min(bytes.len()))?;
    let at = match first.only {
        Some(byte) => memrchr(byte, window)?,
        None => {
            let table = S::table(first);
            window.iter().rposition(|&byte| table[usize::from(byte)])?
        }
    };
    Some(from + at)
}

/// Takes characters from `pos` on, at most `left`, until `first` can start.
/// Returns the position and how many may still be taken.
#[inline]
pub(crate) fn next_start<S: Subject>(
    cx: &Context<S>,
    one: One,
    first: &First,
    mut pos: usize,
    mut left: u32,
) -> Option<(usize, u32)> {
    let table = S::table(first);
    let bytes = cx.subject.bytes();
    if left == u32::MAX
        && one == One::AnyAll
        && let Some(only) = first.only
    {
        return memchr(only, bytes.get(pos..)?).map(|at| (pos + at, left));
    }
    loop {
        if table[usize::from(*bytes.get(pos)?)] {
            return Some((pos, left));
        }
        if left == 0 {
            return None;
        }
        pos = step(cx, one, pos)?;
        if left != u32::MAX {
            left -= 1;
        }
    }
}

/// Whether `pos` is a position of this kind.
pub(crate) fn is_at<S: Subject>(cx: &Context<S>, at: At, pos: usize) -> bool {
    let bytes = cx.subject.bytes();
    let newline = |pos: usize| bytes.get(pos) == Some(&b'\n');
    match at {
        At::Beginning | At::BeginningString => pos == 0,
        At::BeginningLine => pos == 0 || newline(pos - 1),
        At::End => pos == bytes.len() || pos + 1 == bytes.len() && newline(pos),
        At::EndLine => pos == bytes.len() || newline(pos),
        At::EndString => pos == bytes.len(),
        At::Boundary => is_boundary(cx, pos, is_ascii_word),
        At::NonBoundary => !is_boundary(cx, pos, is_ascii_word),
        At::UniBoundary => is_boundary(cx, pos, is_unicode_word),
        At::UniNonBoundary => !is_boundary(cx, pos, is_unicode_word),
        At::LocBoundary => is_boundary(cx, pos, |ch| is_locale_word(cx.locale, ch)),
        At::LocNonBoundary => !is_boundary(cx, pos, |ch| is_locale_word(cx.locale, ch)),
    }
}

fn is_locale_word(locale: &Locale, ch: u32) -> bool {
    in_category(Category::LocWord, ch, locale)
}

#[inline(always)]
fn is_boundary<S: Subject>(cx: &Context<S>, pos: usize, is_word: impl Fn(u32) -> bool) -> bool {
    let before = cx.subject.previous(pos).is_some_and(|(ch, _)| is_word(ch));
    let after = cx.subject.next(pos).is_some_and(|(ch, _)| is_word(ch));
    before != after
}
