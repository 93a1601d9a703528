//! The iterators of `range`: over machine ints, and over ints of any size.

use super::{PyRange, SmallRange, product};
use crate::builtins::sequences::{builtin, state_position};
use crate::prelude::*;
use num::BigInt;
use std::cell::Cell;

#[pyclass(name = "range_iterator", doc = None, flags(DISALLOW_INSTANTIATION), no_refs)]
pub struct PyRangeIter {
    pub(crate) next: Cell<i64>,
    pub(crate) step: i64,
    pub(crate) remaining: Cell<usize>,
}

impl PyRangeIter {
    #[inline]
    pub fn new(r: SmallRange) -> PyRangeIter {
        PyRangeIter { next: Cell::new(r.start), step: r.step, remaining: Cell::new(r.len) }
    }
}

#[pymethods]
impl PyRangeIter {
    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PyRangeIter>, vm: &VirtualMachine) -> Option<PyObjectRef> {
        let n = zelf.remaining.get();
        if n == 0 {
            return None;
        }
        let v = zelf.next.get();
        zelf.remaining.set(n - 1);
        // One step past the end of a backward range may leave the machine ints.
        zelf.next.set(v.wrapping_add(zelf.step));
        Some(vm.new_int(v))
    }

    /// How many items are left, as far as is known.
    #[method(name = "__length_hint__", sig = "(self, /)", text = "")]
    fn length_hint(&self) -> usize {
        self.remaining.get()
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(&self, vm: &VirtualMachine) -> PyResult {
        let (next, step) = (i128::from(self.next.get()), i128::from(self.step));
        let stop = BigInt::from_i128(next + self.remaining.get() as i128 * step);
        let (start, step) = (vm.new_int(self.next.get()), vm.new_int(self.step));
        let range = PyRange::create(vm, start, vm.new_bigint(stop), step)?;
        (builtin(vm, "iter")?, (range,), PyObjectRef::none()).into_py_result(vm)
    }

    /// Sets the state that __reduce__ gave.
    #[method(name = "__setstate__", sig = "(self, object, /)", text = "")]
    fn setstate(&self, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        let i = (state_position(vm, state)?.max(0) as usize).min(self.remaining.get());
        self.next.set(self.next.get().wrapping_add((i as i64).wrapping_mul(self.step)));
        self.remaining.set(self.remaining.get() - i);
        Ok(())
    }
}

#[pyclass(name = "longrange_iterator", doc = None, flags(DISALLOW_INSTANTIATION), no_refs)]
pub struct PyLongRangeIter {
    next: PyCell<BigInt>,
    step: BigInt,
    remaining: PyCell<BigInt>,
}

impl PyLongRangeIter {
    pub fn new(start: BigInt, step: BigInt, len: BigInt) -> PyLongRangeIter {
        PyLongRangeIter { next: PyCell::new(start), step, remaining: PyCell::new(len) }
    }
}

#[pymethods]
impl PyLongRangeIter {
    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PyLongRangeIter>) -> Option<BigInt> {
        if zelf.remaining.with(|n| n.is_zero() || n.is_negative()) {
            return None;
        }
        zelf.remaining.with_mut(|n| *n = n.sub_i64(1));
        let after = zelf.next.with(|v| v.add(&zelf.step));
        Some(zelf.next.replace(after))
    }

    /// How many items are left, as far as is known.
    #[method(name = "__length_hint__", sig = "(self, /)", text = "")]
    fn length_hint(&self) -> BigInt {
        self.remaining.get()
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(&self, vm: &VirtualMachine) -> PyResult {
        let stop = self.next.get().add(&product(vm, &self.remaining.get(), &self.step)?);
        let start = vm.new_bigint(self.next.get());
        let step = vm.new_bigint(self.step.clone());
        let range = PyRange::create(vm, start, vm.new_bigint(stop), step)?;
        (builtin(vm, "iter")?, (range,), PyObjectRef::none()).into_py_result(vm)
    }

    /// Sets the state that __reduce__ gave.
    #[method(name = "__setstate__", sig = "(self, object, /)", text = "")]
    fn setstate(&self, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        if state.int_view().is_none() {
            return Err(vm.type_error(format!(
                "state must be an int, not {}",
                state.class(vm).display_name()
            )));
        }
        let i = super::big(state).max(BigInt::from_i64(0)).min(self.remaining.get());
        let next = self.next.get().add(&product(vm, &i, &self.step)?);
        self.next.set(next);
        self.remaining.with_mut(|n| *n = n.sub(&i));
        Ok(())
    }
}
