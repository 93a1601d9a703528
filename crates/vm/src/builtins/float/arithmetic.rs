//! The operators of `float`, and its exact comparison with ints.

use super::PyFloat;
use crate::builtins::int::IntView;
use crate::builtins::int::arithmetic::{declined, holds};
use crate::prelude::*;
use crate::protocol::hash::{float_hash, identity_hash};
use std::cmp::Ordering;

/// The operand as a float: a float or an int; `None` for anything else.
#[inline]
fn operand(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<Option<f64>> {
    if let Some(v) = o.float_view() {
        return Ok(Some(v));
    }
    match o.int_view() {
        Some(IntView::Small(v)) => Ok(Some(v as f64)),
        Some(IntView::Big(b)) => b.to_f64().map(Some).map_err(|e| vm.number_error(e)),
        None => Ok(None),
    }
}

#[inline(always)]
fn binary(
    vm: &VirtualMachine,
    a: PyObject<'_>,
    b: PyObject<'_>,
    f: impl FnOnce(f64, f64) -> PyResult<f64>,
) -> PyResult {
    let (x, y) = match (a.small_float(), b.small_float()) {
        (Some(x), Some(y)) => (x, y),
        _ => match (operand(vm, a)?, operand(vm, b)?) {
            (Some(x), Some(y)) => (x, y),
            _ => return declined(),
        },
    };
    Ok(vm.new_float(f(x, y)?))
}

/// `x % y` with the sign of `y`, for `y` that is not zero.
#[inline]
pub fn modulo(x: f64, y: f64) -> f64 {
    let r = x % y;
    if r == 0.0 {
        0.0f64.copysign(y)
    } else if (y < 0.0) != (r < 0.0) {
        r + y
    } else {
        r
    }
}

/// `divmod(x, y)` for `y` that is not zero.
pub fn floor_divmod(x: f64, y: f64) -> (f64, f64) {
    let mut r = x % y;
    // x - r is a multiple of y, but for the rounding of the subtraction.
    let mut q = (x - r) / y;
    if r == 0.0 {
        r = 0.0f64.copysign(y);
    } else if (y < 0.0) != (r < 0.0) {
        r += y;
        q -= 1.0;
    }
    if q == 0.0 {
        return (0.0f64.copysign(x / y), r);
    }
    let floor = q.floor();
    (if q - floor > 0.5 { floor + 1.0 } else { floor }, r)
}

/// The error of C's math functions for a result out of range.
#[cold]
pub fn range_error(vm: &VirtualMachine) -> PyErr {
    const ERANGE: i64 = 34;
    let text = vm.new_str("Numerical result out of range").into();
    vm.new_exception(&vm.exc().overflow_error, vec![vm.new_int(ERANGE), text])
}

/// `x ** y`: a float, or a complex number where a negative base has no real power.
pub fn power(vm: &VirtualMachine, x: f64, y: f64) -> PyResult {
    if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
        return crate::builtins::complex::arithmetic::power(vm, (x, 0.0), (y, 0.0));
    }
    real_power(vm, x, y).map(|v| vm.new_float(v))
}

/// `x ** y` where that is real; the special cases are spelled out, so that they do not
/// depend on the C library.
fn real_power(vm: &VirtualMachine, x: f64, y: f64) -> PyResult<f64> {
    if y == 0.0 {
        return Ok(1.0);
    }
    if x.is_nan() {
        return Ok(x);
    }
    if y.is_nan() {
        return Ok(if x == 1.0 { 1.0 } else { y });
    }
    let odd = || y.abs() % 2.0 == 1.0;
    if y.is_infinite() {
        let x = x.abs();
        return Ok(if x == 1.0 {
            1.0
        } else if (y > 0.0) == (x > 1.0) {
            y.abs()
        } else {
            0.0
        });
    }
    if x.is_infinite() {
        return Ok(match (y > 0.0, odd()) {
            (true, true) => x,
            (true, false) => x.abs(),
            (false, true) => 0.0f64.copysign(x),
            (false, false) => 0.0,
        });
    }
    if x == 0.0 {
        if y < 0.0 {
            return Err(vm.zero_division_error("zero to a negative power"));
        }
        return Ok(if odd() { x } else { 0.0 });
    }
    let negate = x < 0.0 && odd();
    let magnitude = x.abs();
    let r = if magnitude == 1.0 { 1.0 } else { magnitude.powf(y) };
    if r.is_infinite() {
        return Err(range_error(vm));
    }
    Ok(if negate { -r } else { r })
}

