//! Hashing: `hash(x)`, and the functions that several types' hashes share.

use crate::prelude::*;
use std::sync::OnceLock;

/// 2^61 - 1: numeric hashes are residues modulo this prime.
pub const MODULUS: i64 = (1 << 61) - 1;

static KEY: OnceLock<(u64, u64)> = OnceLock::new();

/// Fixes the process's string hash secret; the first call wins.
pub fn set_secret(k0: u64, k1: u64) {
    let _ = KEY.set((k0, k1));
}

/// The hash of `str` and `bytes`: SipHash-1-3 with the process's secret; empty is 0.
pub fn bytes_hash(bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let (k0, k1) = *KEY.get_or_init(|| (0, 0));
    match siphash13(k0, k1, bytes) as i64 {
        -1 => -2,
        h => h,
    }
}

/// SipHash-1-3 in one go: the streaming form of the crates costs twice as much on names.
fn siphash13(k0: u64, k1: u64, bytes: &[u8]) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let (words, rest) = bytes.as_chunks::<8>();
    for w in words {
        let m = u64::from_le_bytes(*w);
        v[3] ^= m;
        sip_round(&mut v);
        v[0] ^= m;
    }
    let mut last = (bytes.len() as u64) << 56;
    for (i, b) in rest.iter().enumerate() {
        last |= u64::from(*b) << (8 * i);
    }
    v[3] ^= last;
    sip_round(&mut v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for _ in 0..3 {
        sip_round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

#[inline(always)]
fn sip_round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[2] = v[2].rotate_left(32);
}

/// The hash of an int that fits 64 bits.
#[inline(always)]
pub fn int_hash(v: i64) -> i64 {
    let r = v % MODULUS;
    if r == -1 { -2 } else { r }
}

/// The hash of a float: equal to that of an equal int.  NaNs hash by identity, which the
/// caller passes.
pub fn float_hash(v: f64, identity: i64) -> i64 {
    if !v.is_finite() {
        return if v.is_nan() {
            identity
        } else if v > 0.0 {
            314159
        } else {
            -314159
        };
    }
    if v == v.trunc() && v.abs() < 9.0e15 {
        return int_hash(v as i64);
    }
    let bits = v.abs().to_bits();
    let (mut mantissa, exponent) = match (bits >> 52) as i32 {
        0 => (bits & ((1 << 52) - 1), -1074),
        e => ((bits & ((1 << 52) - 1)) | 1 << 52, e - 1075),
    };
    // mantissa * 2^exponent modulo 2^61 - 1: multiplying by 2 rotates 61 bits.
    let shift = exponent.rem_euclid(61) as u32;
    mantissa = ((mantissa << shift) & MODULUS as u64) | (mantissa >> (61 - shift));
    let r = if v < 0.0 { -(mantissa as i64) } else { mantissa as i64 };
    if r == -1 { -2 } else { r }
}

/// A pointer's hash: rotated, since the low bits of addresses are equal.
pub fn identity_hash(o: PyObject<'_>) -> i64 {
    match o.bits().rotate_right(4) as i64 {
        -1 => -2,
        h => h,
    }
}

/// `hash(x)`.
#[inline]
pub fn hash(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<i64> {
    if let Some(s) = o.downcast::<PyStr>()
        && s.is_exact()
    {
        return Ok(s.hash());
    }
    if let Some(v) = o.small_int() {
        return Ok(int_hash(v));
    }
    let typ = o.class(vm);
    match typ.slots.hash.get() {
        Some(f) => {
            let _guard = vm.enter_native(" while hashing")?;
            f(vm, o)
        }
        None => Err(unhashable(vm, o)),
    }
}

#[cold]
pub fn unhashable(vm: &VirtualMachine, o: PyObject<'_>) -> PyErr {
    vm.type_error(format!("unhashable type: '{}'", o.class(vm).display_name()))
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher;

    #[test]
    fn siphash_is_the_crates() {
        for n in 0..40 {
            let data: Vec<u8> = (0..n).map(|i| (i * 37) as u8).collect();
            let mut h = siphasher::sip::SipHasher13::new_with_keys(3, 5);
            h.write(&data);
            assert_eq!(super::siphash13(3, 5, &data), h.finish());
        }
    }
}
