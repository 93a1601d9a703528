//! `range`: its bounds as Python ints, and as machine ints when all of it fits them.

pub mod iter;
mod methods;

pub use iter::{LONG_RANGE_ITER, PyLongRangeIter, PyRangeIter, RANGE_ITER};

use crate::builtins::int::IntView;
use crate::builtins::slice::PySlice;
use crate::prelude::*;
use num::BigInt;

/// A range whose items, and the value one step past its last item, are 64-bit ints.
#[derive(Clone, Copy)]
pub struct SmallRange {
    pub start: i64,
    pub step: i64,
    pub len: usize,
}

/// range(stop) -> range object
/// range(start, stop[, step]) -> range object
///
/// The integers from start, or 0, in steps of step, or 1, up to but not including stop.
#[pyclass(name = "range", flags(SEQUENCE))]
#[derive(Traverse)]
pub struct PyRange {
    start: PyObjectRef,
    stop: PyObjectRef,
    step: PyObjectRef,
    length: PyObjectRef,
    #[pytraverse(skip)]
    small: Option<SmallRange>,
}

/// An int's value at full size.
pub(crate) fn big(o: PyObject<'_>) -> BigInt {
    match o.int_view() {
        Some(IntView::Small(v)) => BigInt::from_i64(v),
        Some(IntView::Big(b)) => b.clone(),
        None => BigInt::from_i64(0),
    }
}

pub(crate) fn product(vm: &VirtualMachine, a: &BigInt, b: &BigInt) -> PyResult<BigInt> {
    a.mul(b, &mut num::never).map_err(|_| vm.memory_error())
}

/// `(high - low - 1) // step + 1` of a range that goes up, 0 if it is empty.
fn count_up(vm: &VirtualMachine, low: &BigInt, high: &BigInt, step: &BigInt) -> PyResult<BigInt> {
    if low >= high {
        return Ok(BigInt::from_i64(0));
    }
    let span = high.sub(low).sub_i64(1);
    let steps = span.div_floor(step, &mut num::never).map_err(|_| vm.memory_error())?;
    Ok(steps.add_i64(1))
}

/// Items of a range of 64-bit ints; `None` when the count needs more than a machine word.
fn count_small(start: i64, stop: i64, step: i64) -> Option<usize> {
    let (low, high) = if step > 0 { (start, stop) } else { (stop, start) };
    if low >= high {
        return Some(0);
    }
    let span = high.checked_sub(low)? as u64 - 1;
    let steps = if step == 1 { span } else { span / step.unsigned_abs() };
    usize::try_from(steps + 1).ok().filter(|n| *n <= isize::MAX as usize)
}

impl PyRange {
    /// From exact ints; `step` is not zero.
    pub fn create(
        vm: &VirtualMachine,
        start: PyObjectRef,
        stop: PyObjectRef,
        step: PyObjectRef,
    ) -> PyResult<PyRef<PyRange>> {
        let view = |o: &PyObjectRef| match o.as_object().int_view() {
            Some(IntView::Small(v)) => Some(v),
            _ => None,
        };
        if let (Some(a), Some(b), Some(s)) = (view(&start), view(&stop), view(&step))
            && let Some(len) = count_small(a, b, s)
            && a.checked_add((len as i64).saturating_mul(s)).is_some_and(|past| past != i64::MAX)
        {
            let small = SmallRange { start: a, step: s, len };
            let length = vm.new_usize(len);
            let range = PyRange { start, stop, step, length, small: Some(small) };
            return Ok(vm.new_object(range));
        }
        let (a, b, s) = (big(start.as_object()), big(stop.as_object()), big(step.as_object()));
        let len = if s.is_negative() {
            count_up(vm, &b, &a, &s.neg())?
        } else {
            count_up(vm, &a, &b, &s)?
        };
        let length = vm.new_bigint(len);
        Ok(vm.new_object(PyRange { start, stop, step, length, small: None }))
    }

    pub fn small(&self) -> Option<SmallRange> {
        self.small
    }

    /// The numbers that a slice picks, when machine words hold all there is to compute.
    fn slice_small(
        &self,
        vm: &VirtualMachine,
        slice: &PySlice,
    ) -> PyResult<Option<PyRef<PyRange>>> {
        let Some(r) = self.small.filter(|_| !slice.may_run_code()) else { return Ok(None) };
        let (start, stop, step, _) = vm.slice_indices(slice, || r.len)?;
        let item = |i: isize| r.step.checked_mul(i as i64)?.checked_add(r.start);
        let parts = (item(start), item(stop), r.step.checked_mul(step as i64));
        let (Some(start), Some(stop), Some(step)) = parts else { return Ok(None) };
        PyRange::create(vm, vm.new_int(start), vm.new_int(stop), vm.new_int(step)).map(Some)
    }

    /// Item `i`, which exists, at full size.
    fn item(&self, vm: &VirtualMachine, i: &BigInt) -> PyResult<BigInt> {
        Ok(big(self.start.as_object()).add(&product(vm, &big(self.step.as_object()), i)?))
    }
}
