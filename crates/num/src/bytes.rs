//! `int.to_bytes`, `int.from_bytes` and the 15-bit digits of marshal.

use crate::BigInt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    Little,
    Big,
}

/// Why a value has no representation in so many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesError {
    /// Negative, and unsigned bytes were asked for.
    Negative,
    TooBig,
    /// The bytes asked for do not fit in memory.
    NoMemory,
}

impl BigInt {
    /// Exactly `length` bytes, in two's complement if `signed`.
    pub fn to_bytes(
        &self,
        length: usize,
        order: ByteOrder,
        signed: bool,
    ) -> Result<Vec<u8>, BytesError> {
        let (negative, words) = self.words();
        if negative && !signed {
            return Err(BytesError::Negative);
        }
        let bits = self.bit_length();
        let needed = match (signed, negative) {
            (false, _) => bits,
            (true, false) => bits + u64::from(bits != 0),
            // -2^n needs n + 1 bits, every other number of n + 1 bits one more.
            (true, true) => bits + u64::from(self.trailing_zeros() != Some(bits - 1)),
        };
        if needed.div_ceil(8) > length as u64 {
            return Err(BytesError::TooBig);
        }
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(length).map_err(|_| BytesError::NoMemory)?;
        bytes.extend(words.iter().flat_map(|w| w.to_le_bytes()).take(length));
        bytes.resize(length, 0);
        if negative {
            negate(&mut bytes);
        }
        if order == ByteOrder::Big {
            bytes.reverse();
        }
        Ok(bytes)
    }

    pub fn from_bytes(bytes: &[u8], order: ByteOrder, signed: bool) -> BigInt {
        let top = match order {
            ByteOrder::Little => bytes.last(),
            ByteOrder::Big => bytes.first(),
        };
        let negative = signed && top.is_some_and(|&byte| byte >= 0x80);
        let fill = if negative { 0xff } else { 0 };
        let word = |chunk: &mut dyn Iterator<Item = u8>| {
            let mut word = [fill; 8];
            for (to, from) in word.iter_mut().zip(chunk) {
                *to = from;
            }
            u64::from_le_bytes(word)
        };
        let mut words: Vec<u64> = match order {
            ByteOrder::Little => bytes.chunks(8).map(|c| word(&mut c.iter().copied())).collect(),
            ByteOrder::Big => {
                bytes.rchunks(8).map(|c| word(&mut c.iter().rev().copied())).collect()
            }
        };
        if negative {
            let mut carry = true;
            for word in &mut words {
                (*word, carry) = (!*word).overflowing_add(u64::from(carry));
            }
            // Only -2^(64n) carries out of the words.
            if carry {
                words.push(1);
            }
        }
        BigInt::from_words(negative, &words)
    }

    /// Whether the value is negative, and its base-2^15 digits, lowest first.
    pub fn to_digits15(&self) -> (bool, Vec<u16>) {
        let (negative, words) = self.words();
        let count = self.bit_length().div_ceil(15) as usize;
        let digit = |index: usize| {
            let (word, bit) = (index * 15 / 64, index * 15 % 64);
            let mut digit = words[word] >> bit;
            if bit > 64 - 15 && word + 1 < words.len() {
                digit |= words[word + 1] << (64 - bit);
            }
            (digit & 0x7fff) as u16
        };
        (negative, (0..count).map(digit).collect())
    }

    /// The value of base-2^15 digits; `None` if one is out of range or the top one is zero.
    pub fn from_digits15(negative: bool, digits: &[u16]) -> Option<BigInt> {
        if digits.last() == Some(&0) || digits.iter().any(|&digit| digit > 0x7fff) {
            return None;
        }
        let mut words = vec![0u64; (digits.len() * 15).div_ceil(64)];
        for (index, &digit) in digits.iter().enumerate() {
            let (word, bit) = (index * 15 / 64, index * 15 % 64);
            words[word] |= u64::from(digit) << bit;
            if bit > 64 - 15 {
                let high = u64::from(digit) >> (64 - bit);
                if high != 0 {
                    words[word + 1] |= high;
                }
            }
        }
        Some(BigInt::from_words(negative, &words))
    }
}

/// Two's complement negation in place, lowest byte first.
fn negate(bytes: &mut [u8]) {
    let mut carry = true;
    for byte in bytes {
        (*byte, carry) = (!*byte).overflowing_add(u8::from(carry));
    }
}
