//! `repr` of `str` and `bytes`, and `ascii`.

use super::{decode_at, prefix_len};
use crate::unicode::is_printable;
use memchr::memchr;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The quote CPython picks: single, unless only double avoids escapes.
pub fn quote_for(text: &[u8]) -> u8 {
    if memchr(b'\'', text).is_some() && memchr(b'"', text).is_none() { b'"' } else { b'\'' }
}

/// `repr(s)`.
pub fn repr_str(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    push_repr(&mut out, text, false);
    out
}

/// `ascii(s)`: like `repr`, with everything outside ASCII escaped.
pub fn ascii_str(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    push_repr(&mut out, text, true);
    out
}

/// Appends `repr(s)`, or `ascii(s)`.
pub fn push_repr(out: &mut Vec<u8>, text: &[u8], ascii: bool) {
    let quote = quote_for(text);
    out.push(quote);
    // Runs that stay as they are get copied whole.
    let plain = |b: u8| (0x20..0x7f).contains(&b) & (b != b'\\') & (b != quote);
    let (mut start, mut at) = (0, 0);
    loop {
        at += prefix_len(&text[at..], plain);
        let Some((cp, len)) = decode_at(text, at) else { break };
        if cp < 0x80 || ascii || !is_printable(cp) {
            out.extend_from_slice(&text[start..at]);
            push_escape(out, cp);
            start = at + len;
        }
        at += len;
    }
    out.extend_from_slice(&text[start..]);
    out.push(quote);
}

/// Appends the shortest backslash escape of a code point.
fn push_escape(out: &mut Vec<u8>, cp: u32) {
    let short = match cp {
        0x09 => b't',
        0x0a => b'n',
        0x0d => b'r',
        0x22 | 0x27 | 0x5c => cp as u8,
        _ => return push_numeric_escape(out, cp),
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Appends `\xNN`, `\uNNNN` or `\UNNNNNNNN`, whichever the code point needs.
pub fn push_numeric_escape(out: &mut Vec<u8>, cp: u32) {
    let (kind, digits) = match cp {
        0..=0xff => (b'x', 2),
        0x100..=0xffff => (b'u', 4),
        _ => (b'U', 8),
    };
    out.extend_from_slice(&[b'\\', kind]);
    out.extend((0..digits).rev().map(|i| HEX[(cp >> (4 * i) & 15) as usize]));
}

/// `repr(b)`.
pub fn repr_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 3);
    out.push(b'b');
    push_bytes_repr(&mut out, bytes, quote_for(bytes));
    out
}

/// Appends the quoted form without the `b`, between the given quotes.
pub fn push_bytes_repr(out: &mut Vec<u8>, bytes: &[u8], quote: u8) {
    out.push(quote);
    for &byte in bytes {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\t' | b'\n' | b'\r' => push_escape(out, u32::from(byte)),
            0x20..0x7f if byte != quote => out.push(byte),
            0x20..0x7f => out.extend_from_slice(&[b'\\', byte]),
            _ => push_numeric_escape(out, u32::from(byte)),
        }
    }
    out.push(quote);
}