/// The order of a float and an int, exact; `None` for NaN.
pub fn compare_with_int(x: f64, y: &IntView<'_>) -> Option<Ordering> {
    const EXACT: i64 = 1 << 53;
    match y {
        IntView::Small(v) if (-EXACT..=EXACT).contains(v) => x.partial_cmp(&(*v as f64)),
        v => v.to_big().cmp_f64(x).map(Ordering::reverse),
    }
}

#[pymethods]
impl PyFloat {
    #[slot]
    fn add(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, |x, y| Ok(x + y))
    }

    #[slot]
    fn subtract(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, |x, y| Ok(x - y))
    }

    #[slot]
    fn multiply(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, |x, y| Ok(x * y))
    }

    #[slot]
    fn true_divide(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, |x, y| if y == 0.0 { Err(vm.division_by_zero()) } else { Ok(x / y) })
    }

    #[slot]
    fn floor_divide(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, |x, y| {
            if y == 0.0 { Err(vm.division_by_zero()) } else { Ok(floor_divmod(x, y).0) }
        })
    }

    #[slot]
    fn remainder(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(
            vm,
            a,
            b,
            |x, y| {
                if y == 0.0 { Err(vm.division_by_zero()) } else { Ok(modulo(x, y)) }
            },
        )
    }

    #[slot]
    fn divmod(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        let (Some(x), Some(y)) = (operand(vm, a)?, operand(vm, b)?) else { return declined() };
        if y == 0.0 {
            return Err(vm.division_by_zero());
        }
        let (q, r) = floor_divmod(x, y);
        Ok(vm.new_tuple(vec![vm.new_float(q), vm.new_float(r)]).into())
    }

    #[slot]
    fn power(
        a: PyObject<'_>,
        vm: &VirtualMachine,
        b: PyObject<'_>,
        modulus: PyObject<'_>,
    ) -> PyResult {
        if !modulus.is_none() {
            return Err(
                vm.type_error("pow() 3rd argument not allowed unless all arguments are integers")
            );
        }
        match (operand(vm, a)?, operand(vm, b)?) {
            (Some(x), Some(y)) => power(vm, x, y),
            _ => declined(),
        }
    }

    #[slot]
    fn negative(o: PyObject<'_>) -> f64 {
        -o.expect_float()
    }

    #[slot]
    fn positive(o: PyObject<'_>) -> f64 {
        o.expect_float()
    }

    #[slot]
    fn absolute(o: PyObject<'_>) -> f64 {
        o.expect_float().abs()
    }

    #[slot]
    fn bool(o: PyObject<'_>) -> bool {
        o.expect_float() != 0.0
    }

    #[slot]
    fn int(o: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        vm.float_to_int(o.expect_float())
    }

    #[slot]
    fn float(o: PyObject<'_>) -> f64 {
        o.expect_float()
    }

    #[slot]
    fn hash(o: PyObject<'_>) -> i64 {
        float_hash(o.expect_float(), identity_hash(o))
    }

    #[slot]
    fn repr(o: PyObject<'_>) -> String {
        text::float::repr(o.expect_float())
    }

    #[slot]
    fn richcompare(
        a: PyObject<'_>,
        vm: &VirtualMachine,
        b: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let x = a.expect_float();
        let order = match (b.float_view(), b.int_view()) {
            (Some(y), _) => x.partial_cmp(&y),
            (None, Some(y)) => compare_with_int(x, &y),
            (None, None) => return declined(),
        };
        Ok(vm.new_bool(match order {
            Some(order) => holds(op, order),
            None => op == Comparison::Ne,
        }))
    }
}
