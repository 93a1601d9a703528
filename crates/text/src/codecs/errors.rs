//! The error handlers that Python has from the start.
//! CPython's counterpart: `Python/codecs.c`.

use super::{DecodeFix, EncodeFix, ErrorHandler, Failure, Replacement};
use crate::unicode;
use crate::utf8::{code_points, push, repr::push_numeric_escape};

/// A built-in error handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    Strict,
    Ignore,
    Replace,
    SurrogateEscape,
    SurrogatePass,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
}

impl Errors {
    pub fn from_name(name: &str) -> Option<Errors> {
        Some(match name {
            "strict" => Errors::Strict,
            "ignore" => Errors::Ignore,
            "replace" => Errors::Replace,
            "surrogateescape" => Errors::SurrogateEscape,
            "surrogatepass" => Errors::SurrogatePass,
            "backslashreplace" => Errors::BackslashReplace,
            "xmlcharrefreplace" => Errors::XmlCharRefReplace,
            "namereplace" => Errors::NameReplace,
            _ => return None,
        })
    }
}

/// The contents of a UnicodeDecodeError or UnicodeEncodeError, but for the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodecError {
    pub encoding: &'static str,
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

/// What a built-in handler raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltinError {
    /// UnicodeDecodeError or UnicodeEncodeError, by direction.
    Unicode(CodecError),
    /// TypeError: "don't know how to handle UnicodeDecodeError in error callback".
    CannotDecode,
}

/// Runs a built-in handler without objects.
pub struct Builtin(pub Errors);

fn raise(failure: &Failure) -> BuiltinError {
    let &Failure { encoding, start, end, reason, .. } = failure;
    BuiltinError::Unicode(CodecError { encoding, start, end, reason })
}

impl ErrorHandler for Builtin {
    type Error = BuiltinError;

    fn decode_error(&mut self, failure: &Failure) -> Result<DecodeFix, BuiltinError> {
        decode_fix(self.0, failure)
    }

    fn encode_error(&mut self, failure: &Failure) -> Result<EncodeFix, BuiltinError> {
        encode_fix(self.0, failure)
    }

    fn refuse(&mut self, failure: &Failure) -> BuiltinError {
        raise(failure)
    }
}

/// What a built-in handler does about a decoding error.
pub fn decode_fix(errors: Errors, failure: &Failure) -> Result<DecodeFix, BuiltinError> {
    let bad = failure.input.get(failure.start..failure.end).unwrap_or_default();
    let mut replacement = Vec::new();
    let mut resume = failure.end;
    match errors {
        Errors::Strict => return Err(raise(failure)),
        Errors::Ignore => {}
        Errors::Replace => push(&mut replacement, 0xfffd),
        Errors::BackslashReplace => {
            bad.iter().for_each(|&b| push_numeric_escape(&mut replacement, u32::from(b)));
        }
        Errors::SurrogateEscape => {
            let high = bad.iter().take(4).take_while(|b| **b >= 0x80);
            let count = high.map(|&b| push(&mut replacement, 0xdc00 + u32::from(b))).count();
            if count == 0 {
                return Err(raise(failure));
            }
            resume = failure.start + count;
        }
        Errors::SurrogatePass => {
            let rest = failure.input.get(failure.start..).unwrap_or_default();
            let (surrogate, size) = read_surrogate(failure.encoding, rest).ok_or(raise(failure))?;
            push(&mut replacement, surrogate);
            resume = failure.start + size;
        }
        Errors::XmlCharRefReplace | Errors::NameReplace => return Err(BuiltinError::CannotDecode),
    }
    Ok(DecodeFix { replacement, resume, input: None })
}

/// What a built-in handler does about an encoding error.
pub fn encode_fix(errors: Errors, failure: &Failure) -> Result<EncodeFix, BuiltinError> {
    let points = code_points(failure.part);
    let mut text = Vec::new();
    match errors {
        Errors::Strict => return Err(raise(failure)),
        Errors::Ignore => {}
        Errors::Replace => text.resize(points.count(), b'?'),
        Errors::BackslashReplace => points.for_each(|cp| push_numeric_escape(&mut text, cp)),
        Errors::XmlCharRefReplace => {
            points.for_each(|cp| text.extend_from_slice(format!("&#{cp};").as_bytes()));
        }
        Errors::NameReplace => points.for_each(|cp| match unicode::name(cp) {
            Some(name) => text.extend_from_slice(format!("\\N{{{name}}}").as_bytes()),
            None => push_numeric_escape(&mut text, cp),
        }),
        Errors::SurrogateEscape => return surrogate_escape(failure),
        Errors::SurrogatePass => {
            let mut bytes = Vec::new();
            for cp in points {
                write_surrogate(failure.encoding, cp, &mut bytes).ok_or(raise(failure))?;
            }
            return Ok(EncodeFix { replacement: Replacement::Bytes(bytes), resume: failure.end });
        }
    }
    Ok(EncodeFix { replacement: Replacement::Text(text), resume: failure.end })
}

fn surrogate_escape(failure: &Failure) -> Result<EncodeFix, BuiltinError> {
    let escaped = code_points(failure.part).take_while(|cp| (0xdc80..0xdd00).contains(cp));
    let bytes: Vec<u8> = escaped.map(|cp| (cp - 0xdc00) as u8).collect();
    let resume = failure.start + bytes.len();
    // A run that starts well is taken in part and its rest reported anew, but for charmap,
    // whose runs are whole.
    if bytes.is_empty() || (resume < failure.end && failure.encoding == "charmap") {
        return Err(raise(failure));
    }
    Ok(EncodeFix { replacement: Replacement::Bytes(bytes), resume })
}

/// Units of an encoding that surrogatepass knows: size in bytes, and whether big-endian.
fn wide_unit(encoding: &str) -> Option<(usize, bool)> {
    Some(match encoding {
        "utf-16" | "utf-16-le" => (2, false),
        "utf-16-be" => (2, true),
        "utf-32" | "utf-32-le" => (4, false),
        "utf-32-be" => (4, true),
        _ => return None,
    })
}

fn read_surrogate(encoding: &str, bytes: &[u8]) -> Option<(u32, usize)> {
    let (cp, size) = match wide_unit(encoding) {
        None if encoding == "utf-8" => match bytes {
            [lead @ 0xe0..=0xef, a @ 0x80..=0xbf, b @ 0x80..=0xbf, ..] => {
                let [lead, a, b] = [*lead, *a, *b].map(u32::from);
                ((lead & 15) << 12 | (a & 63) << 6 | (b & 63), 3)
            }
            _ => return None,
        },
        None => return None,
        Some((size, big)) => {
            let unit = bytes.get(..size)?.iter().map(|&b| u32::from(b));
            let join = |value: u32, byte| value << 8 | byte;
            (if big { unit.fold(0, join) } else { unit.rev().fold(0, join) }, size)
        }
    };
    (0xd800..0xe000).contains(&cp).then_some((cp, size))
}

fn write_surrogate(encoding: &str, cp: u32, out: &mut Vec<u8>) -> Option<()> {
    if !(0xd800..0xe000).contains(&cp) {
        return None;
    }
    match wide_unit(encoding) {
        None if encoding == "utf-8" => push(out, cp),
        None => return None,
        Some((size, true)) => out.extend_from_slice(&cp.to_be_bytes()[4 - size..]),
        Some((size, false)) => out.extend_from_slice(&cp.to_le_bytes()[..size]),
    }
    Some(())
}
