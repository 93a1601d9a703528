//! Backslash escapes of `str` and `bytes` literals.
//!
//! CPython decodes a `str` body with its `unicodeescape` codec, after having written
//! every character beyond ASCII as a ten-byte escape. The places in its error messages
//! count bytes of that, and so they do here (`expanded`).

use bumpalo::Bump;
use bumpalo::collections::Vec;
use memchr::memchr;
use text::unicode::{Named, lookup_name};

use super::{Decoded, LiteralError};

/// A backslash followed by what makes no escape; it stays in the value, and a warning is
/// due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidEscape {
    /// What follows the backslash: one byte, or the three digits of an octal number that
    /// no byte can hold.
    text: [u8; 3],
    octal: bool,
    /// Newlines in the literal before the backslash.
    newlines: u32,
    /// How far the backslash is from the last of them, or from the body's start.
    column: u32,
}

impl InvalidEscape {
    /// A backslash before `byte`, of which only the wording is wanted.
    pub(crate) fn from_byte(byte: u8) -> InvalidEscape {
        InvalidEscape { text: [byte; 3], octal: false, newlines: 0, column: 0 }
    }

    /// The byte behind the backslash.
    pub fn byte(&self) -> u8 {
        self.text[0]
    }

    fn describe(&self, future: &str) -> String {
        let shown = if self.octal { &self.text[..] } else { &self.text[..1] };
        let shown: String = shown.iter().map(|&byte| byte as char).collect();
        let octal = if self.octal { "octal " } else { "" };
        format!(
            "\"\\{shown}\" is an invalid {octal}escape sequence. {future}\
             Did you mean \"\\\\{shown}\"? A raw string is also an option."
        )
    }

    /// The message of the `SyntaxWarning`.
    pub fn warning(&self) -> String {
        self.describe("Such sequences will not work in the future. ")
    }

    /// The message of the `SyntaxError` that a filter can make of the warning.
    pub fn error(&self) -> String {
        self.describe("")
    }

    /// Line and byte column CPython gives the escape, for a token that stands at
    /// `lineno` and `col` and holds `token`. The prefix is not counted, and quotes only
    /// where no prefix comes before them.
    pub fn place(&self, lineno: u32, col: u32, token: &[u8]) -> (u32, u32) {
        if self.newlines > 0 {
            return (lineno + self.newlines, self.column);
        }
        let first = token.first().copied().unwrap_or(0);
        let quotes = token.iter().take_while(|byte| matches!(byte, b'\'' | b'"'));
        let quotes = quotes.filter(|&&byte| byte == first).count() as u32;
        (lineno, col + self.column + quotes)
    }
}

/// How many bytes CPython's rewritten body has for `text`.
fn expanded(text: &[u8]) -> usize {
    let mut length = 0;
    let mut backslash = false;
    for &byte in text {
        match byte {
            // A backslash that escapes nothing is itself escaped.
            0xC0.. if backslash => length += 15,
            0xC0.. => length += 10,
            0x80..0xC0 => {}
            _ => length += 1,
        }
        backslash = byte == b'\\' && !backslash;
    }
    length
}

fn invalid_escape(body: &[u8], backslash: usize, octal: bool) -> InvalidEscape {
    let before = &body[..backslash];
    let line = memchr::memrchr(b'\n', before).map_or(before, |at| &before[at + 1..]);
    let mut text = [0; 3];
    for (to, from) in text.iter_mut().zip(&body[backslash + 1..]) {
        *to = *from;
    }
    InvalidEscape {
        text,
        octal,
        newlines: memchr::memchr_iter(b'\n', before).count() as u32,
        column: expanded(line) as u32,
    }
}

/// What a one-letter escape stands for; `None` in the outer option if it is none, in the
/// inner one for the newline that is left out.
fn simple_escape(letter: u8) -> Option<Option<u8>> {
    Some(Some(match letter {
        b'\n' => return Some(None),
        b'\\' | b'\'' | b'"' => letter,
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        _ => return None,
    }))
}

/// The value of up to three octal digits at the start of `rest`, and how many there are.
fn octal(rest: &[u8]) -> (u32, usize) {
    let digits = rest.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7'));
    digits.fold((0, 0), |(value, count), byte| (value * 8 + u32::from(byte - b'0'), count + 1))
}

/// The value of exactly `count` hexadecimal digits, or how many there are.
fn hexadecimal(rest: &[u8], count: usize) -> Result<u32, usize> {
    let mut value = 0u32;
    for index in 0..count {
        let digit = rest.get(index).and_then(|&byte| (byte as char).to_digit(16));
        let Some(digit) = digit else { return Err(index) };
        value = value << 4 | digit;
    }
    Ok(value)
}

fn push_code_point(value: &mut Vec<'_, u8>, code: u32) {
    match char::from_u32(code) {
        Some(c) => value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => value.extend_from_slice(&[
            0xE0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3F) as u8,
            0x80 | (code & 0x3F) as u8,
        ]),
    }
}

