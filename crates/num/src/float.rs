//! Between integers and floats, rounded exactly as CPython does: to nearest, ties to
//! even, with overflow reported.

use core::cmp::Ordering;

use dashu_int::IBig;
use dashu_int::ops::DivRem;

use crate::{BigInt, Error, Poll, Result, huge};

/// `value * 2**exponent`, rounded once; infinite when too large.
pub fn ldexp(value: f64, exponent: i64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let (mantissa, own) = frexp(value);
    let total = exponent.saturating_add(own);
    match total {
        1025.. => f64::INFINITY.copysign(value),
        // 0.5 <= |mantissa| < 1, so two factors stay normal until the last product.
        -1020..=1024 => mantissa * 2.0 * power_of_two(total - 1),
        ..-1100 => 0.0f64.copysign(value),
        _ => mantissa * power_of_two(total + 200) * power_of_two(-200),
    }
}

/// The mantissa in `[0.5, 1)` and the exponent; `(value, 0)` for zero, infinity, NaN.
pub fn frexp(value: f64) -> (f64, i64) {
    if value == 0.0 || !value.is_finite() {
        return (value, 0);
    }
    let (value, offset) =
        if value.abs() < f64::MIN_POSITIVE { (value * power_of_two(64), -64) } else { (value, 0) };
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i64 - 1022;
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent + offset)
}

/// An exact power, for exponents of normal floats.
fn power_of_two(exponent: i64) -> f64 {
    debug_assert!((-1022..=1023).contains(&exponent));
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// Numerator and denominator in lowest terms; `None` for infinities and NaN.
pub fn f64_ratio(value: f64) -> Option<(BigInt, BigInt)> {
    if !value.is_finite() {
        return None;
    }
    if value == 0.0 {
        return Some((BigInt::ZERO, BigInt::ONE));
    }
    let (mantissa, exponent) = frexp(value);
    let integer = (mantissa * power_of_two(53)) as i64;
    let twos = i64::from(integer.trailing_zeros());
    let (integer, exponent) = (BigInt::from_i64(integer >> twos), exponent - 53 + twos);
    let power = BigInt(IBig::ONE << exponent.unsigned_abs() as usize);
    Some(if exponent >= 0 { (BigInt(integer.0 * power.0), BigInt::ONE) } else { (integer, power) })
}

/// The leading 64 bits of a magnitude above one word, the lowest of them set if anything
/// below is: enough to round to 53 bits.
fn leading_bits(words: &[u64], bits: u64) -> u64 {
    let shift = (bits - 64) as usize;
    let (word, bit) = (shift / 64, shift % 64);
    let low = words[word];
    let mut top = low >> bit;
    if bit != 0 {
        top |= words[word + 1] << (64 - bit);
    }
    let lost = low & ((1u64 << bit) - 1) != 0 || words[..word].iter().any(|&w| w != 0);
    top | u64::from(lost)
}

impl BigInt {
    /// The nearest float.
    pub fn to_f64(&self) -> Result<f64> {
        let (negative, words) = self.words();
        let bits = self.bit_length();
        let magnitude = match words {
            [] => 0.0,
            [word] => *word as f64,
            _ if bits > 1024 => return Err(Error::FloatOverflow),
            _ => leading_bits(words, bits) as f64 * power_of_two(bits as i64 - 64),
        };
        if magnitude.is_infinite() {
            return Err(Error::FloatOverflow);
        }
        Ok(if negative { -magnitude } else { magnitude })
    }

    /// Mantissa in `[0.5, 1)`, correctly rounded, and exponent: for logarithms of values
    /// beyond floats.
    pub fn frexp(&self) -> (f64, i64) {
        let (negative, words) = self.words();
        let bits = self.bit_length();
        let (mantissa, exponent) = match words {
            [] => (0.0, 0),
            [word] => frexp(*word as f64),
            _ => {
                let (mantissa, exponent) = frexp(leading_bits(words, bits) as f64);
                (mantissa, exponent + bits as i64 - 64)
            }
        };
        (if negative { -mantissa } else { mantissa }, exponent)
    }

    /// The value truncated towards zero; `None` for infinities and NaN.
    pub fn from_f64(value: f64) -> Option<BigInt> {
        if !value.is_finite() {
            return None;
        }
        if value.abs() < 9.0e18 {
            return Some(BigInt::from_i64(value as i64));
        }
        let (mantissa, exponent) = frexp(value);
        let integer = (mantissa * power_of_two(53)) as i64;
        // At least 2^62, so the exponent is above 53.
        Some(BigInt(IBig::from(integer) << (exponent - 53) as usize))
    }

    /// Exact comparison with a float; `None` for NaN.
    pub fn cmp_f64(&self, other: f64) -> Option<Ordering> {
        if other.is_nan() {
            return None;
        }
        let Some(truncated) = BigInt::from_f64(other) else {
            return Some(if other > 0.0 { Ordering::Less } else { Ordering::Greater });
        };
        let fraction = || 0.0.partial_cmp(&other.fract()).unwrap_or(Ordering::Equal);
        Some(self.cmp(&truncated).then_with(fraction))
    }

    /// `self / other` as a float, rounded once.
    pub fn true_divide(&self, other: &BigInt, poll: &mut Poll<'_>) -> Result<f64> {
        const MAX_EXACT: u64 = 1 << 53;
        const MIN_EXPONENT: i64 = -1021;
        const DIGITS: i64 = 53;

        let ((a_neg, a), (b_neg, b)) = (self.words(), other.words());
        let sign = if a_neg != b_neg { -1.0 } else { 1.0 };
        match (a, b) {
            (_, []) => return Err(Error::DivisionByZero),
            ([], _) => return Ok(0.0 * sign),
            (&[x], &[y]) if x <= MAX_EXACT && y <= MAX_EXACT => {
                return Ok(sign * (x as f64 / y as f64));
            }
            _ => {}
        }
        let difference = self.bit_length() as i64 - other.bit_length() as i64;
        if difference > 1024 {
            return Err(Error::FloatOverflow);
        }
        if difference < MIN_EXPONENT - DIGITS - 1 {
            return Ok(0.0 * sign);
        }
        // A quotient of 55 or 56 bits (fewer where the result is subnormal), with a sticky bit.
        let shift = difference.max(MIN_EXPONENT) - DIGITS - 2;
        let dividend = self.magnitude();
        let (dividend, mut inexact) = if shift <= 0 {
            (dividend << (-shift) as usize, false)
        } else {
            let lost = dividend.trailing_zeros().is_some_and(|zeros| (zeros as i64) < shift);
            (dividend >> shift as usize, lost)
        };
        let divisor = other.magnitude();
        let (quotient, remainder) = if huge::div_is_direct(a.len(), b.len()) {
            dividend.div_rem(divisor)
        } else {
            huge::div_rem(dividend.as_words(), b, poll)?
        };
        inexact |= !remainder.is_zero();
        let quotient = quotient.as_words().first().copied().unwrap_or(0);
        if quotient == 0 {
            return Ok(0.0 * sign);
        }
        let bits = 64 - i64::from(quotient.leading_zeros());
        let extra = bits.max(MIN_EXPONENT - shift) - DIGITS;
        let unit = 1u64 << extra; // at least 4
        let sticky = quotient | u64::from(inexact);
        let half = unit >> 1;
        let mut rounded = sticky & !(unit - 1);
        let rest = sticky & (unit - 1);
        if rest > half || rest == half && rounded & unit != 0 {
            rounded += unit;
        }
        let result = ldexp(rounded as f64, shift);
        if result.is_infinite() { Err(Error::FloatOverflow) } else { Ok(sign * result) }
    }
}
