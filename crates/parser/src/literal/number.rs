//! The values of `Number` tokens.

use bumpalo::Bump;

use crate::ast::Int;

/// How many decimal digits an integer may have unless `sys.set_int_max_str_digits` says
/// otherwise.
pub const DEFAULT_MAX_STR_DIGITS: usize = 4300;
/// The limit is not looked at for numbers this short.
const LIMIT_THRESHOLD: usize = 640;

/// What a number stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number<'a> {
    Int(Int<'a>),
    Float(f64),
    /// The imaginary part of a complex number.
    Imaginary(f64),
}

/// The value of a `Number` token; `max_digits` is the limit for decimal integers, zero
/// for none. The error is the message of the `SyntaxError`, which CPython puts before
/// the first column of the token's line.
pub fn number<'a>(
    token: &'a str,
    max_digits: usize,
    arena: &'a Bump,
) -> Result<Number<'a>, String> {
    let text = if token.contains('_') {
        let digits = token.bytes().filter(|&byte| byte != b'_').map(char::from);
        bumpalo::collections::String::from_iter_in(digits, arena).into_bump_str()
    } else {
        token
    };
    let (radix, digits) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &text[2..]),
        [b'0', b'o' | b'O', ..] => (8, &text[2..]),
        [b'0', b'b' | b'B', ..] => (2, &text[2..]),
        _ => (10, text),
    };
    if radix != 10 {
        return Ok(Number::Int(integer(digits, radix)));
    }
    if let Some(digits) = text.strip_suffix(['j', 'J']) {
        return Ok(Number::Imaginary(float(digits)));
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Number::Float(float(text)));
    }
    let value = integer(digits, 10);
    if let Int::Big { digits, .. } = value
        && digits.len() > LIMIT_THRESHOLD
        && max_digits != 0
        && digits.len() > max_digits
    {
        return Err(format!(
            "Exceeds the limit ({max_digits} digits) for integer string conversion: \
             value has {} digits; use sys.set_int_max_str_digits() to increase the limit - \
             Consider hexadecimal for huge integer literals to avoid decimal conversion limits.",
            digits.len()
        ));
    }
    Ok(Number::Int(value))
}

fn integer(digits: &str, radix: u8) -> Int<'_> {
    match i64::from_str_radix(digits, u32::from(radix)) {
        Ok(value) => Int::Small(value),
        Err(_) => Int::Big { negative: false, radix, digits: digits.trim_start_matches('0') },
    }
}

/// The nearest double; what is too large is infinite. The lexer lets through only what
/// can be read as a number.
fn float(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}
