//! `math`: C's functions of one number and CPython's own, with its errors.
//!
//! Integers are in `math/integer.rs`, sums and norms in `math/sums.rs`; the functions that C
//! libraries compute differently are spelled out in `math/special.rs`.

pub mod integer;
pub mod special;
pub mod sums;

use std::f64::consts;
use vm::builtins::int::IntView;
use vm::prelude::*;

/// The error of a function outside its domain.
#[cold]
pub fn domain_error(vm: &VirtualMachine) -> PyErr {
    vm.value_error("math domain error")
}

#[cold]
pub fn range_error(vm: &VirtualMachine) -> PyErr {
    vm.overflow_error("math range error")
}

/// `expected ..., got <x>`.
#[cold]
fn expected(vm: &VirtualMachine, what: &str, x: f64) -> PyErr {
    vm.value_error(format!("expected {what}, got {}", text::float::repr(x)))
}

/// The result of a function of one number: a NaN out of a number is outside the domain, and
/// so is an infinity out of a finite number, unless the function may overflow.
fn checked(
    vm: &VirtualMachine,
    x: f64,
    result: f64,
    domain: &str,
    overflows: bool,
) -> PyResult<f64> {
    if result.is_nan() && !x.is_nan() {
        return Err(expected(vm, domain, x));
    }
    if result.is_infinite() && x.is_finite() {
        return Err(if overflows { range_error(vm) } else { expected(vm, domain, x) });
    }
    Ok(result)
}

/// The logarithm of a number of any kind; ints may be beyond floats.
fn logarithm(vm: &VirtualMachine, x: PyObject<'_>, f: fn(f64) -> f64) -> PyResult<f64> {
    const DOMAIN: &str = "a positive input";
    if let Some(n) = x.int_view() {
        if n.is_negative() || n.is_zero() {
            return Err(vm.value_error("expected a positive input"));
        }
        return Ok(match n {
            IntView::Small(v) => f(v as f64),
            IntView::Big(b) => match b.to_f64() {
                Ok(v) => f(v),
                Err(_) => {
                    let (mantissa, exponent) = b.frexp();
                    f(mantissa) + f(2.0) * exponent as f64
                }
            },
        });
    }
    let v = vm.to_f64(x)?;
    let r = if v > 0.0 || v.is_nan() { f(v) } else { f64::NAN };
    checked(vm, v, r, DOMAIN, false)
}

/// What `ceil`, `floor` and `trunc` do with a number that has a method of its own.
fn by_method(vm: &VirtualMachine, x: PyObject<'_>, name: &str) -> PyResult<Option<PyObjectRef>> {
    vm.call_special(&vm.intern(name), &[x])
}

/// Functions of real numbers.
#[pymodule(name = "math", parts(integer::part::PART, sums::part::PART))]
pub mod module {
    use super::*;

    #[attr(name = "pi")]
    const PI: f64 = consts::PI;
    #[attr(name = "e")]
    const E: f64 = consts::E;
    #[attr(name = "tau")]
    const TAU: f64 = consts::TAU;
    #[attr(name = "inf")]
    const INF: f64 = f64::INFINITY;
    #[attr(name = "nan")]
    const NAN: f64 = f64::NAN;

