//! Sums, products and norms of many numbers, as exact as CPython's.

use bytecode::oparg::BinaryOp;
use vm::builtins::int::IntView;
use vm::prelude::*;

/// A number as an unevaluated sum of two floats.
#[derive(Clone, Copy)]
struct Double {
    hi: f64,
    lo: f64,
}

/// The exact sum where `|a| >= |b|`.
fn fast_sum(a: f64, b: f64) -> Double {
    let hi = a + b;
    Double { hi, lo: (a - hi) + b }
}

/// The exact sum.
fn sum(a: f64, b: f64) -> Double {
    let hi = a + b;
    let z = hi - a;
    Double { hi, lo: (a - (hi - z)) + (b - z) }
}

/// The exact product.
fn product(a: f64, b: f64) -> Double {
    let hi = a * b;
    Double { hi, lo: a.mul_add(b, -hi) }
}

/// The Euclidean norm of magnitudes whose largest is `max`: scaled by a power of two, summed
/// exactly, and corrected once after the square root.
fn norm(values: &mut [f64], max: f64, found_nan: bool) -> f64 {
    const SUBNORMAL_EXPONENT: i64 = -1023;
    if max.is_infinite() {
        return max;
    }
    if found_nan {
        return f64::NAN;
    }
    if max == 0.0 || values.len() <= 1 {
        return max;
    }
    let (_, exponent) = num::frexp(max);
    if exponent < SUBNORMAL_EXPONENT {
        values.iter_mut().for_each(|v| *v /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(values, max / f64::MIN_POSITIVE, found_nan);
    }
    let scale = num::ldexp(1.0, -exponent);
    let (mut csum, mut frac1, mut frac2) = (1.0, 0.0, 0.0);
    let mut add = |square: Double| {
        let s = fast_sum(csum, square.hi);
        csum = s.hi;
        frac1 += square.lo;
        frac2 += s.lo;
        csum - 1.0 + (frac1 + frac2)
    };
    let mut total = 0.0;
    for v in values.iter() {
        let x = v * scale;
        total = add(product(x, x));
    }
    let h = total.sqrt();
    let rest = add(product(-h, h));
    (h + rest / (2.0 * h)) / scale
}

/// The norm of an iterator of magnitudes.
fn norm_of(values: impl Iterator<Item = PyResult<f64>>) -> PyResult<f64> {
    let (mut all, mut max, mut found_nan) = (Vec::new(), 0.0f64, false);
    for v in values {
        let v = v?.abs();
        found_nan |= v.is_nan();
        if v > max {
            max = v;
        }
        all.push(v);
    }
    Ok(norm(&mut all, max, found_nan))
}

/// Exact sums of floats: partial sums that do not overlap, smallest first.
#[derive(Default)]
struct Partials(Vec<f64>);

impl Partials {
    /// Adds a number; what comes out is the sum of all if that is not finite.
    fn add(&mut self, mut x: f64) -> Option<f64> {
        let mut kept = 0;
        for i in 0..self.0.len() {
            let mut y = self.0[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let s = fast_sum(x, y);
            if s.lo != 0.0 {
                self.0[kept] = s.lo;
                kept += 1;
            }
            x = s.hi;
        }
        self.0.truncate(kept);
        if x == 0.0 {
            return None;
        }
        if !x.is_finite() {
            return Some(x);
        }
        self.0.push(x);
        None
    }

    /// The sum, rounded once, ties to even.
    fn total(mut self) -> f64 {
        let Some(mut hi) = self.0.pop() else { return 0.0 };
        let mut lo = 0.0;
        while let Some(y) = self.0.pop() {
            let s = fast_sum(hi, y);
            (hi, lo) = (s.hi, s.lo);
            if lo != 0.0 {
                break;
            }
        }
        if let Some(&next) = self.0.last()
            && (lo < 0.0 && next < 0.0 || lo > 0.0 && next > 0.0)
        {
            let y = lo * 2.0;
            let x = hi + y;
            if y == x - hi {
                hi = x;
            }
        }
        hi
    }
}

/// A sum in triple precision.
#[derive(Clone, Copy, Default)]
struct Triple {
    hi: f64,
    lo: f64,
    tiny: f64,
}

impl Triple {
    fn plus_product(self, a: f64, b: f64) -> Triple {
        let p = product(a, b);
        let s = sum(self.hi, p.hi);
        let r1 = sum(self.lo, p.lo);
        let r2 = sum(r1.hi, s.lo);
        Triple { hi: s.hi, lo: r2.hi, tiny: self.tiny + r1.lo + r2.lo }
    }

    fn total(self) -> f64 {
        self.hi + sum(self.lo, self.tiny).hi
    }
}

/// A float, or an int beside one.
fn float_pair(vm: &VirtualMachine, p: PyObject<'_>, q: PyObject<'_>) -> Option<(f64, f64)> {
    let float = &vm.types().float;
    let exact =
        |o: PyObject<'_>| o.small_float().or_else(|| o.float_view().filter(|_| o.is_type(float)));
    let whole = |o: PyObject<'_>| {
        if o.small_int().is_none() && o.as_bool().is_none() && !o.is_type(&vm.types().int) {
            return None;
        }
        match o.int_view()? {
            IntView::Small(v) => Some(v as f64),
            IntView::Big(b) => b.to_f64().ok(),
        }
    };
    match (exact(p), exact(q)) {
        (Some(p), Some(q)) => Some((p, q)),
        (Some(p), None) => Some((p, whole(q)?)),
        (None, Some(q)) => Some((whole(p)?, q)),
        (None, None) => None,
    }
}

/// The running total of `sumprod`: machine ints as long as they last, then floats in triple
/// precision, then whatever the objects' own operators do.
struct Total<'a> {
    vm: &'a VirtualMachine,
    total: PyObjectRef,
    ints: Option<i64>,
    floats: Option<Triple>,
    floats_used: bool,
}

