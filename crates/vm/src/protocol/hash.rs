//! Hashing: `hash(x)`, and the functions that several types' hashes share.

use crate::prelude::*;
use siphasher::sip::SipHasher13;
use std::hash::Hasher;
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
    let mut h = SipHasher13::new_with_keys(k0, k1);
    h.write(bytes);
    match h.finish() as i64 {
        -1 => -2,
        h => h,
    }
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
        Some(f) => f(vm, o),
        None => Err(unhashable(vm, o)),
    }
}

#[cold]
pub fn unhashable(vm: &VirtualMachine, o: PyObject<'_>) -> PyErr {
    vm.type_error(format!("unhashable type: '{}'", o.class(vm).display_name()))
}
