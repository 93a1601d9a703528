//! `pow(base, exponent, modulus)` and inverses.

use dashu_int::fast_div::ConstDivisor;
use dashu_int::monty::MontgomeryRepr;
use dashu_int::ops::{BitTest, ExtendedGcd};
use dashu_int::{IBig, UBig};

use crate::{BigInt, Error, Poll, Result, huge};

/// Words of a modulus up to which reduction is left to the crate below.
const DIRECT_WORDS: usize = if cfg!(test) { 16 } else { 4_096 };

/// Bits of the exponent taken at a time.
const WINDOW: usize = 5;

impl BigInt {
    /// `pow(self, exponent, modulus)`: the result has the sign of the modulus.
    pub fn pow_mod(
        &self,
        exponent: &BigInt,
        modulus: &BigInt,
        poll: &mut Poll<'_>,
    ) -> Result<BigInt> {
        if modulus.is_zero() {
            return Err(Error::DivisionByZero);
        }
        let size = modulus.abs();
        if size == BigInt::ONE {
            return Ok(BigInt::ZERO);
        }
        let (base, exponent) = if exponent.is_negative() {
            (self.inverse_mod(&size, poll)?, exponent.neg())
        } else {
            (self.mod_floor(&size, poll)?, exponent.clone())
        };
        let modulus_words = size.magnitude();
        let power = power(base.magnitude(), &exponent.magnitude(), modulus_words, poll)?;
        let result = BigInt::from_magnitude(false, power);
        if modulus.is_negative() && !result.is_zero() {
            return Ok(result.add(modulus));
        }
        Ok(result)
    }

    /// The inverse of `self` modulo a positive `modulus` greater than one.
    fn inverse_mod(&self, modulus: &BigInt, poll: &mut Poll<'_>) -> Result<BigInt> {
        let value = self.mod_floor(modulus, poll)?;
        if value.words().1.len() <= DIRECT_WORDS {
            let (gcd, x, _): (UBig, IBig, IBig) = value.magnitude().gcd_ext(modulus.magnitude());
            return if gcd.is_one() {
                BigInt(x).mod_floor(modulus, poll)
            } else {
                Err(Error::NotInvertible)
            };
        }
        let (mut a, mut n) = (value, modulus.clone());
        let (mut b, mut c) = (BigInt::ONE, BigInt::ZERO);
        while !n.is_zero() {
            let (q, r) = a.divmod_floor(&n, poll)?;
            poll()?;
            (a, n) = (n, r);
            let next = b.sub(&q.mul(&c, poll)?);
            (b, c) = (c, next);
        }
        if a == BigInt::ONE { b.mod_floor(modulus, poll) } else { Err(Error::NotInvertible) }
    }
}

/// A power in a ring, by windows of the exponent, polling between windows.
macro_rules! windowed {
    ($one:expr, $base:expr, $exponent:expr, $poll:expr) => {{
        let (one, base, exponent) = ($one, $base, $exponent);
        let width = if exponent.bit_len() < 64 { 1 } else { WINDOW };
        let mut table = vec![one.clone()];
        for _ in 1..1 << width {
            table.push(table[table.len() - 1].clone() * &base);
        }
        let mut result = one;
        for window in (0..exponent.bit_len().div_ceil(width)).rev() {
            $poll()?;
            for _ in 0..width {
                result = result.sqr();
            }
            let digit = (0..width)
                .rev()
                .fold(0, |digit, bit| digit << 1 | usize::from(exponent.bit(window * width + bit)));
            if digit != 0 {
                result *= &table[digit];
            }
        }
        result
    }};
}

/// `base ** exponent % modulus` for a base below the modulus, which is above one.
fn power(base: UBig, exponent: &UBig, modulus: UBig, poll: &mut Poll<'_>) -> Result<UBig> {
    if exponent.is_zero() {
        return Ok(UBig::ONE);
    }
    if modulus.as_words().len() > DIRECT_WORDS {
        return power_huge(base, exponent, modulus, poll);
    }
    if modulus.bit(0) && modulus.as_words().len() > 2 {
        let ring = MontgomeryRepr::new(modulus);
        return Ok(windowed!(ring.reduce(UBig::ONE), ring.reduce(base), exponent, poll).residue());
    }
    let ring = ConstDivisor::new(modulus);
    Ok(windowed!(ring.reduce(UBig::ONE), ring.reduce(base), exponent, poll).residue())
}

fn power_huge(base: UBig, exponent: &UBig, modulus: UBig, poll: &mut Poll<'_>) -> Result<UBig> {
    let mut result = UBig::ONE;
    for bit in (0..exponent.bit_len()).rev() {
        let square = huge::sqr(result.as_words(), poll)?;
        result = huge::div_rem(square.as_words(), modulus.as_words(), poll)?.1;
        if exponent.bit(bit) {
            let product = huge::mul(result.as_words(), base.as_words(), poll)?;
            result = huge::div_rem(product.as_words(), modulus.as_words(), poll)?.1;
        }
    }
    Ok(result)
}
