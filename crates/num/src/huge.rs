//! Multiplication and division of operands so large that one call of the crate
//! below would keep Ctrl-C waiting.
//!
//! The work is cut at the top (Toom-3 for products, Burnikel and Ziegler's
//! recursion for quotients) until a piece takes some tens of milliseconds; the
//! pieces go to the crate, and the poll is called before each.  Recursion depth is
//! logarithmic in the size.

use dashu_int::ops::{BitTest, DivRem};
use dashu_int::{IBig, UBig};

use crate::{Error, Poll, Result};

/// Words of the shorter factor up to which a product is one piece.  Tests cut small
/// operands to pieces too.
const MUL_PIECE: usize = if cfg!(test) { 6 } else { 32_768 };

/// Words of the divisor up to which a quotient is one piece.
const DIV_PIECE: usize = if cfg!(test) { 3 } else { 12_288 };

/// Sizes that need no look at the memory: 8 MB.
const SMALL_WORDS: u128 = 1 << 20;

/// No machine holds more: 2^43 bytes.
const MAX_WORDS: u128 = 1 << 40;

/// Checks that a result of so many words, and the scratch space of making it, can be
/// had.  The crate below aborts when an allocation fails, so we ask first.
pub(crate) fn room(words: u128) -> Result<()> {
    if words <= SMALL_WORDS {
        return Ok(());
    }
    if words > MAX_WORDS {
        return Err(Error::TooBig);
    }
    let mut probe: Vec<u64> = Vec::new();
    probe.try_reserve_exact(words as usize * 3).map_err(|_| Error::TooBig)
}

/// Whether a product of factors of so many words is left whole.
pub(crate) fn mul_is_direct(a: usize, b: usize) -> bool {
    a.max(b) <= MUL_PIECE || a.min(b) <= 1
}

/// Whether a quotient of operands of so many words is left whole.
pub(crate) fn div_is_direct(a: usize, b: usize) -> bool {
    a <= 2 * DIV_PIECE || b <= 1 || b > a
}

pub(crate) fn mul(a: &[u64], b: &[u64], poll: &mut Poll<'_>) -> Result<UBig> {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if mul_is_direct(long.len(), short.len()) {
        poll()?;
        return Ok(UBig::from_words(long) * UBig::from_words(short));
    }
    if long.len() <= 2 * short.len() {
        return toom3(long, Some(short), poll);
    }
    // A long factor goes in slices about as long as the short one.
    let mut sum = vec![0; long.len() + short.len()];
    for (index, slice) in long.chunks(short.len().max(MUL_PIECE)).enumerate() {
        let product = mul(slice, short, poll)?;
        add_at(&mut sum, product.as_words(), index * short.len().max(MUL_PIECE));
    }
    Ok(UBig::from_words(&sum))
}

pub(crate) fn sqr(a: &[u64], poll: &mut Poll<'_>) -> Result<UBig> {
    if a.len() <= MUL_PIECE {
        poll()?;
        return Ok(UBig::from_words(a).sqr());
    }
    toom3(a, None, poll)
}

/// The product of two polynomials of degree two in 2^(64k), by its values at
/// 0, 1, -1, 2 and infinity.  Without `b`, the square of `a`.
fn toom3(a: &[u64], b: Option<&[u64]>, poll: &mut Poll<'_>) -> Result<UBig> {
    let k = a.len().div_ceil(3);
    let a_values = evaluate(a, k);
    let b_values = b.map(|b| evaluate(b, k));
    let mut products = Vec::with_capacity(5);
    for (index, x) in a_values.iter().enumerate() {
        let (x_sign, x) = x.as_sign_words();
        products.push(match &b_values {
            None => IBig::from(sqr(x, poll)?),
            Some(values) => {
                let (y_sign, y) = values[index].as_sign_words();
                IBig::from_parts(x_sign * y_sign, mul(x, y, poll)?)
            }
        });
    }
    let [c0, at_1, at_minus_1, at_2, c4]: [IBig; 5] =
        products.try_into().expect("there are five points");

    let odd: IBig = (&at_1 - &at_minus_1) >> 1; // c1 + c3
    let c2: IBig = ((at_1 + at_minus_1) >> 1) - &c0 - &c4;
    let half: IBig = (at_2 - &c0 - (&c2 << 2) - (&c4 << 4)) >> 1; // c1 + 4*c3
    let c3: IBig = (half - &odd) / 3u8;
    let c1: IBig = odd - &c3;

    let mut sum = vec![0; a.len() + b.map_or(a.len(), <[u64]>::len)];
    for (index, c) in [c0, c1, c2, c3, c4].iter().enumerate() {
        add_at(&mut sum, c.as_sign_words().1, index * k);
    }
    Ok(UBig::from_words(&sum))
}

/// The values of the polynomial with coefficients of `k` words at 0, 1, -1, 2, infinity.
fn evaluate(words: &[u64], k: usize) -> [IBig; 5] {
    let part = |index: usize| {
        let start = (index * k).min(words.len());
        let end = (start + k).min(words.len());
        IBig::from(UBig::from_words(&words[start..end]))
    };
    let (p0, p1, p2) = (part(0), part(1), part(2));
    let even = &p0 + &p2;
    let at_1 = &even + &p1;
    let at_minus_1 = even - &p1;
    let at_2 = &p0 + (p1 << 1) + (&p2 << 2);
    [p0, at_1, at_minus_1, at_2, p2]
}