    /// The angle, from 0 to pi, whose cosine is x.
    #[function(sig = "(x, /)")]
    fn acos(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, x.acos(), "a number in range from -1 up to 1", false)
    }

    /// The number whose hyperbolic cosine is x.
    #[function(sig = "(x, /)")]
    fn acosh(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, host::math::acosh(x), "argument value not less than 1", false)
    }

    /// The angle, from -pi/2 to pi/2, whose sine is x.
    #[function(sig = "(x, /)")]
    fn asin(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, x.asin(), "a number in range from -1 up to 1", false)
    }

    /// The number whose hyperbolic sine is x.
    #[function(sig = "(x, /)")]
    fn asinh(x: f64) -> f64 {
        host::math::asinh(x)
    }

    /// The angle, from -pi/2 to pi/2, whose tangent is x.
    #[function(sig = "(x, /)")]
    fn atan(x: f64) -> f64 {
        x.atan()
    }

    /// The angle of the point (x, y), from -pi to pi.
    #[function(sig = "(y, x, /)")]
    fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    /// The number whose hyperbolic tangent is x.
    #[function(sig = "(x, /)")]
    fn atanh(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, host::math::atanh(x), "a number between -1 and 1", false)
    }

    /// The number whose cube is x.
    #[function(sig = "(x, /)")]
    fn cbrt(x: f64) -> f64 {
        x.cbrt()
    }

    /// The least integer that is not below x.
    #[function(sig = "(x, /)")]
    fn ceil(vm: &VirtualMachine, x: PyObject<'_>) -> PyResult {
        if let Some(v) = x.small_float() {
            return vm.float_to_int(v.ceil());
        }
        match by_method(vm, x, "__ceil__")? {
            Some(r) => Ok(r),
            None => vm.float_to_int(vm.to_f64(x)?.ceil()),
        }
    }

    /// The greatest integer that is not above x.
    #[function(sig = "(x, /)")]
    fn floor(vm: &VirtualMachine, x: PyObject<'_>) -> PyResult {
        if let Some(v) = x.small_float() {
            return vm.float_to_int(v.floor());
        }
        match by_method(vm, x, "__floor__")? {
            Some(r) => Ok(r),
            None => vm.float_to_int(vm.to_f64(x)?.floor()),
        }
    }

    /// x without what is behind the point, by its __trunc__.
    #[function(sig = "(x, /)")]
    fn trunc(vm: &VirtualMachine, x: PyObject<'_>) -> PyResult {
        if let Some(v) = x.small_float() {
            return vm.float_to_int(v);
        }
        match by_method(vm, x, "__trunc__")? {
            Some(r) => Ok(r),
            None => Err(vm.type_error(format!(
                "type {} doesn't define __trunc__ method",
                x.class(vm).name().to_string_lossy()
            ))),
        }
    }

    /// The size of x with the sign of y, as a float.
    #[function(sig = "(x, y, /)")]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }

    /// The cosine of an angle in radians.
    #[function(sig = "(x, /)")]
    fn cos(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, x.cos(), "a finite input", false)
    }

    /// The hyperbolic cosine of x.
    #[function(sig = "(x, /)")]
    fn cosh(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, x.cosh(), "", true)
    }

    /// An angle in radians, as degrees.
    #[function(sig = "(x, /)")]
    fn degrees(x: f64) -> f64 {
        x * (180.0 / consts::PI)
    }

    /// An angle in degrees, as radians.
    #[function(sig = "(x, /)")]
    fn radians(x: f64) -> f64 {
        x * (consts::PI / 180.0)
    }

    /// The error function.
    #[function(sig = "(x, /)")]
    fn erf(x: f64) -> f64 {
        host::math::erf(x)
    }

    /// What the error function lacks to 1.
    #[function(sig = "(x, /)")]
    fn erfc(x: f64) -> f64 {
        host::math::erfc(x)
    }

    /// e to the power of x.
    #[function(sig = "(x, /)")]
    fn exp(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, x.exp(), "", true)
    }

    /// 2 to the power of x.
    #[function(sig = "(x, /)")]
    fn exp2(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, x.exp2(), "", true)
    }

    /// e to the power of x, less 1, exact also where x is small.
    #[function(sig = "(x, /)")]
    fn expm1(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, x.exp_m1(), "", true)
    }

    /// The absolute value as a float.
    #[function(sig = "(x, /)")]
    fn fabs(x: f64) -> f64 {
        x.abs()
    }

    /// x * y + z, rounded once.
    #[function(sig = "(x, y, z, /)")]
    fn fma(vm: &VirtualMachine, x: f64, y: f64, z: f64) -> PyResult<f64> {
        let r = x.mul_add(y, z);
        if r.is_finite() {
            return Ok(r);
        }
        if r.is_nan() {
            if !x.is_nan() && !y.is_nan() && !z.is_nan() {
                return Err(vm.value_error("invalid operation in fma"));
            }
        } else if x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(vm.overflow_error("overflow in fma"));
        }
        Ok(r)
    }

    /// What is left of x after division by y, with the sign of x, as C has it.
    #[function(sig = "(x, y, /)")]
    fn fmod(vm: &VirtualMachine, x: f64, y: f64) -> PyResult<f64> {
        if y.is_infinite() && x.is_finite() {
            return Ok(x);
        }
        let r = x % y;
        if r.is_nan() && !x.is_nan() && !y.is_nan() {
            return Err(domain_error(vm));
        }
        Ok(r)
    }

    /// Return the mantissa and exponent of x, as pair (m, e).
    ///
    /// m is a float and e is an int, such that x = m * 2.**e.
    /// If x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.
    #[function(sig = "(x, /)")]
    fn frexp(x: f64) -> (f64, i64) {
        if x == 0.0 || !x.is_finite() { (x, 0) } else { num::frexp(x) }
    }

    /// x * 2**i, the way back from frexp().
    #[function(sig = "(x, i, /)")]
    fn ldexp(vm: &VirtualMachine, x: f64, i: PyObject<'_>) -> PyResult<f64> {
        let exponent = match i.int_view() {
            Some(IntView::Small(v)) => v,
            Some(IntView::Big(b)) if b.is_negative() => i64::MIN,
            Some(IntView::Big(_)) => i64::MAX,
            None => {
                return Err(vm.type_error("Expected an int as second argument to ldexp."));
            }
        };
        if x == 0.0 || !x.is_finite() {
            return Ok(x);
        }
        let r = num::ldexp(x, exponent.clamp(-10_000, 10_000));
        if r.is_infinite() { Err(range_error(vm)) } else { Ok(r) }
    }

    /// The gamma function.
    #[function(sig = "(x, /)")]
    fn gamma(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        gamma_result(vm, x, special::gamma(x))
    }

    /// The logarithm of the size of the gamma function.
    #[function(sig = "(x, /)")]
    fn lgamma(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        gamma_result(vm, x, special::lgamma(x))
    }

    fn gamma_result(vm: &VirtualMachine, x: f64, r: special::Outcome) -> PyResult<f64> {
        r.map_err(|e| match e {
            special::Failure::Domain => expected(vm, "a noninteger or positive integer", x),
            special::Failure::Range => range_error(vm),
        })
    }

    /// Determine whether two floating-point numbers are close in value.
    ///
    /// rel_tol is the maximum difference, relative to the magnitude of the larger number;
    /// abs_tol is the maximum difference regardless of magnitudes.
    #[function(sig = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(vm: &VirtualMachine, a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(vm.value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let difference = (b - a).abs();
        Ok(difference <= (rel_tol * b).abs()
            || difference <= (rel_tol * a).abs()
            || difference <= abs_tol)
    }

    /// Whether x is neither infinite nor a NaN.
    #[function(sig = "(x, /)")]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }

    /// Whether x is infinite.
    #[function(sig = "(x, /)")]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }

    /// Whether x is a NaN.
    #[function(sig = "(x, /)")]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }

    /// log(x, [base=math.e])
    /// The logarithm of x to a base.
    #[function(sig = "(x, base=None, /)", text = "")]
    fn log(vm: &VirtualMachine, x: PyObject<'_>, base: Option<PyObject<'_>>) -> PyResult<f64> {
        let numerator = logarithm(vm, x, f64::ln)?;
        let Some(base) = base else { return Ok(numerator) };
        let denominator = logarithm(vm, base, f64::ln)?;
        if denominator == 0.0 {
            return Err(vm.division_by_zero());
        }
        Ok(numerator / denominator)
    }

    /// The logarithm of x to base 10.
    #[function(sig = "(x, /)")]
    fn log10(vm: &VirtualMachine, x: PyObject<'_>) -> PyResult<f64> {
        logarithm(vm, x, f64::log10)
    }

    /// The natural logarithm of 1 + x, exact also where x is small.
    #[function(sig = "(x, /)")]
    fn log1p(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        // The sign of zero is kept.
        let r = if x == 0.0 { x } else { x.ln_1p() };
        checked(vm, x, r, "argument value > -1", false)
    }

    /// The logarithm of x to base 2.
    #[function(sig = "(x, /)")]
    fn log2(vm: &VirtualMachine, x: PyObject<'_>) -> PyResult<f64> {
        logarithm(vm, x, f64::log2)
    }

    /// What is behind the point of x, and what is before it; both as floats with its sign.
    #[function(sig = "(x, /)")]
    fn modf(x: f64) -> (f64, f64) {
        if x.is_infinite() {
            return (0.0f64.copysign(x), x);
        }
        ((x - x.trunc()).copysign(x), x.trunc())
    }

    /// The float that is steps floats (or one) away from x, in the direction of y.
    #[function(sig = "(x, y, /, *, steps=None)")]
    fn nextafter(
        vm: &VirtualMachine,
        x: f64,
        y: f64,
        steps: NoneOr<PyObject<'_>>,
    ) -> PyResult<f64> {
        let steps = match steps.0 {
            None => return Ok(special::next_after(x, y)),
            Some(s) => {
                let n = vm.index(s)?;
                match n.as_object().int_view() {
                    Some(n) if n.is_negative() => {
                        return Err(vm.value_error("steps must be a non-negative integer"));
                    }
                    Some(n) => n.to_big().to_u64().unwrap_or(u64::MAX),
                    None => 1,
                }
            }
        };
        Ok(special::steps_after(x, y, steps))
    }

    /// x ** y in floats.
    #[function(sig = "(x, y, /)")]
    fn pow(vm: &VirtualMachine, x: f64, y: f64) -> PyResult<f64> {
        let r = x.powf(y);
        if x.is_finite() && y.is_finite() {
            if r.is_nan() || r.is_infinite() && x == 0.0 {
                return Err(domain_error(vm));
            }
            if r.is_infinite() {
                return Err(range_error(vm));
            }
        }
        Ok(r)
    }

    /// x less the multiple of y that is nearest; of two, the even one.
    #[function(sig = "(x, y, /)")]
    fn remainder(vm: &VirtualMachine, x: f64, y: f64) -> PyResult<f64> {
        let r = special::remainder(x, y);
        if r.is_nan() && !x.is_nan() && !y.is_nan() {
            return Err(domain_error(vm));
        }
        Ok(r)
    }

    /// The sine of an angle in radians.
    #[function(sig = "(x, /)")]
    fn sin(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, x.sin(), "a finite input", false)
    }

    /// The hyperbolic sine of x.
    #[function(sig = "(x, /)")]
    fn sinh(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, x.sinh(), "", true)
    }

    /// The number that is not negative and whose square is x.
    #[function(sig = "(x, /)")]
    fn sqrt(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, x.sqrt(), "a nonnegative input", false)
    }

    /// The tangent of an angle in radians.
    #[function(sig = "(x, /)")]
    fn tan(vm: &VirtualMachine, x: f64) -> PyResult<f64> {
        checked(vm, x, x.tan(), "a finite input", false)
    }

    /// The hyperbolic tangent of x.
    #[function(sig = "(x, /)")]
    fn tanh(x: f64) -> f64 {
        x.tanh()
    }

    /// How far the next float is from x.
    #[function(sig = "(x, /)")]
    fn ulp(x: f64) -> f64 {
        let x = x.abs();
        if !x.is_finite() {
            return x;
        }
        let next = x.next_up();
        if next.is_infinite() { x - x.next_down() } else { next - x }
    }
}

pub use module::MODULE;
