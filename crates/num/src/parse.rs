//! Integers from text, with the syntax of `int(text, base)`: blanks, sign, prefix and
//! single underscores.  Long digit strings are joined by divide and conquer.

use dashu_int::UBig;

use crate::{BigInt, Error, Poll, huge};

/// Why a text is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// It does not follow the syntax.
    Invalid,
    /// It has so many digits, more than the limit allows.
    TooManyDigits(usize),
    TooBig,
    Interrupted,
}

impl From<Error> for ParseError {
    fn from(error: Error) -> ParseError {
        match error {
            Error::Interrupted => ParseError::Interrupted,
            _ => ParseError::TooBig,
        }
    }
}

/// Parses the whole of `text`, whose digits are ASCII.  `base` is 0 (by prefix) or from
/// 2 to 36.  `limit` bounds the digits where the base is no power of two; 0 is no limit.
pub fn parse_int(
    text: &[u8],
    base: u32,
    limit: usize,
    poll: &mut Poll<'_>,
) -> Result<BigInt, ParseError> {
    let text = trim(text);
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (prefix, after) = match text {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        _ => (0, text),
    };
    let octal_like = base == 0 && prefix == 0 && text.first() == Some(&b'0');
    let (base, digits) = match (base, prefix) {
        (0, 0) => (10, text),
        (0, prefix) => (prefix, strip_underscore(after)),
        (base, prefix) if base == prefix => (base, strip_underscore(after)),
        (base, _) => (base, text),
    };
    if !(2..=36).contains(&base) {
        return Err(ParseError::Invalid);
    }
    let count = check(digits, base)?;
    if !base.is_power_of_two() && limit > 0 && count > limit {
        return Err(ParseError::TooManyDigits(count));
    }
    if octal_like && digits.iter().any(|&digit| !matches!(digit, b'0' | b'_')) {
        return Err(ParseError::Invalid); // "0777": the old octal form
    }
    let magnitude = if count == digits.len() {
        magnitude(digits, base, poll)?
    } else {
        let plain: Vec<u8> = digits.iter().copied().filter(|&digit| digit != b'_').collect();
        magnitude(&plain, base, poll)?
    };
    Ok(BigInt::from_magnitude(negative, magnitude))
}

/// Removes blanks, as `bytes.strip` sees them, at both ends.
fn trim(text: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let start = text.iter().position(|byte| !blank(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !blank(byte)).map_or(start, |last| last + 1);
    &text[start..end]
}

/// One underscore may follow a prefix.
fn strip_underscore(digits: &[u8]) -> &[u8] {
    digits.strip_prefix(b"_").unwrap_or(digits)
}

/// Counts the digits; underscores stand only between digits.
fn check(digits: &[u8], base: u32) -> Result<usize, ParseError> {
    let mut count = 0;
    let mut after_digit = false;
    for &byte in digits {
        if byte == b'_' {
            if !after_digit {
                return Err(ParseError::Invalid);
            }
            after_digit = false;
        } else if digit_value(byte) < u64::from(base) {
            count += 1;
            after_digit = true;
        } else {
            return Err(ParseError::Invalid);
        }
    }
    if after_digit { Ok(count) } else { Err(ParseError::Invalid) }
}

/// The value of every byte as a digit; 255 where it is none.
const DIGITS: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut value = 0;
    while value < 36 {
        let digit = b"0123456789abcdefghijklmnopqrstuvwxyz"[value as usize];
        table[digit as usize] = value;
        table[digit.to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    table
};

fn digit_value(byte: u8) -> u64 {
    u64::from(DIGITS[usize::from(byte)])
}

/// Digits up to which multiplying up word by word wins.
const SIMPLE_DIGITS: usize = 1_200;

/// The value of checked digits.
fn magnitude(digits: &[u8], base: u32, poll: &mut Poll<'_>) -> Result<UBig, Error> {
    if base.is_power_of_two() {
        return power_of_two(digits, base.trailing_zeros() as usize);
    }
    if digits.len() <= SIMPLE_DIGITS {
        return Ok(simple(digits, base));
    }
    huge::room(digits.len() as u128 * 6 / 64 + 1)?;
    let chunk = SIMPLE_DIGITS / 2;
    let mut parts: Vec<UBig> = digits.rchunks(chunk).map(|part| simple(part, base)).collect();
    let mut power = UBig::from(base).pow(chunk);
    // Joins neighbours, lowest first, squaring the power between levels.
    while parts.len() > 1 {
        let mut joined = Vec::with_capacity(parts.len().div_ceil(2));
        let mut pairs = parts.chunks_exact_mut(2);
        for pair in &mut pairs {
            let high = huge::mul(pair[1].as_words(), power.as_words(), poll)?;
            joined.push(high + core::mem::take(&mut pair[0]));
        }
        joined.extend(pairs.into_remainder().iter_mut().map(core::mem::take));
        parts = joined;
        if parts.len() > 1 {
            power = huge::sqr(power.as_words(), poll)?;
        }
    }
    Ok(parts.pop().unwrap_or(UBig::ZERO))
}

/// Multiplies up, as many digits at a time as fit a word.
fn simple(digits: &[u8], base: u32) -> UBig {
    let base = u64::from(base);
    let per_word = u64::MAX.ilog(base) as usize;
    let (first, rest) = digits.split_at(digits.len() % per_word);
    let value = |chunk: &[u8]| chunk.iter().fold(0, |value, &d| value * base + digit_value(d));
    let factor = base.pow(per_word as u32);
    if rest.len() <= per_word {
        let high = value(first) as u128 * if rest.is_empty() { 1 } else { u128::from(factor) };
        return UBig::from(high + u128::from(value(rest)));
    }
    let mut words: Vec<u64> = Vec::with_capacity(digits.len() / per_word + 2);
    words.push(value(first));
    for chunk in rest.chunks_exact(per_word) {
        let mut carry = value(chunk);
        for word in &mut words {
            let product = u128::from(*word) * u128::from(factor) + u128::from(carry);
            (*word, carry) = (product as u64, (product >> 64) as u64);
        }
        if carry != 0 {
            words.push(carry);
        }
    }
    UBig::from_words(&words)
}

fn power_of_two(digits: &[u8], bits: usize) -> Result<UBig, Error> {
    let length = (digits.len() * bits).div_ceil(64);
    huge::room(length as u128)?;
    let mut words = vec![0u64; length];
    for (index, &byte) in digits.iter().rev().enumerate() {
        let (word, bit) = (index * bits / 64, index * bits % 64);
        let digit = digit_value(byte);
        words[word] |= digit << bit;
        if bit + bits > 64 {
            words[word + 1] |= digit >> (64 - bit);
        }
    }
    Ok(UBig::from_words(&words))
}
