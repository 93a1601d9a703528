//! Addition, multiplication and floor division, with another big integer and
//! with a machine integer.

use dashu_int::ops::{Abs, DivRem};
use dashu_int::{IBig, UBig};

use crate::{BigInt, Error, Poll, Result, huge};

impl BigInt {
    pub fn add(&self, other: &BigInt) -> BigInt {
        BigInt(&self.0 + &other.0)
    }

    pub fn sub(&self, other: &BigInt) -> BigInt {
        BigInt(&self.0 - &other.0)
    }

    pub fn add_i64(&self, other: i64) -> BigInt {
        BigInt(&self.0 + other)
    }

    pub fn sub_i64(&self, other: i64) -> BigInt {
        BigInt(&self.0 - other)
    }

    /// `other - self`.
    pub fn rsub_i64(&self, other: i64) -> BigInt {
        BigInt(other - &self.0)
    }

    /// `self += other` in place, for accumulators nobody else sees.
    pub fn add_assign(&mut self, other: &BigInt) {
        self.0 += &other.0;
    }

    pub fn neg(&self) -> BigInt {
        BigInt(-&self.0)
    }

    pub fn abs(&self) -> BigInt {
        BigInt((&self.0).abs())
    }

    pub fn mul(&self, other: &BigInt, poll: &mut Poll<'_>) -> Result<BigInt> {
        let ((a_neg, a), (b_neg, b)) = (self.words(), other.words());
        if huge::mul_is_direct(a.len(), b.len()) {
            return Ok(BigInt(if core::ptr::eq(self, other) {
                IBig::from(self.0.sqr())
            } else {
                &self.0 * &other.0
            }));
        }
        huge::room(a.len() as u128 + b.len() as u128)?;
        let square = a == b;
        let product = if square { huge::sqr(a, poll)? } else { huge::mul(a, b, poll)? };
        Ok(BigInt::from_magnitude(a_neg != b_neg, product))
    }

    pub fn mul_i64(&self, other: i64) -> BigInt {
        BigInt(&self.0 * other)
    }

    /// The product of two machine integers.
    pub fn mul_words(a: i64, b: i64) -> BigInt {
        BigInt::from_i128(i128::from(a) * i128::from(b))
    }

    /// Quotient rounded towards minus infinity, and the remainder, which has the
    /// divisor's sign.
    pub fn divmod_floor(&self, other: &BigInt, poll: &mut Poll<'_>) -> Result<(BigInt, BigInt)> {
        let (a_neg, a) = self.words();
        let (b_neg, b) = other.words();
        if b.is_empty() {
            return Err(Error::DivisionByZero);
        }
        let (quotient, remainder) = if huge::div_is_direct(a.len(), b.len()) {
            (&self.0).div_rem(&other.0)
        } else {
            let (q, r) = huge::div_rem(a, b, poll)?;
            let sign = crate::bigint::sign_of(a_neg != b_neg);
            let r_sign = crate::bigint::sign_of(a_neg);
            (IBig::from_parts(sign, q), IBig::from_parts(r_sign, r))
        };
        if a_neg != b_neg && !remainder.is_zero() {
            return Ok((BigInt(quotient - 1), BigInt(remainder + &other.0)));
        }
        Ok((BigInt(quotient), BigInt(remainder)))
    }

    pub fn div_floor(&self, other: &BigInt, poll: &mut Poll<'_>) -> Result<BigInt> {
        Ok(self.divmod_floor(other, poll)?.0)
    }

    pub fn mod_floor(&self, other: &BigInt, poll: &mut Poll<'_>) -> Result<BigInt> {
        Ok(self.divmod_floor(other, poll)?.1)
    }

    /// Floor division by a machine integer.
    pub fn divmod_floor_i64(&self, other: i64) -> Result<(BigInt, i64)> {
        if other == 0 {
            return Err(Error::DivisionByZero);
        }
        let (negative, words) = self.words();
        let divisor = other.unsigned_abs();
        let (quotient, remainder): (UBig, u64) = UBig::from_words(words).div_rem(divisor);
        let opposite = negative != (other < 0);
        let mut quotient = BigInt::from_magnitude(opposite, quotient);
        let mut remainder = remainder;
        if opposite && remainder != 0 {
            quotient = quotient.sub_i64(1);
            remainder = divisor - remainder;
        }
        // Below |other| <= 2^63, so it fits once the sign is on.
        let remainder = remainder as i64;
        Ok((quotient, if other < 0 { -remainder } else { remainder }))
    }
}