/// An escape of a `str` literal that cannot be decoded, over `start..end` of the body.
#[cold]
fn unicode_error(body: &[u8], start: usize, end: usize, reason: &str) -> LiteralError {
    let first = expanded(&body[..start]);
    let last = expanded(&body[..end]) - 1;
    LiteralError::Unicode(if first == last {
        format!("'unicodeescape' codec can't decode byte 0x5c in position {first}: {reason}")
    } else {
        format!("'unicodeescape' codec can't decode bytes in position {first}-{last}: {reason}")
    })
}

/// The code point named in `{...}` at `at`, and where the braces end. The error is the
/// end of what is wrong, and what is.
fn named(body: &[u8], at: usize) -> Result<(u32, usize), (usize, &'static str)> {
    const MALFORMED: &str = "malformed \\N character escape";
    if body.get(at) != Some(&b'{') {
        return Err((at, MALFORMED));
    }
    let name = &body[at + 1..];
    let Some(length) = memchr(b'}', name) else { return Err((body.len(), MALFORMED)) };
    if length == 0 {
        return Err((at + 1, MALFORMED));
    }
    let end = at + 1 + length + 1;
    match std::str::from_utf8(&name[..length]).ok().and_then(lookup_name) {
        Some(Named::Char(code)) => Ok((code, end)),
        _ => Err((end, "unknown Unicode character name")),
    }
}

/// Decodes a `str` body whose first backslash is at `first`.
pub(super) fn decode_text<'a>(
    body: &'a [u8],
    first: usize,
    arena: &'a Bump,
) -> Result<Decoded<'a>, LiteralError> {
    let mut value = Vec::with_capacity_in(body.len(), arena);
    let mut warning = None;
    let mut done = 0;
    let mut next = Some(first);
    while let Some(backslash) = next {
        value.extend_from_slice(&body[done..backslash]);
        let at = backslash + 1;
        let letter = body.get(at).copied();
        let mut end = at + 1;
        match letter {
            // Nothing to escape, or nothing that could be: the backslash is itself.
            None => {
                value.push(b'\\');
                end = at;
            }
            Some(0x80..) => {
                value.push(b'\\');
                end = at;
            }
            Some(b'0'..=b'7') => {
                let (code, count) = octal(&body[at..]);
                end = at + count;
                if code > 0o377 && warning.is_none() {
                    warning = Some(invalid_escape(body, backslash, true));
                }
                push_code_point(&mut value, code);
            }
            Some(sort @ (b'x' | b'u' | b'U')) => {
                let (count, reason) = match sort {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let code = hexadecimal(&body[end..], count)
                    .map_err(|digits| unicode_error(body, backslash, end + digits, reason))?;
                end += count;
                if code > char::MAX as u32 {
                    return Err(unicode_error(body, backslash, end, "illegal Unicode character"));
                }
                push_code_point(&mut value, code);
            }
            Some(b'N') => {
                let (code, behind) = named(body, end)
                    .map_err(|(end, reason)| unicode_error(body, backslash, end, reason))?;
                end = behind;
                push_code_point(&mut value, code);
            }
            Some(letter) => match simple_escape(letter) {
                Some(byte) => value.extend(byte),
                None => {
                    if warning.is_none() {
                        warning = Some(invalid_escape(body, backslash, false));
                    }
                    value.extend_from_slice(&[b'\\', letter]);
                }
            },
        }
        done = end;
        next = memchr(b'\\', &body[done..]).map(|at| done + at);
    }
    value.extend_from_slice(&body[done..]);
    Ok(Decoded { value: value.into_bump_slice(), invalid_escape: warning })
}

/// Decodes a `bytes` body, ASCII throughout, whose first backslash is at `first`.
pub(super) fn decode_bytes<'a>(
    body: &'a [u8],
    first: usize,
    arena: &'a Bump,
) -> Result<Decoded<'a>, LiteralError> {
    let mut value = Vec::with_capacity_in(body.len(), arena);
    let mut warning = None;
    let mut done = 0;
    let mut next = Some(first);
    while let Some(backslash) = next {
        value.extend_from_slice(&body[done..backslash]);
        let at = backslash + 1;
        let mut end = at + 1;
        match body.get(at).copied() {
            None => return Err(LiteralError::Value("Trailing \\ in string".to_owned())),
            Some(b'0'..=b'7') => {
                let (code, count) = octal(&body[at..]);
                end = at + count;
                if code > 0o377 && warning.is_none() {
                    warning = Some(invalid_escape(body, backslash, true));
                }
                value.push(code as u8);
            }
            Some(b'x') => match hexadecimal(&body[end..], 2) {
                Ok(code) => {
                    end += 2;
                    value.push(code as u8);
                }
                Err(_) => {
                    return Err(LiteralError::Value(format!(
                        "invalid \\x escape at position {backslash}"
                    )));
                }
            },
            Some(letter) => match simple_escape(letter) {
                Some(byte) => value.extend(byte),
                None => {
                    if warning.is_none() {
                        warning = Some(invalid_escape(body, backslash, false));
                    }
                    value.extend_from_slice(&[b'\\', letter]);
                }
            },
        }
        done = end;
        next = memchr(b'\\', &body[done..]).map(|at| done + at);
    }
    value.extend_from_slice(&body[done..]);
    Ok(Decoded { value: value.into_bump_slice(), invalid_escape: warning })
}
