//! The NaN-boxed word: which bits mean what.
//!
//! ```text
//!   0                                  no value
//!   0000 pppp pppp pppp                heap object at p (48 bits)
//!   0001 0000 0000 00xx                None, False, True, Ellipsis, NotImplemented
//!   0002 .... to FFFA ....             float: its bits + 0002_0000_0000_0000
//!   FFFE iiii to FFFF iiii             int: 49 bits, two's complement
//! ```
//!
//! A float word never holds a NaN other than the two canonical quiet ones, so its bits are
//! at most `FFF8_0000_0000_0000` and the sum cannot reach the ints.

pub const INT_TAG: u64 = 0xFFFE << 48;
pub const FLOAT_OFFSET: u64 = 0x0002 << 48;
const FLOAT_BITS_MAX: u64 = 0xFFF8 << 48;
const SPECIAL: u64 = 0x0001 << 48;

pub const NONE: u64 = SPECIAL;
pub const FALSE: u64 = SPECIAL | 0x10;
pub const TRUE: u64 = SPECIAL | 0x18;
pub const ELLIPSIS: u64 = SPECIAL | 0x20;
pub const NOT_IMPLEMENTED: u64 = SPECIAL | 0x30;

/// Bits of a small int, sign included.
pub const INT_BITS: u32 = 49;
const INT_SHIFT: u32 = 64 - INT_BITS;
pub const SMALL_INT_MAX: i64 = (1 << (INT_BITS - 1)) - 1;
pub const SMALL_INT_MIN: i64 = -(1 << (INT_BITS - 1));

const CANONICAL_NAN: u64 = 0x7FF8 << 48;
const SIGN: u64 = 1 << 63;

#[inline(always)]
pub const fn is_heap(w: u64) -> bool {
    w >> 48 == 0
}

#[inline(always)]
pub const fn is_int(w: u64) -> bool {
    w >= INT_TAG
}

/// Both words are small ints: the tag survives the conjunction only if both carry it.
#[inline(always)]
pub const fn both_ints(a: u64, b: u64) -> bool {
    (a & b) >= INT_TAG
}

#[inline(always)]
pub const fn is_float(w: u64) -> bool {
    w.wrapping_sub(FLOAT_OFFSET) <= FLOAT_BITS_MAX
}

#[inline(always)]
pub const fn is_bool(w: u64) -> bool {
    w | 8 == TRUE
}

#[inline(always)]
pub const fn from_bool(b: bool) -> u64 {
    FALSE | ((b as u64) << 3)
}

#[inline(always)]
pub const fn int_value(w: u64) -> i64 {
    ((w << INT_SHIFT) as i64) >> INT_SHIFT
}

/// The int's value shifted to the top: sums and differences of two such carry out exactly
/// when the small range does.
#[inline(always)]
pub const fn int_shifted(w: u64) -> i64 {
    (w << INT_SHIFT) as i64
}

#[inline(always)]
pub const fn from_int_shifted(v: i64) -> u64 {
    ((v as u64) >> INT_SHIFT) | INT_TAG
}

/// `v` must be within the small range.
#[inline(always)]
pub const fn from_int_unchecked(v: i64) -> u64 {
    debug_assert!(v <= SMALL_INT_MAX && v >= SMALL_INT_MIN);
    (v as u64) | INT_TAG
}

#[inline(always)]
pub const fn try_from_int(v: i64) -> Option<u64> {
    if (v << INT_SHIFT) >> INT_SHIFT == v { Some((v as u64) | INT_TAG) } else { None }
}

#[inline(always)]
pub const fn float_value(w: u64) -> f64 {
    f64::from_bits(w.wrapping_sub(FLOAT_OFFSET))
}

/// The word of a float whose NaN, if it is one, is canonical: the result of arithmetic on
/// float words, or any non-NaN.
#[inline(always)]
pub const fn from_float_canonical(f: f64) -> u64 {
    let bits = f.to_bits();
    debug_assert!(bits & !SIGN <= CANONICAL_NAN);
    bits.wrapping_add(FLOAT_OFFSET)
}

/// `None` for a NaN with a payload, which lives on the heap.
#[inline(always)]
pub const fn try_from_float(f: f64) -> Option<u64> {
    if f.to_bits() & !SIGN <= CANONICAL_NAN { Some(from_float_canonical(f)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ints_round_trip() {
        for v in [0, 1, -1, 42, SMALL_INT_MAX, SMALL_INT_MIN] {
            let w = try_from_int(v).expect("in range");
            assert!(is_int(w) && !is_float(w) && !is_heap(w));
            assert_eq!(int_value(w), v);
            assert_eq!(from_int_shifted(int_shifted(w)), w);
        }
        assert!(try_from_int(SMALL_INT_MAX + 1).is_none());
        assert!(try_from_int(SMALL_INT_MIN - 1).is_none());
        assert!(try_from_int(i64::MIN).is_none());
    }

    #[test]
    fn floats_round_trip() {
        for f in
            [0.0, -0.0, 1.5, f64::MAX, f64::MIN_POSITIVE, 5e-324, f64::INFINITY, -f64::INFINITY]
        {
            let w = try_from_float(f).expect("not a NaN");
            assert!(is_float(w) && !is_int(w) && !is_heap(w) && w != NONE);
            assert_eq!(float_value(w).to_bits(), f.to_bits());
        }
        let negative_nan = f64::from_bits(CANONICAL_NAN | SIGN);
        assert!(is_float(try_from_float(negative_nan).expect("canonical")));
        assert!(try_from_float(f64::from_bits(CANONICAL_NAN | 1)).is_none());
        assert!(try_from_float(f64::from_bits(0x7FF0_0000_0000_0001)).is_some_and(is_float));
    }
}
