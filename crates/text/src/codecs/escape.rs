//! `codecs.escape_decode` and `escape_encode`: the escapes of `bytes` literals.

use super::unicode_escape::octal;
use crate::utf8::repr::push_bytes_repr;

/// What to do about a bad `\x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnBadHex {
    Strict,
    Replace,
    Ignore,
}

/// A ValueError.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscapeError {
    /// `Trailing \ in string`
    Trailing,
    /// `invalid \x escape at position N`
    BadHex(usize),
}

impl EscapeError {
    pub fn message(self) -> String {
        match self {
            EscapeError::Trailing => "Trailing \\ in string".into(),
            EscapeError::BadHex(at) => format!("invalid \\x escape at position {at}"),
        }
    }
}

/// Decodes; also gives the position of the first escape worth a warning.
pub fn decode(input: &[u8], on_bad_hex: OnBadHex) -> Result<(Vec<u8>, Option<usize>), EscapeError> {
    let mut out = Vec::with_capacity(input.len());
    let mut first_invalid = None;
    let mut at = 0;
    while let Some(&byte) = input.get(at) {
        if byte != b'\\' {
            let end = memchr::memchr(b'\\', &input[at..]).map_or(input.len(), |found| at + found);
            out.extend_from_slice(&input[at..end]);
            at = end;
            continue;
        }
        let Some(&kind) = input.get(at + 1) else { return Err(EscapeError::Trailing) };
        let start = at;
        at += 2;
        match kind {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(kind),
            b'b' => out.push(8),
            b't' => out.push(b'\t'),
            b'n' => out.push(b'\n'),
            b'v' => out.push(11),
            b'f' => out.push(12),
            b'r' => out.push(b'\r'),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let (value, end) = octal(input, start + 1);
                if value > 0o377 {
                    first_invalid.get_or_insert(start + 1);
                }
                out.push(value as u8);
                at = end;
            }
            b'x' => {
                let digit = |at: usize| input.get(at).and_then(|&b| (b as char).to_digit(16));
                match (digit(at), digit(at + 1)) {
                    (Some(high), Some(low)) => {
                        out.push((high << 4 | low) as u8);
                        at += 2;
                    }
                    (first, _) => {
                        match on_bad_hex {
                            OnBadHex::Strict => return Err(EscapeError::BadHex(start)),
                            OnBadHex::Replace => out.push(b'?'),
                            OnBadHex::Ignore => {}
                        }
                        // A single digit is part of the bad escape.
                        at += usize::from(first.is_some());
                    }
                }
            }
            _ => {
                first_invalid.get_or_insert(start + 1);
                out.extend_from_slice(&[b'\\', kind]);
            }
        }
    }
    Ok((out, first_invalid))
}

/// Encodes: `repr` without the quotes, single quotes escaped.
pub fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 2);
    push_bytes_repr(&mut out, bytes, b'\'');
    out.pop();
    out.remove(0);
    out
}
