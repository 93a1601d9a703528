//! The type itself: construction, conversion to machine integers, equality,
//! order and hash.
//!
//! Invariant: the magnitude is normalised (no leading zero words, zero is not
//! negative), which the crate below keeps for us.

use core::cmp::Ordering;
use core::hash::{Hash, Hasher};

use dashu_int::{IBig, Sign, UBig, Word};

const _: () = assert!(Word::BITS == 64, "the word-level code here assumes 64-bit words");

/// The modulus of Python's numeric hash, 2^61 - 1.
const HASH_MODULUS: u64 = (1 << 61) - 1;

/// An integer of any size.  Up to 128 bits it owns no heap memory.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BigInt(pub(crate) IBig);

impl BigInt {
    pub const ZERO: BigInt = BigInt(IBig::ZERO);
    pub const ONE: BigInt = BigInt(IBig::ONE);

    pub fn from_i64(value: i64) -> BigInt {
        BigInt(IBig::from_i64(value))
    }

    pub fn from_u64(value: u64) -> BigInt {
        BigInt(IBig::from(value))
    }

    pub fn from_i128(value: i128) -> BigInt {
        BigInt(IBig::from(value))
    }

    pub fn from_u128(value: u128) -> BigInt {
        BigInt(IBig::from(value))
    }

    /// The value of little-endian words, negated if `negative`.
    pub fn from_words(negative: bool, words: &[u64]) -> BigInt {
        BigInt(IBig::from_parts(sign_of(negative), UBig::from_words(words)))
    }

    /// Whether the value is negative, and its magnitude in little-endian words
    /// without leading zeros.
    pub fn words(&self) -> (bool, &[u64]) {
        let (sign, words) = self.0.as_sign_words();
        (sign == Sign::Negative, words)
    }

    pub fn to_i64(&self) -> Option<i64> {
        match self.words() {
            (_, []) => Some(0),
            (false, &[w]) => i64::try_from(w).ok(),
            (true, &[w]) if w <= 1 << 63 => Some((w as i64).wrapping_neg()),
            _ => None,
        }
    }

    pub fn to_u64(&self) -> Option<u64> {
        match self.words() {
            (_, []) => Some(0),
            (false, &[w]) => Some(w),
            _ => None,
        }
    }

    pub fn to_i128(&self) -> Option<i128> {
        let (negative, words) = self.words();
        let magnitude = match *words {
            [] => 0,
            [low] => u128::from(low),
            [low, high] => u128::from(high) << 64 | u128::from(low),
            _ => return None,
        };
        if negative {
            (magnitude <= 1 << 127).then(|| (magnitude as i128).wrapping_neg())
        } else {
            i128::try_from(magnitude).ok()
        }
    }

    /// The low 64 bits in two's complement, as C casts do.
    pub fn low_u64(&self) -> u64 {
        match self.words() {
            (_, []) => 0,
            (false, words) => words[0],
            (true, words) => words[0].wrapping_neg(),
        }
    }

    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    pub fn is_negative(&self) -> bool {
        self.words().0
    }

    pub fn is_even(&self) -> bool {
        self.words().1.first().is_none_or(|w| w & 1 == 0)
    }

    /// -1, 0 or 1.
    pub fn signum(&self) -> i32 {
        match self.words() {
            (_, []) => 0,
            (true, _) => -1,
            (false, _) => 1,
        }
    }

    pub fn cmp_i64(&self, other: i64) -> Ordering {
        match self.to_i64() {
            Some(value) => value.cmp(&other),
            None if self.is_negative() => Ordering::Less,
            None => Ordering::Greater,
        }
    }

    /// Python's `hash()` of the value.
    pub fn python_hash(&self) -> i64 {
        let (negative, words) = self.words();
        let mut hash = 0u64;
        for &word in words.iter().rev() {
            // 2^64 is 8 modulo 2^61-1.  Two folds bring the sum below twice the modulus.
            let sum = (u128::from(hash) << 3) + u128::from(word);
            let folded = (sum as u64 & HASH_MODULUS) + (sum >> 61) as u64;
            hash = if folded >= HASH_MODULUS { folded - HASH_MODULUS } else { folded };
        }
        let hash = if negative { -(hash as i64) } else { hash as i64 };
        if hash == -1 { -2 } else { hash }
    }

    /// Bytes of heap memory the value owns, for `sys.getsizeof`-like accounting.
    pub fn heap_bytes(&self) -> usize {
        let words = self.words().1.len();
        if words > 2 { words * 8 } else { 0 }
    }

    pub(crate) fn from_magnitude(negative: bool, magnitude: UBig) -> BigInt {
        BigInt(IBig::from_parts(sign_of(negative), magnitude))
    }

    pub(crate) fn magnitude(&self) -> UBig {
        UBig::from_words(self.words().1)
    }
}

pub(crate) fn sign_of(negative: bool) -> Sign {
    if negative { Sign::Negative } else { Sign::Positive }
}

impl Hash for BigInt {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_i64(self.python_hash());
    }
}

impl From<i64> for BigInt {
    fn from(value: i64) -> BigInt {
        BigInt::from_i64(value)
    }
}

impl From<u64> for BigInt {
    fn from(value: u64) -> BigInt {
        BigInt::from_u64(value)
    }
}

impl From<i128> for BigInt {
    fn from(value: i128) -> BigInt {
        BigInt::from_i128(value)
    }
}

impl core::fmt::Display for BigInt {
    /// Decimal, uninterruptible: for tests and messages.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

impl core::fmt::Debug for BigInt {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "BigInt({self})")
    }
}
