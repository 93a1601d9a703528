//! The operators of `complex`.  A real operand stays real: it is not made a complex number
//! with a zero that could spoil signs and infinities (C99, annex G).

use super::PyComplex;
use crate::builtins::int::IntView;
use crate::builtins::int::arithmetic::declined;
use crate::prelude::*;

type Complex = (f64, f64);

enum Operand {
    Real(f64),
    Complex(Complex),
}
use Operand::{Complex as C, Real as R};

impl Operand {
    fn whole(self) -> Complex {
        match self {
            R(x) => (x, 0.0),
            C(z) => z,
        }
    }
}

fn operand(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<Option<Operand>> {
    if let Some(c) = o.downcast::<PyComplex>() {
        return Ok(Some(C(c.parts())));
    }
    if let Some(v) = o.float_view() {
        return Ok(Some(R(v)));
    }
    match o.int_view() {
        Some(IntView::Small(v)) => Ok(Some(R(v as f64))),
        Some(IntView::Big(b)) => b.to_f64().map(|v| Some(R(v))).map_err(|e| vm.number_error(e)),
        None => Ok(None),
    }
}

fn binary(
    vm: &VirtualMachine,
    a: PyObject<'_>,
    b: PyObject<'_>,
    f: impl FnOnce(Operand, Operand) -> Option<Complex>,
) -> PyResult {
    let (Some(x), Some(y)) = (operand(vm, a)?, operand(vm, b)?) else { return declined() };
    match f(x, y) {
        Some((re, im)) => Ok(vm.new_complex(re, im)),
        None => Err(vm.division_by_zero()),
    }
}

/// 1 for an infinity and 0 for what is finite, with the sign kept.
fn boxed(v: f64) -> f64 {
    (if v.is_infinite() { 1.0f64 } else { 0.0 }).copysign(v)
}

fn nan_to_zero(v: f64) -> f64 {
    if v.is_nan() { 0.0f64.copysign(v) } else { v }
}

/// The product; a NaN in both parts is recomputed, since it may be an infinity.
pub fn product(z: Complex, w: Complex) -> Complex {
    let ((mut a, mut b), (mut c, mut d)) = (z, w);
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let r = (ac - bd, ad + bc);
    if !(r.0.is_nan() && r.1.is_nan()) {
        return r;
    }
    let mut again = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b) = (boxed(a), boxed(b));
        (c, d) = (nan_to_zero(c), nan_to_zero(d));
        again = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (c, d) = (boxed(c), boxed(d));
        (a, b) = (nan_to_zero(a), nan_to_zero(b));
        again = true;
    }
    if !again && [ac, bd, ad, bc].iter().any(|v| v.is_infinite()) {
        (a, b) = (nan_to_zero(a), nan_to_zero(b));
        (c, d) = (nan_to_zero(c), nan_to_zero(d));
        again = true;
    }
    if again { (f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c)) } else { r }
}

