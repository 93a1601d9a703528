//! Text of integers.  Decimal below some hundred digits is long division by 10^19;
//! above, division by squared powers of it, which is as fast as multiplication.

use dashu_int::UBig;

use crate::{BigInt, Poll, Result, huge};

/// Decimal digits in one chunk: the most whose power of ten fits a word.
const CHUNK_DIGITS: usize = 19;
const CHUNK: u64 = 10_000_000_000_000_000_000;

/// floor((2^128 - 1) / CHUNK) - 2^64: turns division by the chunk into multiplication
/// (Möller and Granlund).  The chunk's top bit is set, as that needs.
const RECIPROCAL: u64 = (u128::MAX / CHUNK as u128 - (1 << 64)) as u64;

/// Words up to which long division wins.
const SIMPLE_WORDS: usize = 40;

const PAIRS: &[u8; 200] = b"0001020304050607080910111213141516171819\
2021222324252627282930313233343536373839\
4041424344454647484950515253545556575859\
6061626364656667686970717273747576777879\
8081828384858687888990919293949596979899";

/// The decimal text of a machine integer.
pub fn i64_to_decimal(value: i64) -> String {
    let mut text = Vec::with_capacity(20);
    if value < 0 {
        text.push(b'-');
    }
    push_word(&mut text, value.unsigned_abs());
    ascii(text)
}

impl BigInt {
    /// Text in a radix from 2 to 36, in lower case, with a sign and no prefix.
    pub fn to_string_radix(&self, radix: u32, poll: &mut Poll<'_>) -> Result<String> {
        let (negative, words) = self.words();
        let mut text = Vec::new();
        if negative {
            text.push(b'-');
        }
        if words.is_empty() {
            text.push(b'0');
        } else if radix == 10 {
            push_decimal(&mut text, words, poll)?;
        } else if radix.is_power_of_two() {
            push_power_of_two(&mut text, words, radix.trailing_zeros() as usize);
        } else {
            let magnitude = UBig::from_words(words);
            text.extend(magnitude.in_radix(radix as u8).to_string().into_bytes());
        }
        Ok(ascii(text))
    }

    pub fn to_decimal(&self, poll: &mut Poll<'_>) -> Result<String> {
        self.to_string_radix(10, poll)
    }

    /// Whether the decimal text has more than `limit` digits; cheap for any size.
    pub fn exceeds_digits(&self, limit: usize) -> bool {
        let bits = self.bit_length();
        if bits == 0 {
            return limit < 1;
        }
        // Digits are between these two; log10(2) = 0.30102999566398...
        let least = (bits - 1) as u128 * 301_029_995_663 / 1_000_000_000_000 + 1;
        let most = bits as u128 * 301_029_995_664 / 1_000_000_000_000 + 1;
        if least > limit as u128 {
            return true;
        }
        most > limit as u128 && self.magnitude() >= UBig::from(10u8).pow(limit)
    }
}

fn ascii(text: Vec<u8>) -> String {
    String::from_utf8(text).expect("digits are ASCII")
}