impl Total<'_> {
    fn add_to_total(&mut self, term: PyObjectRef) -> PyResult<()> {
        self.total = self.vm.binary_op(BinaryOp::Add, self.total.as_object(), term.as_object())?;
        Ok(())
    }

    fn close_ints(&mut self) -> PyResult<()> {
        match self.ints.take() {
            Some(0) | None => Ok(()),
            Some(v) => self.add_to_total(self.vm.new_int(v)),
        }
    }

    fn close_floats(&mut self) -> PyResult<()> {
        match self.floats.take() {
            Some(t) if std::mem::take(&mut self.floats_used) => {
                self.add_to_total(self.vm.new_float(t.total()))
            }
            _ => Ok(()),
        }
    }

    fn add(&mut self, p: PyObject<'_>, q: PyObject<'_>) -> PyResult<()> {
        if let Some(sum) = self.ints {
            if let (Some(x), Some(y)) = (p.small_int(), q.small_int())
                && let Some(next) = x.checked_mul(y).and_then(|v| v.checked_add(sum))
            {
                self.ints = Some(next);
                return Ok(());
            }
            self.close_ints()?;
        }
        if let Some(sum) = self.floats {
            if let Some((x, y)) = float_pair(self.vm, p, q) {
                let next = sum.plus_product(x, y);
                if next.hi.is_finite() {
                    self.floats = Some(next);
                    self.floats_used = true;
                    return Ok(());
                }
            }
            self.close_floats()?;
        }
        let term = self.vm.binary_op(BinaryOp::Multiply, p, q)?;
        self.add_to_total(term)
    }
}

#[pymodule_part(name = "math")]
pub mod part {
    use super::*;

    /// Multidimensional Euclidean distance from the origin to a point.
    #[function(sig = "(*coordinates)")]
    fn hypot(vm: &VirtualMachine, coordinates: Rest<'_>) -> PyResult<f64> {
        norm_of(coordinates.iter().map(|c| vm.to_f64(c)))
    }

    /// How far two points are from each other.
    ///
    /// Both are iterables of the same number of coordinates.
    #[function(sig = "(p, q, /)")]
    fn dist(vm: &VirtualMachine, p: PyObject<'_>, q: PyObject<'_>) -> PyResult<f64> {
        let (p, q) = (vm.collect(p)?, vm.collect(q)?);
        if p.len() != q.len() {
            return Err(vm.value_error("both points must have the same number of dimensions"));
        }
        norm_of(
            p.iter()
                .zip(&q)
                .map(|(a, b)| Ok(vm.to_f64(a.as_object())? - vm.to_f64(b.as_object())?)),
        )
    }

    /// The exact sum of floats, rounded once.
    #[function(sig = "(seq, /)")]
    fn fsum(vm: &VirtualMachine, seq: PyObject<'_>) -> PyResult<f64> {
        let iterator = vm.get_iter(seq)?;
        let mut partials = Partials::default();
        let (mut special, mut infinities) = (0.0, 0.0);
        while let Some(item) = vm.iter_next(iterator.as_object())? {
            let x = vm.to_f64(item.as_object())?;
            if partials.add(x).is_some() {
                // A sum that is not finite comes from such a number, or has overflowed.
                if x.is_finite() {
                    return Err(vm.overflow_error("intermediate overflow in fsum"));
                }
                if x.is_infinite() {
                    infinities += x;
                }
                special += x;
                partials = Partials::default();
            }
        }
        if special != 0.0 {
            if f64::is_nan(infinities) {
                return Err(vm.value_error("-inf + inf in fsum"));
            }
            return Ok(special);
        }
        Ok(partials.total())
    }

    /// start times all items of an iterable.
    #[function(sig = "(iterable, /, *, start=1)")]
    fn prod(vm: &VirtualMachine, iterable: PyObject<'_>, start: Option<PyObject<'_>>) -> PyResult {
        let iterator = vm.get_iter(iterable)?;
        let mut r = start.map_or_else(|| vm.new_int(1), PyObject::to_owned);
        while let Some(item) = vm.iter_next(iterator.as_object())? {
            r = vm.binary_op(BinaryOp::Multiply, r.as_object(), item.as_object())?;
        }
        Ok(r)
    }

    /// The sum of p[0] * q[0], p[1] * q[1] and so on, with floats rounded once.
    #[function(sig = "(p, q, /)")]
    fn sumprod(vm: &VirtualMachine, p: PyObject<'_>, q: PyObject<'_>) -> PyResult {
        let (p, q) = (vm.get_iter(p)?, vm.get_iter(q)?);
        let mut total = Total {
            vm,
            total: vm.new_int(0),
            ints: Some(0),
            floats: Some(Triple::default()),
            floats_used: false,
        };
        loop {
            let x = vm.iter_next(p.as_object())?;
            let y = vm.iter_next(q.as_object())?;
            match (x, y) {
                (Some(x), Some(y)) => total.add(x.as_object(), y.as_object())?,
                (None, None) => break,
                _ => return Err(vm.value_error("Inputs are not the same length")),
            }
        }
        total.close_ints()?;
        total.close_floats()?;
        Ok(total.total)
    }
}
