//! Latin-1 and ASCII.

use super::{Decoding, Encoding, ErrorHandler};
use crate::utf8::validate::ascii_prefix;
use crate::utf8::{code_points, decode_at, push};
use std::borrow::Cow;

/// Decodes Latin-1, which cannot fail.
pub fn decode_latin1(input: &[u8]) -> Cow<'_, [u8]> {
    let plain = ascii_prefix(input);
    if plain == input.len() {
        return Cow::Borrowed(input);
    }
    let high = input.iter().filter(|b| **b >= 0x80).count();
    let mut out = Vec::with_capacity(input.len() + high);
    let mut rest = input;
    while !rest.is_empty() {
        let (ascii, high) = rest.split_at(ascii_prefix(rest));
        out.extend_from_slice(ascii);
        let count = high.iter().take_while(|b| **b >= 0x80).count();
        for &byte in &high[..count] {
            out.extend_from_slice(&[0xc0 | byte >> 6, 0x80 | byte & 0x3f]);
        }
        rest = &high[count..];
    }
    Cow::Owned(out)
}

/// Decodes ASCII.
pub fn decode_ascii<'i, H: ErrorHandler>(
    input: &'i [u8],
    handler: &mut H,
) -> Result<Cow<'i, [u8]>, H::Error> {
    if ascii_prefix(input) == input.len() {
        return Ok(Cow::Borrowed(input));
    }
    let mut state = Decoding::new("ascii", input, handler);
    let mut at = 0;
    loop {
        let end = at + ascii_prefix(&state.input[at..]);
        state.out.extend_from_slice(&state.input[at..end]);
        if end == state.input.len() {
            return Ok(Cow::Owned(state.out));
        }
        at = state.fail(end, end + 1, "ordinal not in range(128)")?;
    }
}

/// Encodes Latin-1.
pub fn encode_latin1<'t, H: ErrorHandler>(
    text: &'t [u8],
    handler: &mut H,
) -> Result<Cow<'t, [u8]>, H::Error> {
    encode(text, handler, "latin-1", 256, "ordinal not in range(256)")
}

/// Encodes ASCII.
pub fn encode_ascii<'t, H: ErrorHandler>(
    text: &'t [u8],
    handler: &mut H,
) -> Result<Cow<'t, [u8]>, H::Error> {
    encode(text, handler, "ascii", 128, "ordinal not in range(128)")
}

fn encode<'t, H: ErrorHandler>(
    text: &'t [u8],
    handler: &mut H,
    name: &'static str,
    limit: u32,
    reason: &'static str,
) -> Result<Cow<'t, [u8]>, H::Error> {
    if ascii_prefix(text) == text.len() {
        return Ok(Cow::Borrowed(text));
    }
    let mut state = Encoding::new(name, text, handler);
    let mut at = 0;
    while let Some((cp, len)) = decode_at(text, at) {
        if cp < 0x80 {
            let end = at + ascii_prefix(&text[at..]);
            state.out.extend_from_slice(&text[at..end]);
            at = end;
        } else if cp < limit {
            state.out.push(cp as u8);
            at += len;
        } else {
            // Neighbours that fail too are reported together.
            let mut end = at + len;
            while let Some((_, len)) = decode_at(text, end).filter(|&(cp, _)| cp >= limit) {
                end += len;
            }
            at = state.fail(at, end, reason, 1, |out, replacement| {
                let fits = code_points(replacement).all(|cp| cp < limit);
                out.extend(code_points(replacement).map(|cp| cp as u8));
                Ok(fits)
            })?;
        }
    }
    Ok(Cow::Owned(state.out))
}

/// The text that bytes spell in Latin-1, appended.
pub fn push_latin1(out: &mut Vec<u8>, bytes: &[u8]) {
    bytes.iter().for_each(|&byte| push(out, u32::from(byte)));
}
