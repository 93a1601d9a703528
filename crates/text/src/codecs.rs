//! Encodings between bytes and generalised UTF-8, with CPython's error positions and reasons.
//!
//! Decoders take bytes and give text, encoders the reverse; both borrow when the result is the
//! input.  Whatever cannot be converted goes to an [`ErrorHandler`]: [`Builtin`] implements the
//! names that Python knows from the start, the interpreter implements it over registered
//! callables.  CPython's counterpart: the codec half of `Objects/unicodeobject.c`.

pub mod charmap;
pub mod errors;
pub mod escape;
pub mod single_byte;
pub mod unicode_escape;
pub mod utf16;
pub mod utf32;
pub mod utf7;
pub mod utf8;

pub use errors::{Builtin, BuiltinError, CodecError, Errors};

use crate::utf8::{char_count, index};
use std::borrow::Cow;

/// What could not be converted.  Positions are bytes when decoding, characters when encoding.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    pub encoding: &'static str,
    /// The bytes to decode, or the text to encode.
    pub input: &'a [u8],
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
    /// When encoding: the part of `input` between `start` and `end`.
    pub part: &'a [u8],
}

/// How decoding goes on after an error.
#[derive(Clone, Debug, Default)]
pub struct DecodeFix {
    /// Text to put in place of the bytes.
    pub replacement: Vec<u8>,
    /// The byte to go on at.
    pub resume: usize,
    /// Bytes to go on with, if the handler exchanged them.
    pub input: Option<Vec<u8>>,
}

/// What a handler puts in place of characters that cannot be encoded.
#[derive(Clone, Debug)]
pub enum Replacement {
    Bytes(Vec<u8>),
    /// Text, which the codec encodes itself.
    Text(Vec<u8>),
}

/// How encoding goes on after an error.
#[derive(Clone, Debug)]
pub struct EncodeFix {
    pub replacement: Replacement,
    /// The character to go on at.
    pub resume: usize,
}

/// Decides what happens to input that cannot be converted.
pub trait ErrorHandler {
    type Error;

    fn decode_error(&mut self, failure: &Failure) -> Result<DecodeFix, Self::Error>;

    fn encode_error(&mut self, failure: &Failure) -> Result<EncodeFix, Self::Error>;

    /// The error for a replacement that cannot be encoded either: the failure itself.
    fn refuse(&mut self, failure: &Failure) -> Self::Error;
}

/// What a decoder made of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    pub text: Cow<'a, [u8]>,
    /// Bytes used up: less than all only if more input was promised.
    pub consumed: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Decide by a byte order mark, little otherwise; write a mark.
    Native,
    Little,
    Big,
}

/// The state of a decoder: input that a handler may exchange, and output.
struct Decoding<'i, 'h, H> {
    encoding: &'static str,
    input: Cow<'i, [u8]>,
    out: Vec<u8>,
    handler: &'h mut H,
}

impl<'i, 'h, H: ErrorHandler> Decoding<'i, 'h, H> {
    fn new(encoding: &'static str, input: &'i [u8], handler: &'h mut H) -> Self {
        let out = Vec::with_capacity(input.len());
        Decoding { encoding, input: Cow::Borrowed(input), out, handler }
    }

    /// Reports an error and gives the position to go on at.
    #[cold]
    fn fail(&mut self, start: usize, end: usize, reason: &'static str) -> Result<usize, H::Error> {
        let fix = self.handler.decode_error(&Failure {
            encoding: self.encoding,
            input: &self.input,
            start,
            end,
            reason,
            part: b"",
        })?;
        self.out.extend_from_slice(&fix.replacement);
        if let Some(input) = fix.input {
            self.input = Cow::Owned(input);
        }
        Ok(fix.resume.min(self.input.len()))
    }

    fn finish(self, consumed: usize) -> Decoded<'i> {
        Decoded { text: Cow::Owned(self.out), consumed }
    }
}

/// The state of an encoder: text, output, and the last place where both kinds of position
/// were known.
struct Encoding<'t, 'h, H> {
    encoding: &'static str,
    text: &'t [u8],
    out: Vec<u8>,
    handler: &'h mut H,
    known: (usize, usize),
}

impl<'t, 'h, H: ErrorHandler> Encoding<'t, 'h, H> {
    fn new(encoding: &'static str, text: &'t [u8], handler: &'h mut H) -> Self {
        Encoding { encoding, text, out: Vec::with_capacity(text.len()), handler, known: (0, 0) }
    }

    fn char_at(&mut self, byte: usize) -> usize {
        let (known_byte, known_char) = self.known;
        let char = if byte >= known_byte {
            known_char + char_count(&self.text[known_byte..byte])
        } else {
            char_count(&self.text[..byte])
        };
        self.known = (byte, char);
        char
    }

    /// Reports characters between two byte offsets and gives the byte offset to go on at.
    /// `encode` appends replacement text or says that it cannot; replacement bytes must come
    /// in whole units.
    #[cold]
    fn fail(
        &mut self,
        start: usize,
        end: usize,
        reason: &'static str,
        unit: usize,
        encode: impl FnOnce(&mut Vec<u8>, &[u8]) -> Result<bool, H::Error>,
    ) -> Result<usize, H::Error> {
        let (start_char, end_char) = (self.char_at(start), self.char_at(end));
        let failure = Failure {
            encoding: self.encoding,
            input: self.text,
            start: start_char,
            end: end_char,
            reason,
            part: &self.text[start..end],
        };
        let fix = self.handler.encode_error(&failure)?;
        let fits = match fix.replacement {
            Replacement::Bytes(bytes) => {
                let whole = bytes.len().is_multiple_of(unit);
                if whole {
                    self.out.extend_from_slice(&bytes);
                }
                whole
            }
            Replacement::Text(text) => encode(&mut self.out, &text)?,
        };
        if !fits {
            return Err(self.handler.refuse(&failure));
        }
        Ok(if fix.resume == end_char { end } else { index::byte_offset(self.text, fix.resume) })
    }
}
