//! The functions of `math` on integers.

use num::{BigInt, Poll};
use vm::builtins::int::IntView;
use vm::prelude::*;

fn big(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<BigInt> {
    let n = vm.index(o)?;
    Ok(n.as_object().bigint().map(|b| b.into_owned()).unwrap_or(BigInt::ZERO))
}

/// The product of `from..=to` counted in steps of 1, by halves.
fn product(from: u64, to: u64, poll: &mut Poll<'_>) -> num::Result<BigInt> {
    if from > to {
        return Ok(BigInt::ONE);
    }
    if to - from < 16 {
        let mut r = BigInt::from_u64(from);
        let mut word: u64 = 1;
        for n in from + 1..=to {
            match word.checked_mul(n) {
                Some(w) => word = w,
                None => {
                    r = r.mul(&BigInt::from_u64(word), poll)?;
                    word = n;
                }
            }
        }
        return r.mul(&BigInt::from_u64(word), poll);
    }
    let middle = from + (to - from) / 2;
    let low = product(from, middle, poll)?;
    low.mul(&product(middle + 1, to, poll)?, poll)
}

/// The falling product `n * (n-1) * ... * (n-k+1)`, by halves.
fn falling(n: &BigInt, k: u64, poll: &mut Poll<'_>) -> num::Result<BigInt> {
    match k {
        0 => return Ok(BigInt::ONE),
        1 => return Ok(n.clone()),
        _ => {}
    }
    if let Some(n) = n.to_u64()
        && n >= k
    {
        return product(n - k + 1, n, poll);
    }
    let half = k / 2;
    let low = n.sub(&BigInt::from_u64(half));
    let high = falling(n, half, poll)?;
    high.mul(&falling(&low, k - half, poll)?, poll)
}

/// What a function that folds any number of integers does with two.
type Fold = fn(&BigInt, &BigInt, &mut Poll<'_>) -> num::Result<BigInt>;

fn fold(vm: &VirtualMachine, integers: Rest<'_>, empty: i64, f: Fold) -> PyResult {
    let mut items = integers.iter();
    let Some(first) = items.next() else { return Ok(vm.new_int(empty)) };
    let mut r = big(vm, first)?.abs();
    for item in items {
        let n = big(vm, item)?;
        r = vm.long_work(|poll| f(&r, &n, poll))?;
    }
    Ok(vm.new_bigint(r))
}

fn counts(vm: &VirtualMachine, n: PyObject<'_>, k: PyObject<'_>) -> PyResult<(BigInt, BigInt)> {
    let (n, k) = (big(vm, n)?, big(vm, k)?);
    if n.is_negative() {
        return Err(vm.value_error("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(vm.value_error("k must be a non-negative integer"));
    }
    Ok((n, k))
}

fn factorial_of(vm: &VirtualMachine, n: PyObject<'_>) -> PyResult {
    let n = vm.index(n)?;
    let n = match n.as_object().int_view() {
        Some(n) if n.is_negative() => {
            return Err(vm.value_error("factorial() not defined for negative values"));
        }
        Some(IntView::Small(n)) => n as u64,
        _ => {
            return Err(
                vm.overflow_error(format!("factorial() argument should not exceed {}", i64::MAX))
            );
        }
    };
    let r = vm.long_work(|poll| {
        // n! has more bits than this; what cannot fit is refused before it is computed.
        if n > 1 << 40 {
            return Err(num::Error::TooBig);
        }
        product(1, n, poll)
    })?;
    Ok(vm.new_bigint(r))
}

#[pymodule_part(name = "math")]
pub mod part {
    use super::*;

    /// The greatest number that divides all of them.
    #[function(sig = "(*integers)")]
    fn gcd(vm: &VirtualMachine, integers: Rest<'_>) -> PyResult {
        fold(vm, integers, 0, BigInt::gcd)
    }

    /// The least number that all of them divide.
    #[function(sig = "(*integers)")]
    fn lcm(vm: &VirtualMachine, integers: Rest<'_>) -> PyResult {
        fold(vm, integers, 1, BigInt::lcm)
    }

    /// Find n!.
    #[function(sig = "(n, /)")]
    fn factorial(vm: &VirtualMachine, n: PyObject<'_>) -> PyResult {
        factorial_of(vm, n)
    }

    /// The square root of an integer, rounded down.
    #[function(sig = "(n, /)")]
    fn isqrt(vm: &VirtualMachine, n: PyObject<'_>) -> PyResult {
        let n = big(vm, n)?;
        if n.is_negative() {
            return Err(vm.value_error("isqrt() argument must be nonnegative"));
        }
        let r = vm.long_work(|poll| n.isqrt(poll))?;
        Ok(vm.new_bigint(r))
    }

    /// In how many ways k of n items can be chosen, whatever their order.
    #[function(sig = "(n, k, /)")]
    fn comb(vm: &VirtualMachine, n: PyObject<'_>, k: PyObject<'_>) -> PyResult {
        let (n, k) = counts(vm, n, k)?;
        let rest = n.sub(&k);
        if rest.is_negative() {
            return Ok(vm.new_int(0));
        }
        let k = if rest < k { rest } else { k };
        let Some(k) = k.to_i64() else {
            return Err(vm.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX)));
        };
        let k = k as u64;
        let r = vm.long_work(|poll| {
            if k > 1 << 40 {
                return Err(num::Error::TooBig);
            }
            falling(&n, k, poll)?.div_floor(&product(1, k, poll)?, poll)
        })?;
        Ok(vm.new_bigint(r))
    }

    /// In how many ways k of n items can stand in a row; k is n unless given.
    #[function(sig = "(n, k=None, /)")]
    fn perm(vm: &VirtualMachine, n: PyObject<'_>, k: NoneOr<PyObject<'_>>) -> PyResult {
        let Some(k) = k.0 else { return factorial_of(vm, n) };
        let (n, k) = counts(vm, n, k)?;
        if n < k {
            return Ok(vm.new_int(0));
        }
        let Some(k) = k.to_i64() else {
            return Err(vm.overflow_error(format!("k must not exceed {}", i64::MAX)));
        };
        let r = vm.long_work(|poll| {
            if k > 1 << 40 {
                return Err(num::Error::TooBig);
            }
            falling(&n, k as u64, poll)
        })?;
        Ok(vm.new_bigint(r))
    }
}
