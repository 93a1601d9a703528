//! The `unicode_escape` and `raw_unicode_escape` codecs.

use super::{Decoded, Decoding, ErrorHandler};
use crate::unicode::{Named, lookup_name};
use crate::utf8::{code_points, push, repr::push_numeric_escape};

/// What decoding found besides the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EscapeNotes {
    /// What follows the backslash of the first escape that means nothing, or octal past 377:
    /// worth a DeprecationWarning.
    pub first_invalid: Option<Vec<u8>>,
}

/// An escape that could not be read: why, where the bad part ends, and whether more input could
/// complete it.
struct Bad {
    reason: &'static str,
    end: usize,
    incomplete: bool,
}

/// Reads exactly `count` hexadecimal digits.
fn hex(
    input: &[u8],
    mut at: usize,
    count: usize,
    reason: &'static str,
) -> Result<(u32, usize), Bad> {
    let mut value = 0u32;
    for _ in 0..count {
        let byte = input.get(at);
        match byte.and_then(|&b| (b as char).to_digit(16)) {
            Some(digit) => value = value << 4 | digit,
            None => return Err(Bad { reason, end: at, incomplete: byte.is_none() }),
        }
        at += 1;
    }
    Ok((value, at))
}

/// Reads `\N{NAME}` from after the `N`.
fn named(input: &[u8], at: usize) -> Result<(u32, usize), Bad> {
    const MALFORMED: &str = "malformed \\N character escape";
    let malformed = |end: usize| Bad { reason: MALFORMED, end, incomplete: end >= input.len() };
    if input.get(at) != Some(&b'{') {
        return Err(malformed(at));
    }
    let start = at + 1;
    let rest = input.get(start..).unwrap_or_default();
    let Some(len) = memchr::memchr(b'}', rest) else { return Err(malformed(input.len())) };
    if len == 0 {
        return Err(malformed(start));
    }
    let end = start + len + 1;
    match std::str::from_utf8(&rest[..len]).ok().and_then(lookup_name) {
        Some(Named::Char(cp)) => Ok((cp, end)),
        _ => Err(Bad { reason: "unknown Unicode character name", end, incomplete: false }),
    }
}

/// Decodes what `unicode_escape` encodes, and every escape of a `str` literal; other bytes are
/// Latin-1.
pub fn decode<'i, H: ErrorHandler>(
    input: &'i [u8],
    handler: &mut H,
    last: bool,
) -> Result<(Decoded<'i>, EscapeNotes), H::Error> {
    let mut state = Decoding::new("unicodeescape", input, handler);
    let mut notes = EscapeNotes::default();
    let mut at = 0;
    while let Some(&byte) = state.input.get(at) {
        if byte != b'\\' {
            push(&mut state.out, u32::from(byte));
            at += 1;
            continue;
        }
        match escape(&state.input, at + 1, &mut notes, &mut state.out) {
            Ok(end) => at = end,
            Err(bad) if bad.incomplete && !last => break,
            Err(bad) => at = state.fail(at, bad.end, bad.reason)?,
        }
    }
    Ok((state.finish(at), notes))
}

/// Reads one escape from after its backslash; gives where it ends.
fn escape(
    input: &[u8],
    at: usize,
    notes: &mut EscapeNotes,
    out: &mut Vec<u8>,
) -> Result<usize, Bad> {
    let Some(&kind) = input.get(at) else {
        return Err(Bad { reason: "\\ at end of string", end: at, incomplete: true });
    };
    let next = at + 1;
    let (cp, end) = match kind {
        b'\n' => return Ok(next),
        b'\\' | b'\'' | b'"' => (u32::from(kind), next),
        b'b' => (8, next),
        b't' => (9, next),
        b'n' => (10, next),
        b'v' => (11, next),
        b'f' => (12, next),
        b'r' => (13, next),
        b'a' => (7, next),
        b'0'..=b'7' => {
            let (value, end) = octal(input, at);
            if value > 0o377 {
                notes.first_invalid.get_or_insert_with(|| input[at..end].to_vec());
            }
            (value, end)
        }
        b'x' => hex(input, next, 2, "truncated \\xXX escape")?,
        b'u' => hex(input, next, 4, "truncated \\uXXXX escape")?,
        b'U' => {
            let (cp, end) = hex(input, next, 8, "truncated \\UXXXXXXXX escape")?;
            if cp > 0x10ffff {
                return Err(Bad { reason: "illegal Unicode character", end, incomplete: false });
            }
            (cp, end)
        }
        b'N' => named(input, next)?,
        _ => {
            notes.first_invalid.get_or_insert_with(|| vec![kind]);
            out.push(b'\\');
            (u32::from(kind), next)
        }
    };
    push(out, cp);
    Ok(end)
}

/// Reads one to three octal digits.
pub(super) fn octal(input: &[u8], at: usize) -> (u32, usize) {
    let digits = input[at..].iter().take(3).take_while(|b| matches!(b, b'0'..=b'7'));
    digits.fold((0, at), |(value, end), &b| (value << 3 | u32::from(b - b'0'), end + 1))
}

/// Decodes `\uXXXX` and `\UXXXXXXXX` only; other bytes are Latin-1.
pub fn decode_raw<'i, H: ErrorHandler>(
    input: &'i [u8],
    handler: &mut H,
    last: bool,
) -> Result<Decoded<'i>, H::Error> {
    let mut state = Decoding::new("rawunicodeescape", input, handler);
    let mut at = 0;
    while let Some(&byte) = state.input.get(at) {
        let kind = state.input.get(at + 1).copied();
        let result = match (byte, kind) {
            (b'\\', Some(b'u')) => hex(&state.input, at + 2, 4, "truncated \\uXXXX escape"),
            (b'\\', Some(b'U')) => {
                match hex(&state.input, at + 2, 8, "truncated \\UXXXXXXXX escape") {
                    Ok((cp, end)) if cp > 0x10ffff => {
                        let reason = "\\Uxxxxxxxx out of range";
                        Err(Bad { reason, end, incomplete: false })
                    }
                    result => result,
                }
            }
            (b'\\', None) if !last => break,
            (b'\\', Some(other)) => {
                state.out.push(b'\\');
                Ok((u32::from(other), at + 2))
            }
            _ => Ok((u32::from(byte), at + 1)),
        };
        match result {
            Ok((cp, end)) => {
                push(&mut state.out, cp);
                at = end;
            }
            Err(bad) if bad.incomplete && !last => break,
            Err(bad) => at = state.fail(at, bad.end, bad.reason)?,
        }
    }
    Ok(state.finish(at))
}

/// Encodes to ASCII with escapes.
pub fn encode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for cp in code_points(text) {
        match cp {
            0x5c => out.extend_from_slice(b"\\\\"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x0a => out.extend_from_slice(b"\\n"),
            0x0d => out.extend_from_slice(b"\\r"),
            0x20..0x7f => out.push(cp as u8),
            _ => push_numeric_escape(&mut out, cp),
        }
    }
    out
}

/// Encodes to Latin-1 with `\u` and `\U` for the rest.
pub fn encode_raw(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for cp in code_points(text) {
        match u8::try_from(cp) {
            Ok(byte) => out.push(byte),
            Err(_) => push_numeric_escape(&mut out, cp),
        }
    }
    out
}
