//! UTF-8, strict: surrogates are errors in both directions.

use super::{Decoded, Decoding, Encoding, ErrorHandler};
use crate::utf8::Utf8Error;
use crate::utf8::validate::{UNEXPECTED_END, find_surrogate, is_surrogate_at, validate_strict};
use std::borrow::Cow;

const NAME: &str = "utf-8";

/// Decodes; unless `last`, an incomplete sequence at the end is left alone.
pub fn decode<'i, H: ErrorHandler>(
    input: &'i [u8],
    handler: &mut H,
    last: bool,
) -> Result<Decoded<'i>, H::Error> {
    let Err(first) = validate_strict(input, 0) else {
        return Ok(Decoded { text: Cow::Borrowed(input), consumed: input.len() });
    };
    if !last && could_go_on(input, &first) {
        return Ok(Decoded { text: Cow::Borrowed(&input[..first.start]), consumed: first.start });
    }
    let mut state = Decoding::new(NAME, input, handler);
    let (mut at, mut error) = (0, first);
    loop {
        state.out.extend_from_slice(&state.input[at..error.start]);
        if !last && could_go_on(&state.input, &error) {
            return Ok(state.finish(error.start));
        }
        at = state.fail(error.start, error.end, error.reason)?;
        match validate_strict(&state.input, at) {
            Ok(()) => break,
            Err(next) => error = next,
        }
    }
    state.out.extend_from_slice(&state.input[at..]);
    let consumed = state.input.len();
    Ok(state.finish(consumed))
}

/// Whether more input could change the error: an incomplete sequence, or the start of a
/// surrogate, which is wrong but must stay whole for surrogatepass.
fn could_go_on(input: &[u8], error: &Utf8Error) -> bool {
    error.reason == UNEXPECTED_END || matches!(input[error.start..], [0xed, 0xa0..=0xbf])
}

/// Encodes; the text itself unless it has surrogates.
pub fn encode<'t, H: ErrorHandler>(
    text: &'t [u8],
    handler: &mut H,
) -> Result<Cow<'t, [u8]>, H::Error> {
    let Some(first) = find_surrogate(text, 0) else { return Ok(Cow::Borrowed(text)) };
    let mut state = Encoding::new(NAME, text, handler);
    let (mut at, mut start) = (0, first);
    loop {
        state.out.extend_from_slice(&text[at..start]);
        let mut end = start;
        while is_surrogate_at(text, end) {
            end += 3;
        }
        at = state.fail(start, end, "surrogates not allowed", 1, |out, replacement| {
            out.extend_from_slice(replacement);
            Ok(replacement.is_ascii())
        })?;
        match find_surrogate(text, at) {
            Some(next) => start = next,
            None => break,
        }
    }
    state.out.extend_from_slice(&text[at..]);
    Ok(Cow::Owned(state.out))
}
