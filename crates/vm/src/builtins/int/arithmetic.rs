//! The operators of `int`, exact at any size.
//!
//! Two immediates take a few instructions; everything else goes through big integers.
//! Operands of other types are declined, so that theirs may answer.

use super::{IntView, PyInt};
use crate::prelude::*;
use crate::protocol::hash::int_hash;
use num::{BigInt, Poll};
use std::cmp::Ordering;

/// The answer to an operand of another type.
#[inline(always)]
pub fn declined() -> PyResult {
    Ok(PyObjectRef::not_implemented())
}

/// The operator on machine words if that has a result, else on big integers.
#[inline(always)]
fn binary(
    vm: &VirtualMachine,
    a: PyObject<'_>,
    b: PyObject<'_>,
    small: impl Fn(i64, i64) -> Option<i64>,
    big: impl Fn(&BigInt, &BigInt, &mut Poll<'_>) -> num::Result<BigInt>,
) -> PyResult {
    if let (Some(x), Some(y)) = (a.small_int(), b.small_int())
        && let Some(r) = small(x, y)
    {
        return Ok(vm.new_int(r));
    }
    binary_slow(vm, a, b, &small, &big)
}

#[cold]
#[inline(never)]
fn binary_slow(
    vm: &VirtualMachine,
    a: PyObject<'_>,
    b: PyObject<'_>,
    small: &dyn Fn(i64, i64) -> Option<i64>,
    big: &dyn Fn(&BigInt, &BigInt, &mut Poll<'_>) -> num::Result<BigInt>,
) -> PyResult {
    let (Some(x), Some(y)) = (a.int_view(), b.int_view()) else { return declined() };
    if let (&IntView::Small(x), &IntView::Small(y)) = (&x, &y)
        && let Some(r) = small(x, y)
    {
        return Ok(vm.new_int(r));
    }
    let r = vm.long_work(|poll| big(&x.to_big(), &y.to_big(), poll))?;
    Ok(vm.new_bigint(r))
}

/// Floor division of machine words; `None` for what they cannot say.
#[inline(always)]
fn floor_div(x: i64, y: i64) -> Option<i64> {
    let q = x.checked_div(y)?;
    Some(q - i64::from((x % y != 0) & ((x < 0) != (y < 0))))
}

#[inline(always)]
fn floor_mod(x: i64, y: i64) -> Option<i64> {
    let r = x.checked_rem(y)?;
    Some(if r != 0 && (r < 0) != (y < 0) { r + y } else { r })
}

/// The order of an int and an int.
#[inline]
pub fn compare(x: &IntView<'_>, y: &IntView<'_>) -> Ordering {
    match (x, y) {
        (IntView::Small(x), IntView::Small(y)) => x.cmp(y),
        (IntView::Big(x), IntView::Small(y)) => x.cmp_i64(*y),
        (IntView::Small(x), IntView::Big(y)) => y.cmp_i64(*x).reverse(),
        (IntView::Big(x), IntView::Big(y)) => x.cmp(y),
    }
}

/// Whether an operator holds for this order.
#[inline(always)]
pub fn holds(op: Comparison, order: Ordering) -> bool {
    match op {
        Comparison::Lt => order.is_lt(),
        Comparison::Le => order.is_le(),
        Comparison::Eq => order.is_eq(),
        Comparison::Ne => order.is_ne(),
        Comparison::Gt => order.is_gt(),
        Comparison::Ge => order.is_ge(),
    }
}

#[pymethods]
impl PyInt {
    #[slot]
    fn add(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, i64::checked_add, |x, y, _| Ok(x.add(y)))
    }

    #[slot]
    fn subtract(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, i64::checked_sub, |x, y, _| Ok(x.sub(y)))
    }

    #[slot]
    fn multiply(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, i64::checked_mul, BigInt::mul)
    }

    #[slot]
    fn floor_divide(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, floor_div, BigInt::div_floor)
    }

    #[slot]
    fn remainder(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, floor_mod, BigInt::mod_floor)
    }

    #[slot]
    fn divmod(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        let (Some(x), Some(y)) = (a.int_view(), b.int_view()) else { return declined() };
        if let (&IntView::Small(x), &IntView::Small(y)) = (&x, &y)
            && let (Some(q), Some(r)) = (floor_div(x, y), floor_mod(x, y))
        {
            return Ok(vm.new_tuple(vec![vm.new_int(q), vm.new_int(r)]).into());
        }
        let (q, r) = vm.long_work(|poll| x.to_big().divmod_floor(&y.to_big(), poll))?;
        Ok(vm.new_tuple(vec![vm.new_bigint(q), vm.new_bigint(r)]).into())
    }

    #[slot]
    fn true_divide(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        const EXACT: u64 = 1 << 53;
        let (Some(x), Some(y)) = (a.int_view(), b.int_view()) else { return declined() };
        if let (&IntView::Small(x), &IntView::Small(y)) = (&x, &y)
            && y != 0
            && x.unsigned_abs() <= EXACT
            && y.unsigned_abs() <= EXACT
        {
            // 0 / -1 is -0.0: the signs count before the numbers do.
            let quotient = x.unsigned_abs() as f64 / y.unsigned_abs() as f64;
            return Ok(vm.new_float(if (x < 0) == (y < 0) { quotient } else { -quotient }));
        }
        if y.is_zero() {
            return Err(vm.division_by_zero());
        }
        let quotient = vm.long_work(|poll| match x.to_big().true_divide(&y.to_big(), poll) {
            Err(num::Error::FloatOverflow) => Ok(None),
            r => r.map(Some),
        })?;
        match quotient {
            Some(q) => Ok(vm.new_float(q)),
            None => Err(vm.overflow_error("integer division result too large for a float")),
        }
    }

    #[slot]
    fn power(
        a: PyObject<'_>,
        vm: &VirtualMachine,
        b: PyObject<'_>,
        modulus: PyObject<'_>,
    ) -> PyResult {
        let (Some(x), Some(y)) = (a.int_view(), b.int_view()) else { return declined() };
        if !modulus.is_none() {
            let Some(m) = modulus.int_view() else { return declined() };
            if m.is_zero() {
                return Err(vm.value_error("pow() 3rd argument cannot be 0"));
            }
            let (x, y, m) = (x.to_big(), y.to_big(), m.to_big());
            let r = vm.long_work(|poll| x.pow_mod(&y, &m, poll))?;
            return Ok(vm.new_bigint(r));
        }
        if y.is_negative() {
            // By floats, where float is asked: its own errors come out.
            let (x, y) = (vm.to_f64(a)?, vm.to_f64(b)?);
            return crate::builtins::float::arithmetic::power(vm, x, y);
        }
        if let (&IntView::Small(x), &IntView::Small(y)) = (&x, &y)
            && let Ok(e) = u32::try_from(y)
            && let Some(r) = x.checked_pow(e)
        {
            return Ok(vm.new_int(r));
        }
        let r = vm.long_work(|poll| x.to_big().pow(&y.to_big(), poll))?;
        Ok(vm.new_bigint(r))
    }

    #[slot]
    fn lshift(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        let (Some(x), Some(y)) = (a.int_view(), b.int_view()) else { return declined() };
        if y.is_negative() {
            return Err(vm.value_error("negative shift count"));
        }
        if x.is_zero() {
            return Ok(vm.new_int(0));
        }
        let count = match y {
            IntView::Small(n) => n as u64,
            IntView::Big(_) => return Err(vm.overflow_error("too many digits in integer")),
        };
        if let IntView::Small(v) = x
            && count < 63
            && (v << count) >> count == v
        {
            return Ok(vm.new_int(v << count));
        }
        let r = vm.long_work(|_| x.to_big().shl(count))?;
        Ok(vm.new_bigint(r))
    }

    #[slot]
    fn rshift(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        let (Some(x), Some(y)) = (a.int_view(), b.int_view()) else { return declined() };
        if y.is_negative() {
            return Err(vm.value_error("negative shift count"));
        }
        Ok(match (x, y) {
            (IntView::Small(v), IntView::Small(n)) => vm.new_int(v >> n.min(63)),
            (x, IntView::Small(n)) => vm.new_bigint(x.to_big().shr(n as u64)),
            (x, IntView::Big(_)) => vm.new_int(-i64::from(x.is_negative())),
        })
    }

    #[slot(name = "and")]
    fn bit_and(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, |x, y| Some(x & y), |x, y, _| Ok(x.and(y)))
    }

    #[slot(name = "or")]
    fn bit_or(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, |x, y| Some(x | y), |x, y, _| Ok(x.or(y)))
    }

    #[slot(name = "xor")]
    fn bit_xor(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, |x, y| Some(x ^ y), |x, y, _| Ok(x.xor(y)))
    }

    #[slot]
    fn negative(o: PyObject<'_>, vm: &VirtualMachine) -> PyObjectRef {
        match o.expect_int() {
            IntView::Small(v) if v != i64::MIN => vm.new_int(-v),
            v => vm.new_bigint(v.to_big().neg()),
        }
    }

    #[slot]
    fn positive(o: PyObject<'_>, vm: &VirtualMachine) -> Option<PyObjectRef> {
        vm.exact_int(o)
    }

    #[slot]
    fn absolute(o: PyObject<'_>, vm: &VirtualMachine) -> PyObjectRef {
        match o.expect_int() {
            IntView::Small(v) if v != i64::MIN => vm.new_int(v.abs()),
            v => vm.new_bigint(v.to_big().abs()),
        }
    }

    #[slot]
    fn invert(o: PyObject<'_>, vm: &VirtualMachine) -> PyObjectRef {
        match o.expect_int() {
            IntView::Small(v) => vm.new_int(!v),
            IntView::Big(b) => vm.new_bigint(b.invert()),
        }
    }

    #[slot]
    fn bool(o: PyObject<'_>) -> bool {
        !o.expect_int().is_zero()
    }

    #[slot]
    fn int(o: PyObject<'_>, vm: &VirtualMachine) -> Option<PyObjectRef> {
        vm.exact_int(o)
    }

    #[slot]
    fn index(o: PyObject<'_>, vm: &VirtualMachine) -> Option<PyObjectRef> {
        vm.exact_int(o)
    }

    #[slot]
    fn float(o: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        match o.expect_int() {
            IntView::Small(v) => Ok(vm.new_float(v as f64)),
            IntView::Big(b) => b.to_f64().map(|v| vm.new_float(v)).map_err(|e| vm.number_error(e)),
        }
    }

    #[slot]
    fn hash(o: PyObject<'_>) -> i64 {
        match o.expect_int() {
            IntView::Small(v) => int_hash(v),
            IntView::Big(b) => b.python_hash(),
        }
    }

    #[slot]
    fn richcompare(
        a: PyObject<'_>,
        vm: &VirtualMachine,
        b: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let (Some(x), Some(y)) = (a.int_view(), b.int_view()) else { return declined() };
        Ok(vm.new_bool(holds(op, compare(&x, &y))))
    }
}
