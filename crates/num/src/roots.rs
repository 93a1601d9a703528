//! Integer square root, greatest common divisor, and rounding to powers of ten.

use core::cmp::Ordering;

use dashu_int::ops::{Gcd, SquareRoot};

use crate::{BigInt, Error, Poll, Result};

/// Words up to which a root or a divisor is one piece of the crate below.
const SQRT_WORDS: usize = if cfg!(test) { 4 } else { 24_576 };
const GCD_WORDS: usize = if cfg!(test) { 2 } else { 6_144 };

impl BigInt {
    /// The largest integer whose square is not above `self`.
    pub fn isqrt(&self, poll: &mut Poll<'_>) -> Result<BigInt> {
        if self.is_negative() {
            return Err(Error::Negative);
        }
        if self.words().1.len() <= SQRT_WORDS {
            return Ok(BigInt::from_magnitude(false, self.magnitude().sqrt()));
        }
        // Newton's iteration on the leading bits, whose number doubles each time.
        let c = (self.bit_length() - 1) / 2;
        let mut root = BigInt::ONE;
        let mut d = 0u64;
        for s in (0..64 - c.leading_zeros()).rev() {
            let e = d;
            d = c >> s;
            let leading = self.shr(2 * c - e - d + 1);
            let quotient = leading.div_floor(&root, poll)?;
            root = root.shl(d - e - 1)?.add(&quotient);
        }
        if root.mul(&root.clone(), poll)? > *self {
            root = root.sub_i64(1);
        }
        Ok(root)
    }

    /// The greatest common divisor, never negative.
    pub fn gcd(&self, other: &BigInt, poll: &mut Poll<'_>) -> Result<BigInt> {
        let (mut a, mut b) = (self.abs(), other.abs());
        if a < b {
            core::mem::swap(&mut a, &mut b);
        }
        let mut work = 0;
        while b.words().1.len() > GCD_WORDS {
            work += b.words().1.len();
            if work > 1 << 20 {
                poll()?;
                work = 0;
            }
            (a, b) = match lehmer_step(&a, &b) {
                Some(next) => next,
                None => {
                    let r = a.mod_floor(&b, poll)?;
                    (b, r)
                }
            };
        }
        if b.is_zero() {
            return Ok(a);
        }
        let a = a.mod_floor(&b, poll)?;
        if a.is_zero() {
            return Ok(b);
        }
        poll()?;
        Ok(BigInt::from_magnitude(false, a.magnitude().gcd(b.magnitude())))
    }

    /// The least common multiple, never negative.
    pub fn lcm(&self, other: &BigInt, poll: &mut Poll<'_>) -> Result<BigInt> {
        if self.is_zero() || other.is_zero() {
            return Ok(BigInt::ZERO);
        }
        let gcd = self.gcd(other, poll)?;
        Ok(self.div_floor(&gcd, poll)?.mul(other, poll)?.abs())
    }

    /// The nearest integer quotient, ties to even.
    pub fn div_nearest(&self, other: &BigInt, poll: &mut Poll<'_>) -> Result<(BigInt, BigInt)> {
        let (q, r) = self.divmod_floor(other, poll)?;
        let order = r.abs().shl(1)?.cmp(&other.abs());
        if order == Ordering::Greater || order == Ordering::Equal && !q.is_even() {
            return Ok((q.add_i64(1), r.sub(other)));
        }
        Ok((q, r))
    }

    /// `round(self, -digits)`: the nearest multiple of `10**digits`, ties to even.
    pub fn round_half_even(&self, digits: u64, poll: &mut Poll<'_>) -> Result<BigInt> {
        // 10**digits > 2 * |self|: the answer is zero, however many digits are named.
        if digits / 4 > self.bit_length() {
            return Ok(BigInt::ZERO);
        }
        let unit = BigInt::pow_i64(10, digits, poll)?;
        let (_, remainder) = self.div_nearest(&unit, poll)?;
        Ok(self.sub(&remainder))
    }
}

/// Several steps of Euclid's algorithm at once, found from the leading 62 bits
/// (Lehmer, with Collins's stopping test).  `None` when those decide nothing.
/// Needs `a >= b`; keeps it.
fn lehmer_step(a: &BigInt, b: &BigInt) -> Option<(BigInt, BigInt)> {
    let shift = a.bit_length().saturating_sub(62);
    let (mut x, mut y) = (a.shr(shift).to_i64()?, b.shr(shift).to_i64()?);
    // After an even number of steps the operands are p*a - q*b and s*b - r*a; after an
    // odd one, the same with a and b exchanged.
    let (mut p, mut q, mut r, mut s) = (1i64, 0i64, 0i64, 1i64);
    let mut steps = 0;
    while y != r {
        let quotient = (x + (p - 1)) / (y - r);
        let next_r = quotient.checked_mul(s).and_then(|v| v.checked_add(q));
        let rest = quotient.checked_mul(y).and_then(|v| x.checked_sub(v));
        let (Some(next_r), Some(rest)) = (next_r, rest) else { break };
        let Some(next_s) = quotient.checked_mul(r).and_then(|v| v.checked_add(p)) else { break };
        if next_r > rest {
            break;
        }
        (x, y) = (y, rest);
        (p, q, r, s) = (s, r, next_r, next_s);
        steps += 1;
    }
    if steps == 0 {
        return None;
    }
    let (a, b) = if steps % 2 == 1 { (b, a) } else { (a, b) };
    Some((a.mul_i64(p).sub(&b.mul_i64(q)), b.mul_i64(s).sub(&a.mul_i64(r))))
}