fn push_word(text: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0u8; 20];
    let mut start = digits.len();
    while value >= 100 {
        let pair = (value % 100) as usize * 2;
        value /= 100;
        start -= 2;
        digits[start..start + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    }
    if value >= 10 {
        let pair = value as usize * 2;
        start -= 2;
        digits[start..start + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    } else {
        start -= 1;
        digits[start] = b'0' + value as u8;
    }
    text.extend_from_slice(&digits[start..]);
}

/// A chunk with its leading zeros.
fn push_chunk(text: &mut Vec<u8>, mut value: u64) {
    let mut digits = [b'0'; CHUNK_DIGITS];
    let mut start = CHUNK_DIGITS;
    while start > 1 {
        let pair = (value % 100) as usize * 2;
        value /= 100;
        start -= 2;
        digits[start..start + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    }
    digits[0] = b'0' + value as u8;
    text.extend_from_slice(&digits);
}

/// Divides `high * 2^64 + low` by the chunk; `high` is below it.
fn divide_by_chunk(high: u64, low: u64) -> (u64, u64) {
    let estimate =
        u128::from(RECIPROCAL) * u128::from(high) + (u128::from(high) << 64 | u128::from(low));
    let mut quotient = ((estimate >> 64) as u64).wrapping_add(1);
    let mut remainder = low.wrapping_sub(quotient.wrapping_mul(CHUNK));
    if remainder > estimate as u64 {
        quotient = quotient.wrapping_sub(1);
        remainder = remainder.wrapping_add(CHUNK);
    }
    if remainder >= CHUNK {
        quotient = quotient.wrapping_add(1);
        remainder -= CHUNK;
    }
    (quotient, remainder)
}

/// Decimal text by long division, padded with zeros to `width` digits.
fn push_simple(text: &mut Vec<u8>, words: &[u64], width: usize) {
    let mut space = [0u64; SIMPLE_WORDS];
    let mut chunks = [0u64; SIMPLE_WORDS * 20 / 19 + 2];
    let number = &mut space[..words.len()];
    number.copy_from_slice(words);
    let (mut length, mut count) = (words.len(), 0);
    while length > 0 {
        let mut remainder = 0;
        for word in number[..length].iter_mut().rev() {
            (*word, remainder) = divide_by_chunk(remainder, *word);
        }
        chunks[count] = remainder;
        count += 1;
        while length > 0 && number[length - 1] == 0 {
            length -= 1;
        }
    }
    let mut rest = chunks[..count].iter().rev();
    if width > 0 {
        let missing = width.saturating_sub(count * CHUNK_DIGITS);
        text.resize(text.len() + missing, b'0');
    } else if let Some(&first) = rest.next() {
        push_word(text, first);
    }
    for &chunk in rest {
        push_chunk(text, chunk);
    }
}

fn push_decimal(text: &mut Vec<u8>, words: &[u64], poll: &mut Poll<'_>) -> Result<()> {
    if words.len() <= SIMPLE_WORDS {
        text.reserve(words.len() * 20);
        push_simple(text, words, 0);
        return Ok(());
    }
    huge::room(words.len() as u128 * 20 / 8)?;
    text.reserve(words.len() * 20);
    // powers[i] = 10^(19 * FIRST * 2^i), up to about the root of the number.
    const FIRST: usize = SIMPLE_WORDS / 2;
    let mut powers = vec![UBig::from(10u8).pow(CHUNK_DIGITS * FIRST)];
    loop {
        let last = powers[powers.len() - 1].as_words();
        if last.len() * 2 > words.len() + 1 {
            break;
        }
        let square = huge::sqr(last, poll)?;
        powers.push(square);
    }
    push_split(text, &UBig::from_words(words), &powers, CHUNK_DIGITS * FIRST, 0, poll)
}

/// Text of `value`, below the square of the last power, padded to `width` if not 0.
fn push_split(
    text: &mut Vec<u8>,
    value: &UBig,
    powers: &[UBig],
    unit: usize,
    width: usize,
    poll: &mut Poll<'_>,
) -> Result<()> {
    let words = value.as_words();
    let Some((power, lower)) = powers.split_last() else {
        push_simple(text, words, width);
        return Ok(());
    };
    let low_width = unit << lower.len();
    if width == 0 && value < power {
        return push_split(text, value, lower, unit, 0, poll);
    }
    let (high, low) = huge::div_rem(words, power.as_words(), poll)?;
    push_split(text, &high, lower, unit, width.saturating_sub(low_width), poll)?;
    push_split(text, &low, lower, unit, low_width, poll)
}

fn push_power_of_two(text: &mut Vec<u8>, words: &[u64], bits: usize) {
    let total = words.len() * 64 - words[words.len() - 1].leading_zeros() as usize;
    let count = total.div_ceil(bits);
    text.reserve(count);
    let mask = (1u64 << bits) - 1;
    for index in (0..count).rev() {
        let (word, bit) = (index * bits / 64, index * bits % 64);
        let mut digit = words[word] >> bit;
        if bit + bits > 64 && word + 1 < words.len() {
            digit |= words[word + 1] << (64 - bit);
        }
        text.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[(digit & mask) as usize]);
    }
}
