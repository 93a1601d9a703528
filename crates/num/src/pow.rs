//! Powers, with the size of the result estimated before anything is computed.

use dashu_int::UBig;
use dashu_int::ops::BitTest;

use crate::{BigInt, Error, Poll, Result, huge};

/// Words of a result up to which the crate below is asked in one call.
const DIRECT_WORDS: u128 = if cfg!(test) { 4 } else { 2_048 };

impl BigInt {
    /// `self ** exponent` for an exponent that is not negative.
    pub fn pow(&self, exponent: &BigInt, poll: &mut Poll<'_>) -> Result<BigInt> {
        if exponent.is_negative() {
            return Err(Error::Negative);
        }
        match exponent.to_u64() {
            Some(exponent) => self.pow_u64(exponent, poll),
            None => match self.to_i64() {
                Some(0 | 1) => Ok(self.clone()),
                Some(-1) if exponent.is_even() => Ok(BigInt::ONE),
                Some(-1) => Ok(self.clone()),
                _ => Err(Error::TooBig),
            },
        }
    }

    pub fn pow_u64(&self, exponent: u64, poll: &mut Poll<'_>) -> Result<BigInt> {
        let (negative, words) = self.words();
        let negative = negative && exponent & 1 == 1;
        if exponent == 0 {
            return Ok(BigInt::ONE);
        }
        if words.is_empty() || exponent == 1 {
            return Ok(self.clone());
        }
        let base = UBig::from_words(words);
        if base.is_one() {
            return Ok(BigInt::from_magnitude(negative, base));
        }
        // Powers of two cost nothing: base = odd << twos.
        let twos = base.trailing_zeros().expect("the base is not zero");
        let odd = base >> twos;
        let odd_bits = u128::from(exponent) * odd.bit_len() as u128;
        let odd_bits = if odd.is_one() { 1 } else { odd_bits };
        let shift = u128::from(exponent) * twos as u128;
        huge::room((odd_bits + shift) / 64 + 1)?;

        let power = if odd.is_one() {
            odd
        } else if odd_bits / 64 <= DIRECT_WORDS {
            odd.pow(exponent as usize)
        } else {
            pow_polled(&odd, exponent, poll)?
        };
        Ok(BigInt::from_magnitude(negative, power << shift as usize))
    }

    /// The power of a machine integer.
    pub fn pow_i64(base: i64, exponent: u64, poll: &mut Poll<'_>) -> Result<BigInt> {
        BigInt::from_i64(base).pow_u64(exponent, poll)
    }
}

/// Left-to-right binary powering: the multiplications by the base stay short.
fn pow_polled(base: &UBig, exponent: u64, poll: &mut Poll<'_>) -> Result<UBig> {
    let bits = 64 - exponent.leading_zeros();
    let mut result = base.clone();
    for bit in (0..bits - 1).rev() {
        result = huge::sqr(result.as_words(), poll)?;
        if exponent >> bit & 1 == 1 {
            result = huge::mul(result.as_words(), base.as_words(), poll)?;
        }
    }
    Ok(result)
}
