//! Shifts and bit operations: negative numbers behave as infinite two's complement.

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use crate::{BigInt, Result, huge};

impl BigInt {
    /// Bits of the magnitude; 0 for zero.
    pub fn bit_length(&self) -> u64 {
        let words = self.words().1;
        words.last().map_or(0, |top| words.len() as u64 * 64 - u64::from(top.leading_zeros()))
    }

    /// Ones in the magnitude.
    pub fn bit_count(&self) -> u64 {
        self.words().1.iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// Zeros below the lowest one; `None` for zero.
    pub fn trailing_zeros(&self) -> Option<u64> {
        self.0.trailing_zeros().map(|n| n as u64)
    }

    /// The bit of weight `2**index` in two's complement.
    pub fn bit(&self, index: u64) -> bool {
        match usize::try_from(index) {
            Ok(index) => self.0.bit(index),
            Err(_) => self.is_negative(),
        }
    }

    pub fn and(&self, other: &BigInt) -> BigInt {
        BigInt(&self.0 & &other.0)
    }

    pub fn or(&self, other: &BigInt) -> BigInt {
        BigInt(&self.0 | &other.0)
    }

    pub fn xor(&self, other: &BigInt) -> BigInt {
        BigInt(&self.0 ^ &other.0)
    }

    pub fn and_i64(&self, other: i64) -> BigInt {
        if other >= 0 {
            // The high words vanish; no copy of a long operand.
            return BigInt::from_u64(self.low_u64() & other as u64);
        }
        BigInt(&self.0 & IBig::from(other))
    }

    pub fn or_i64(&self, other: i64) -> BigInt {
        BigInt(&self.0 | IBig::from(other))
    }

    pub fn xor_i64(&self, other: i64) -> BigInt {
        BigInt(&self.0 ^ IBig::from(other))
    }

    /// `~self`.
    pub fn invert(&self) -> BigInt {
        BigInt(!&self.0)
    }

    /// `self << count`.
    pub fn shl(&self, count: u64) -> Result<BigInt> {
        if self.is_zero() {
            return Ok(BigInt::ZERO);
        }
        huge::room((u128::from(self.bit_length()) + u128::from(count)) / 64 + 1)?;
        Ok(BigInt(&self.0 << count as usize))
    }

    /// `self >> count`, rounding towards minus infinity.
    pub fn shr(&self, count: u64) -> BigInt {
        if count >= self.bit_length() {
            return BigInt::from_i64(if self.is_negative() { -1 } else { 0 });
        }
        BigInt(&self.0 >> count as usize)
    }

    /// `value << count` of a machine integer.
    pub fn shl_i64(value: i64, count: u64) -> Result<BigInt> {
        if count < 64 {
            return Ok(BigInt::from_i128(i128::from(value) << count));
        }
        BigInt::from_i64(value).shl(count)
    }
}