/// The quotient by Smith's method; `None` if the divisor is zero.
pub fn quotient(z: Complex, w: Complex) -> Option<Complex> {
    let ((a, b), (c, d)) = (z, w);
    let r = if c.abs() >= d.abs() {
        if c == 0.0 {
            return None;
        }
        let ratio = d / c;
        let denominator = c + d * ratio;
        ((a + b * ratio) / denominator, (b - a * ratio) / denominator)
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        ((a * ratio + b) / denominator, (b * ratio - a) / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    if !(r.0.is_nan() && r.1.is_nan()) {
        return Some(r);
    }
    if (a.is_infinite() || b.is_infinite()) && c.is_finite() && d.is_finite() {
        let (x, y) = (boxed(a), boxed(b));
        return Some((f64::INFINITY * (x * c + y * d), f64::INFINITY * (y * c - x * d)));
    }
    if (c.is_infinite() || d.is_infinite()) && a.is_finite() && b.is_finite() {
        let (x, y) = (boxed(c), boxed(d));
        return Some((0.0 * (a * x + b * y), 0.0 * (b * x - a * y)));
    }
    Some(r)
}

/// A real number divided by a complex one.
fn real_quotient(a: f64, w: Complex) -> Option<Complex> {
    let (c, d) = w;
    let r = if c.abs() >= d.abs() {
        if c == 0.0 {
            return None;
        }
        let ratio = d / c;
        let denominator = c + d * ratio;
        (a / denominator, (-a * ratio) / denominator)
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        ((a * ratio) / denominator, (-a) / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    if r.0.is_nan() && r.1.is_nan() && a.is_finite() && (c.is_infinite() || d.is_infinite()) {
        let (x, y) = (boxed(c), boxed(d));
        return Some((0.0 * (a * x), 0.0 * (-a * y)));
    }
    Some(r)
}

/// A small whole power, by squaring.
fn whole_power(z: Complex, n: i64) -> Option<Complex> {
    if n <= 0 {
        return quotient((1.0, 0.0), positive_power(z, -n));
    }
    Some(positive_power(z, n))
}

fn positive_power(z: Complex, n: i64) -> Complex {
    if n == 0 {
        return (1.0, 0.0);
    }
    let (mut square, mut r, n) = (z, z, n - 1);
    let mut mask = 1;
    while n >= mask {
        if n & mask != 0 {
            r = product(r, square);
        }
        mask <<= 1;
        square = product(square, square);
    }
    r
}

/// The power in polar form; `None` for zero to a negative or complex power.
fn polar_power(z: Complex, w: Complex) -> Option<Complex> {
    if w == (0.0, 0.0) {
        return Some((1.0, 0.0));
    }
    if z == (0.0, 0.0) {
        return if w.1 != 0.0 || w.0 < 0.0 { None } else { Some((0.0, 0.0)) };
    }
    let modulus = z.0.hypot(z.1);
    let angle = z.1.atan2(z.0);
    let mut length = modulus.powf(w.0);
    let mut phase = angle * w.0;
    if w.1 != 0.0 {
        length *= (-angle * w.1).exp();
        phase += w.1 * modulus.ln();
    }
    Some((length * phase.cos(), length * phase.sin()))
}

/// `z ** w`.
pub fn power(vm: &VirtualMachine, z: Complex, w: Complex) -> PyResult {
    const MOST_WHOLE: f64 = 100.0;
    let r = if w.1 == 0.0 && w.0 == w.0.floor() && w.0.abs() <= MOST_WHOLE {
        whole_power(z, w.0 as i64)
    } else {
        polar_power(z, w)
    };
    match r {
        None => Err(vm.zero_division_error("zero to a negative or complex power")),
        Some((re, im)) if re.is_infinite() || im.is_infinite() => {
            Err(vm.overflow_error("complex exponentiation"))
        }
        Some((re, im)) => Ok(vm.new_complex(re, im)),
    }
}

#[pymethods(name = arithmetic)]
impl PyComplex {
    #[slot]
    fn add(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, |x, y| {
            Some(match (x, y) {
                (C(z), R(v)) | (R(v), C(z)) => (z.0 + v, z.1),
                (x, y) => {
                    let (z, w) = (x.whole(), y.whole());
                    (z.0 + w.0, z.1 + w.1)
                }
            })
        })
    }

    #[slot]
    fn subtract(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, |x, y| {
            Some(match (x, y) {
                (C(z), R(v)) => (z.0 - v, z.1),
                (R(v), C(z)) => (v - z.0, -z.1),
                (x, y) => {
                    let (z, w) = (x.whole(), y.whole());
                    (z.0 - w.0, z.1 - w.1)
                }
            })
        })
    }

    #[slot]
    fn multiply(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, |x, y| {
            Some(match (x, y) {
                (C(z), R(v)) | (R(v), C(z)) => (z.0 * v, z.1 * v),
                (x, y) => product(x.whole(), y.whole()),
            })
        })
    }

    #[slot]
    fn true_divide(a: PyObject<'_>, vm: &VirtualMachine, b: PyObject<'_>) -> PyResult {
        binary(vm, a, b, |x, y| match (x, y) {
            (C(z), R(v)) => (v != 0.0).then(|| (z.0 / v, z.1 / v)),
            (R(v), C(z)) => real_quotient(v, z),
            (x, y) => quotient(x.whole(), y.whole()),
        })
    }

    #[slot]
    fn power(
        a: PyObject<'_>,
        vm: &VirtualMachine,
        b: PyObject<'_>,
        modulus: PyObject<'_>,
    ) -> PyResult {
        let (Some(x), Some(y)) = (operand(vm, a)?, operand(vm, b)?) else { return declined() };
        if !modulus.is_none() {
            return Err(vm.value_error("complex modulo"));
        }
        power(vm, x.whole(), y.whole())
    }

    #[slot]
    fn negative(&self, vm: &VirtualMachine) -> PyObjectRef {
        vm.new_complex(-self.re, -self.im)
    }

    #[slot]
    fn positive(zelf: &Py<PyComplex>, vm: &VirtualMachine) -> PyObjectRef {
        if zelf.as_object().is_type(vm.type_of::<PyComplex>()) {
            return zelf.to_ref().into();
        }
        vm.new_complex(zelf.re, zelf.im)
    }

    #[slot]
    fn absolute(&self, vm: &VirtualMachine) -> PyResult<f64> {
        let r = self.re.hypot(self.im);
        if r.is_infinite() && self.re.is_finite() && self.im.is_finite() {
            return Err(vm.overflow_error("absolute value too large"));
        }
        Ok(r)
    }

    #[slot]
    fn bool(&self) -> bool {
        self.re != 0.0 || self.im != 0.0
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyComplex>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        if !matches!(op, Comparison::Eq | Comparison::Ne) {
            return declined();
        }
        let equal = if let Some(c) = other.downcast::<PyComplex>() {
            zelf.parts() == c.parts()
        } else if let Some(v) = other.float_view() {
            zelf.re == v && zelf.im == 0.0
        } else if let Some(v) = other.int_view() {
            let order = crate::builtins::float::arithmetic::compare_with_int(zelf.re, &v);
            zelf.im == 0.0 && order.is_some_and(|o| o.is_eq())
        } else {
            return declined();
        };
        Ok(vm.new_bool(equal == (op == Comparison::Eq)))
    }
}
