//! `cmath`: functions of complex numbers.
//!
//! The formulas for finite numbers are in `cmath/functions.rs`, the results at infinities and
//! NaNs, which C's Annex G lays down, in `cmath/special.rs`.

mod functions;
mod special;

use functions::{Failure, Outcome};
use vm::builtins::complex::PyComplex;
use vm::builtins::complex::arithmetic::quotient;
use vm::prelude::*;

/// A complex number.
#[derive(Clone, Copy)]
pub struct Z {
    pub re: f64,
    pub im: f64,
}

pub const fn z(re: f64, im: f64) -> Z {
    Z { re, im }
}

impl Z {
    fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    /// Multiplied by i.
    fn times_i(self) -> Z {
        z(-self.im, self.re)
    }

    /// Multiplied by -i.
    fn over_i(self) -> Z {
        z(self.im, -self.re)
    }
}

impl<'a> FromArg<'a> for Z {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, _context: ArgContext) -> PyResult<Self> {
        let (re, im) = vm.to_complex(obj)?;
        Ok(z(re, im))
    }
}

impl IntoPyResult for Z {
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.new_object(PyComplex { re: self.re, im: self.im }).into())
    }
}

fn outcome<T>(vm: &VirtualMachine, r: Result<T, Failure>) -> PyResult<T> {
    r.map_err(|failure| match failure {
        Failure::Domain => vm.value_error("math domain error"),
        Failure::Range => vm.overflow_error("math range error"),
    })
}

/// A function of one number for each row.
macro_rules! unary {
    ($($(#[doc = $doc:literal])* $name:ident = $f:expr;)*) => {
        #[pymodule_part(name = "cmath")]
        mod unary {
            use super::*;
            $(
                $(#[doc = $doc])*
                #[function(sig = "(z, /)")]
                fn $name(vm: &VirtualMachine, z: Z) -> PyResult<Z> {
                    let f: fn(Z) -> Outcome = $f;
                    outcome(vm, f(z))
                }
            )*
        }
    };
}

unary! {
    /// The arc cosine of z.
    acos = functions::acos;
    /// The inverse hyperbolic cosine of z.
    acosh = functions::acosh;
    /// The arc sine of z.
    asin = |z| functions::asinh(z.times_i()).map(Z::over_i);
    /// The inverse hyperbolic sine of z.
    asinh = functions::asinh;
    /// The arc tangent of z.
    atan = |z| functions::atanh(z.times_i()).map(Z::over_i);
    /// The inverse hyperbolic tangent of z.
    atanh = functions::atanh;
    /// The cosine of z.
    cos = |z| functions::cosh(z.times_i());
    /// The hyperbolic cosine of z.
    cosh = functions::cosh;
    /// The exponential value e**z.
    exp = functions::exp;
    /// The base-10 logarithm of z.
    log10 = functions::log10;
    /// The sine of z.
    sin = |z| functions::sinh(z.times_i()).map(Z::over_i);
    /// The hyperbolic sine of z.
    sinh = functions::sinh;
    /// The square root of z.
    sqrt = |z| Ok(functions::sqrt(z));
    /// The tangent of z.
    tan = |z| functions::tanh(z.times_i()).map(Z::over_i);
    /// The hyperbolic tangent of z.
    tanh = functions::tanh;
}

/// Mathematical functions for complex numbers.
#[pymodule(name = "cmath", parts(super::unary::PART))]
pub mod module {
    use super::*;

    #[attr(name = "pi")]
    const PI: f64 = std::f64::consts::PI;
    #[attr(name = "e")]
    const E: f64 = std::f64::consts::E;
    #[attr(name = "tau")]
    const TAU: f64 = std::f64::consts::TAU;
    #[attr(name = "inf")]
    const INF: f64 = f64::INFINITY;
    #[attr(name = "nan")]
    const NAN: f64 = f64::NAN;

    #[attr]
    fn infj(vm: &VirtualMachine) -> PyResult {
        z(0.0, f64::INFINITY).into_py_result(vm)
    }

    #[attr]
    fn nanj(vm: &VirtualMachine) -> PyResult {
        z(0.0, f64::NAN).into_py_result(vm)
    }

    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// Without a base it is the natural logarithm.
    #[function(sig = "(z, base=<unrepresentable>, /)")]
    fn log(vm: &VirtualMachine, z: Z, base: Option<Z>) -> PyResult<Z> {
        let r = outcome(vm, functions::log(z));
        let Some(base) = base else { return r };
        let (r, base) = (r?, outcome(vm, functions::log(base))?);
        match quotient((r.re, r.im), (base.re, base.im)) {
            Some((re, im)) => Ok(super::z(re, im)),
            None => outcome(vm, Err(Failure::Domain)),
        }
    }

    /// The argument of a complex number, also known as its phase angle.
    #[function(sig = "(z, /)")]
    fn phase(z: Z) -> f64 {
        z.im.atan2(z.re)
    }

    /// Converts from rectangular coordinates to polar ones.
    ///
    /// The answer is the distance from 0 and the phase angle.
    #[function(sig = "(z, /)")]
    fn polar(vm: &VirtualMachine, z: Z) -> PyResult {
        let r = functions::modulus(z);
        if r.is_infinite() && z.is_finite() {
            return outcome(vm, Err(Failure::Range));
        }
        (r, z.im.atan2(z.re)).into_py_result(vm)
    }

    /// Converts from polar coordinates to rectangular ones.
    #[function(sig = "(r, phi, /)")]
    fn rect(vm: &VirtualMachine, r: f64, phi: f64) -> PyResult<Z> {
        outcome(vm, functions::rect(r, phi))
    }

    /// True if both parts of z are finite.
    #[function(sig = "(z, /)")]
    fn isfinite(z: Z) -> bool {
        z.is_finite()
    }

    /// True if one of the parts of z is not a number (NaN).
    #[function(sig = "(z, /)")]
    fn isnan(z: Z) -> bool {
        z.re.is_nan() || z.im.is_nan()
    }

    /// True if one of the parts of z is infinite.
    #[function(sig = "(z, /)")]
    fn isinf(z: Z) -> bool {
        z.re.is_infinite() || z.im.is_infinite()
    }

    /// Whether two complex numbers are close in value.
    ///
    ///   rel_tol
    ///     the largest difference that counts as close, in relation to the larger number
    ///   abs_tol
    ///     the largest difference that counts as close, whatever the numbers
    ///
    /// NaN is close to nothing, and infinities are close to themselves alone.
    #[function(sig = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(vm: &VirtualMachine, a: Z, b: Z, rel_tol: f64, abs_tol: f64) -> PyResult<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(vm.value_error("tolerances must be non-negative"));
        }
        if a.re == b.re && a.im == b.im {
            return Ok(true);
        }
        let infinite = |z: Z| z.re.is_infinite() || z.im.is_infinite();
        if infinite(a) || infinite(b) {
            return Ok(false);
        }
        let difference = functions::modulus(super::z(a.re - b.re, a.im - b.im));
        Ok(difference <= rel_tol * functions::modulus(b)
            || difference <= rel_tol * functions::modulus(a)
            || difference <= abs_tol)
    }
}

pub use module::MODULE;
