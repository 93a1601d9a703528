//! UTF-7 (RFC 2152): ASCII with sections of UTF-16 in base 64 between `+` and `-`.

use super::{Decoded, Decoding, ErrorHandler};
use crate::utf8::{code_points, push};

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn from_base64(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// Written as it is: what RFC 2152 calls direct, optional direct and whitespace.
fn is_direct(cp: u32) -> bool {
    match u8::try_from(cp) {
        Ok(b'\t' | b'\n' | b'\r') => true,
        Ok(b'+' | b'\\' | b'~') => false,
        Ok(byte) => (0x20..0x7f).contains(&byte),
        Err(_) => false,
    }
}

/// A base 64 section being read.
#[derive(Default)]
struct Shift {
    start: usize,
    /// Length of the output when it started.
    output: usize,
    buffer: u32,
    bits: u32,
    surrogate: Option<u32>,
}

impl Shift {
    /// Takes six bits, and appends a character when one is complete.
    fn take(&mut self, six: u32, out: &mut Vec<u8>) {
        self.buffer = self.buffer << 6 | six;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let unit = self.buffer >> self.bits;
        self.buffer &= (1 << self.bits) - 1;
        if let Some(high) = self.surrogate.take() {
            if (0xdc00..0xe000).contains(&unit) {
                return push(out, 0x10000 + ((high & 0x3ff) << 10 | (unit & 0x3ff)));
            }
            push(out, high);
        }
        if (0xd800..0xdc00).contains(&unit) {
            self.surrogate = Some(unit);
        } else {
            push(out, unit);
        }
    }

    /// Why the section cannot end here.
    fn left_over(&self) -> Option<&'static str> {
        if self.bits >= 6 {
            Some("partial character in shift sequence")
        } else if self.buffer != 0 {
            Some("non-zero padding bits in shift sequence")
        } else {
            None
        }
    }
}

/// Decodes; unless `last`, an open section at the end is left alone.
pub fn decode<'i, H: ErrorHandler>(
    input: &'i [u8],
    handler: &mut H,
    last: bool,
) -> Result<Decoded<'i>, H::Error> {
    let mut state = Decoding::new("utf7", input, handler);
    let mut shift: Option<Shift> = None;
    let mut at = 0;
    // An error is reported from where the last section or special character started.
    let mut start = 0;
    loop {
        let Some(&byte) = state.input.get(at) else {
            let Some(open) = shift.take() else { break };
            if !last {
                state.out.truncate(open.output);
                return Ok(state.finish(open.start));
            }
            if open.surrogate.is_some() || open.left_over().is_some() {
                let end = state.input.len();
                at = state.fail(start, end, "unterminated shift sequence")?;
            }
            continue;
        };
        if let Some(open) = &mut shift {
            if let Some(six) = from_base64(byte) {
                open.take(six, &mut state.out);
                at += 1;
                continue;
            }
            let open = shift.take().unwrap_or_default();
            if let Some(reason) = open.left_over() {
                at = state.fail(start, at + 1, reason)?;
                continue;
            }
            if let Some(high) = open.surrogate.filter(|_| byte < 0x80 && byte != b'+') {
                push(&mut state.out, high);
            }
            // The `-` that ends a section disappears; anything else stands for itself.
            at += usize::from(byte == b'-');
        } else if byte == b'+' {
            start = at;
            at += 1;
            match state.input.get(at) {
                Some(b'-') => {
                    state.out.push(b'+');
                    at += 1;
                }
                Some(&next) if from_base64(next).is_none() => {
                    at = state.fail(start, at + 1, "ill-formed sequence")?;
                }
                _ => shift = Some(Shift { start, output: state.out.len(), ..Shift::default() }),
            }
        } else if byte < 0x80 {
            state.out.push(byte);
            at += 1;
        } else {
            start = at;
            at = state.fail(start, at + 1, "unexpected special character")?;
        }
    }
    Ok(state.finish(at))
}

/// Encodes, which cannot fail.
pub fn encode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 2);
    let (mut shifted, mut buffer, mut bits) = (false, 0u32, 0u32);
    let digit = |value: u32| BASE64[(value & 63) as usize];
    for cp in code_points(text) {
        if is_direct(cp) {
            if shifted {
                if bits > 0 {
                    out.push(digit(buffer << (6 - bits)));
                    (buffer, bits) = (0, 0);
                }
                shifted = false;
                if from_base64(cp as u8).is_some() || cp == u32::from(b'-') {
                    out.push(b'-');
                }
            }
            out.push(cp as u8);
            continue;
        }
        if !shifted {
            out.push(b'+');
            if cp == u32::from(b'+') {
                out.push(b'-');
                continue;
            }
            shifted = true;
        }
        let mut take = |unit: u32| {
            buffer = buffer << 16 | unit;
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(digit(buffer >> bits));
            }
            buffer &= (1 << bits) - 1;
        };
        if cp >= 0x10000 {
            take(0xd800 + ((cp - 0x10000) >> 10));
            take(0xdc00 + (cp & 0x3ff));
        } else {
            take(cp);
        }
    }
    if bits > 0 {
        out.push(digit(buffer << (6 - bits)));
    }
    if shifted {
        out.push(b'-');
    }
    out
}
