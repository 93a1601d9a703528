//! The values of literal tokens: numbers, and the bodies of strings and bytes.
//!
//! What a token holds has passed the lexer, so that only what the lexer does not look at
//! can be wrong here: escapes, non-ASCII bytes and numbers of too many digits. Values are
//! borrowed from the source wherever they stand there as they are.

mod escapes;
mod number;

use bumpalo::Bump;
use bumpalo::collections::Vec;
use memchr::memchr;

pub use escapes::InvalidEscape;
pub use number::{DEFAULT_MAX_STR_DIGITS, Number, number};

/// Why a literal has no value; the text is that of the `SyntaxError`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiteralError {
    /// What the `unicodeescape` codec says, without the `(unicode error) ` in front.
    Unicode(String),
    /// What the escape decoder of bytes says, without the `(value error) `.
    Value(String),
    /// A character beyond ASCII in a bytes literal.
    NonAscii,
}

impl LiteralError {
    /// The message of the `SyntaxError` the error becomes.
    pub fn message(&self) -> String {
        match self {
            LiteralError::Unicode(message) => format!("(unicode error) {message}"),
            LiteralError::Value(message) => format!("(value error) {message}"),
            LiteralError::NonAscii => "bytes can only contain ASCII literal characters".to_owned(),
        }
    }
}

/// A `String` token taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StringParts<'s> {
    pub bytes: bool,
    pub raw: bool,
    /// The prefix is `u`, which the syntax tree remembers.
    pub unicode: bool,
    /// What stands between the quotes.
    pub body: &'s [u8],
}

/// Takes a `String` token apart.
pub fn string_parts(token: &[u8]) -> StringParts<'_> {
    let prefix = token.iter().take_while(|byte| !matches!(byte, b'\'' | b'"')).count();
    let (prefix, quoted) = token.split_at(prefix);
    let has = |letter: u8| prefix.iter().any(|byte| byte.to_ascii_lowercase() == letter);
    let triple = quoted.len() >= 6 && quoted[1] == quoted[0] && quoted[2] == quoted[0];
    let quotes = if triple { 3 } else { 1 };
    StringParts {
        bytes: has(b'b'),
        raw: has(b'r'),
        unicode: has(b'u'),
        body: quoted.get(quotes..quoted.len().saturating_sub(quotes)).unwrap_or_default(),
    }
}

/// The value of a literal's body, and the first escape in it that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// Bytes, or text in generalised UTF-8: a surrogate stands for itself in three bytes.
    pub value: &'a [u8],
    pub invalid_escape: Option<InvalidEscape>,
}

impl<'a> Decoded<'a> {
    fn plain(value: &'a [u8]) -> Decoded<'a> {
        Decoded { value, invalid_escape: None }
    }
}

/// Decodes the body of a `str` literal, or a piece of text in an f-string or t-string.
pub fn decode_str<'a>(
    body: &'a [u8],
    raw: bool,
    arena: &'a Bump,
) -> Result<Decoded<'a>, LiteralError> {
    match memchr(b'\\', body) {
        Some(first) if !raw => escapes::decode_text(body, first, arena),
        _ => Ok(Decoded::plain(body)),
    }
}

/// Decodes the body of a `bytes` literal.
pub fn decode_bytes<'a>(
    body: &'a [u8],
    raw: bool,
    arena: &'a Bump,
) -> Result<Decoded<'a>, LiteralError> {
    if !body.is_ascii() {
        return Err(LiteralError::NonAscii);
    }
    match memchr(b'\\', body) {
        Some(first) if !raw => escapes::decode_bytes(body, first, arena),
        _ => Ok(Decoded::plain(body)),
    }
}

/// The text of a replacement field's expression as `f'{x=}'` shows it and a t-string's
/// interpolation keeps it: the source from behind the brace to the `!`, `:` or `}` that
/// ends it, without comments.
///
/// What is a comment is guessed as CPython guesses it, by counting quotes, so that one
/// within an inner f-string stays.
pub fn expression_text<'a>(source: &'a [u8], arena: &'a Bump) -> &'a [u8] {
    if !has_comment(source) {
        return source;
    }
    let mut text = Vec::with_capacity_in(source.len(), arena);
    let mut quote = 0;
    let mut at = 0;
    while at < source.len() {
        let byte = source[at];
        toggle(&mut quote, byte);
        if byte == b'#' && quote == 0 {
            at += memchr(b'\n', &source[at..]).unwrap_or(source.len() - at);
            text.extend(source.get(at).copied());
        } else {
            text.push(byte);
        }
        if byte == b'\\' {
            at += 1;
            text.extend(source.get(at).copied());
        }
        at += 1;
    }
    text.into_bump_slice()
}

/// Tracks whether a string is open: every quote of the kind that opened it closes it, as
/// the quotes of a whole literal come out even.
fn toggle(quote: &mut u8, byte: u8) {
    if byte == b'\'' || byte == b'"' {
        if *quote == 0 {
            *quote = byte;
        } else if *quote == byte {
            *quote = 0;
        }
    }
}

/// Whether there is a `#` outside of strings, escapes left aside.
fn has_comment(source: &[u8]) -> bool {
    if memchr(b'#', source).is_none() {
        return false;
    }
    let mut quote = 0;
    let mut escaped = false;
    source.iter().any(|&byte| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        escaped = byte == b'\\';
        toggle(&mut quote, byte);
        byte == b'#' && quote == 0
    })
}

#[cfg(test)]
mod tests;