/// `sum += words << (64 * offset)`; the sum is long enough for every carry.
fn add_at(sum: &mut [u64], words: &[u64], offset: usize) {
    // A zero coefficient may lie beyond the end.
    if words.is_empty() {
        return;
    }
    let mut carry = false;
    let (low, high) = sum[offset..].split_at_mut(words.len());
    for (to, &from) in low.iter_mut().zip(words) {
        let (partial, first) = to.overflowing_add(from);
        let (total, second) = partial.overflowing_add(u64::from(carry));
        *to = total;
        carry = first | second;
    }
    for to in high {
        if !carry {
            break;
        }
        (*to, carry) = to.overflowing_add(1);
    }
}

/// Truncating quotient and remainder of magnitudes; the divisor is not zero.
pub(crate) fn div_rem(a: &[u64], b: &[u64], poll: &mut Poll<'_>) -> Result<(UBig, UBig)> {
    if div_is_direct(a.len(), b.len()) {
        poll()?;
        return Ok(UBig::from_words(a).div_rem(UBig::from_words(b)));
    }
    if b.len() <= DIV_PIECE {
        return div_rem_slices(a, b, poll);
    }
    let divisor = UBig::from_words(b);
    let dividend = UBig::from_words(a);
    let n = divisor.bit_len();
    let mut quotient = UBig::ZERO;
    let mut remainder = UBig::ZERO;
    // At most a handful of digits unless the dividend is far longer than the divisor.
    for index in (0..dividend.bit_len().div_ceil(n)).rev() {
        let digit = bit_range(&dividend, index * n, n);
        let (q, r) = div_two_by_one(&((remainder << n) + digit), &divisor, n, poll)?;
        quotient = (quotient << n) + q;
        remainder = r;
    }
    Ok((quotient, remainder))
}

/// Long division by slices of the dividend, for a divisor within one piece.
fn div_rem_slices(a: &[u64], b: &[u64], poll: &mut Poll<'_>) -> Result<(UBig, UBig)> {
    let divisor = UBig::from_words(b);
    let mut quotient = vec![0; a.len()];
    let mut remainder = UBig::ZERO;
    for (index, slice) in a.chunks(DIV_PIECE).enumerate().rev() {
        poll()?;
        let current = [slice, remainder.as_words()].concat();
        let (q, r) = UBig::from_words(&current).div_rem(&divisor);
        // The remainder is below the divisor, so the quotient is no longer than the slice.
        let start = index * DIV_PIECE;
        quotient[start..start + q.as_words().len()].copy_from_slice(q.as_words());
        remainder = r;
    }
    Ok((UBig::from_words(&quotient), remainder))
}

/// Divides a number of at most `2n` bits by one of exactly `n`, whose quotient has at
/// most `n`.
fn div_two_by_one(a: &UBig, b: &UBig, n: usize, poll: &mut Poll<'_>) -> Result<(UBig, UBig)> {
    if n <= DIV_PIECE * 64 {
        poll()?;
        return Ok(a.div_rem(b));
    }
    let pad = n & 1;
    let (a, b, n) = (a << pad, b << pad, n + pad);
    let half = n / 2;
    let b_high = &b >> half;
    let b_low = bit_range(&b, 0, half);
    let (q1, r) =
        div_three_by_two(&(&a >> n), bit_range(&a, half, half), (&b, &b_high, &b_low), half, poll)?;
    let (q2, r) = div_three_by_two(&r, bit_range(&a, 0, half), (&b, &b_high, &b_low), half, poll)?;
    Ok(((q1 << half) + q2, r >> pad))
}

/// Divides `a12 * 2^n + a3` by `b`, given whole and in halves of `n` bits.
fn div_three_by_two(
    a12: &UBig,
    a3: UBig,
    (b, b_high, b_low): (&UBig, &UBig, &UBig),
    n: usize,
    poll: &mut Poll<'_>,
) -> Result<(UBig, UBig)> {
    let (mut quotient, r) = if a12 >> n == *b_high {
        let ones = (UBig::ONE << n) - UBig::ONE;
        (ones, a12 - (b_high << n) + b_high)
    } else {
        div_two_by_one(a12, b_high, n, poll)?
    };
    let correction = mul(quotient.as_words(), b_low.as_words(), poll)?;
    let mut remainder = IBig::from((r << n) + a3) - IBig::from(correction);
    // At most twice: the estimate from the high half is at most two too large.
    while remainder < IBig::ZERO {
        quotient -= UBig::ONE;
        remainder += b;
    }
    Ok((quotient, remainder.into_parts().1))
}

/// Bits `start .. start + count` of a magnitude.
fn bit_range(value: &UBig, start: usize, count: usize) -> UBig {
    let words = value.as_words();
    let first = (start / 64).min(words.len());
    let last = (start + count).div_ceil(64).min(words.len());
    let mut slice = UBig::from_words(&words[first..last]);
    slice >>= start % 64;
    slice.clear_high_bits(count);
    slice
}
