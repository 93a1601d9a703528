//! `iterator`: what `iter()` gives for an object that has `__getitem__` but no `__iter__`.

use crate::builtins::sequences::{builtin, state_position};
use crate::prelude::*;
use std::cell::Cell;

#[pyclass(name = "iterator", doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION), static = SEQ_ITER)]
#[derive(Traverse)]
pub struct PySeqIter {
    index: Cell<isize>,
    /// None once exhausted.
    sequence: PyCell<Option<PyObjectRef>>,
}

impl PySeqIter {
    pub fn new(sequence: PyObjectRef) -> PySeqIter {
        PySeqIter { index: Cell::new(0), sequence: PyCell::new(Some(sequence)) }
    }
}

#[pymethods]
impl PySeqIter {
    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PySeqIter>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let Some(sequence) = zelf.sequence.get() else { return Ok(None) };
        let i = zelf.index.get();
        if i == isize::MAX {
            return Err(vm.overflow_error("iter index too large"));
        }
        match vm.sequence_item(sequence.as_object(), i) {
            Ok(v) => {
                zelf.index.set(i + 1);
                Ok(Some(v))
            }
            Err(e)
                if vm.is_error(&e, &vm.exc().index_error)
                    || vm.is_error(&e, &vm.exc().stop_iteration) =>
            {
                zelf.sequence.set(None);
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }

    /// An estimate of how many items are left.
    #[method(name = "__length_hint__", sig = "(self, /)", text = "")]
    fn length_hint(&self, vm: &VirtualMachine) -> PyResult {
        let Some(sequence) = self.sequence.get() else { return Ok(vm.new_int(0)) };
        if sequence.class(vm).slots.mp_length.get().is_none() {
            return Ok(PyObjectRef::not_implemented());
        }
        let left = vm.length(sequence.as_object())? as isize - self.index.get();
        Ok(vm.new_int(left.max(0) as i64))
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(&self, vm: &VirtualMachine) -> PyResult {
        let iter = builtin(vm, "iter")?;
        match self.sequence.get() {
            Some(s) => (iter, (s,), self.index.get()).into_py_result(vm),
            None => (iter, (PyTuple::empty(vm),)).into_py_result(vm),
        }
    }

    /// Sets the state that __reduce__ gave.
    #[method(name = "__setstate__", sig = "(self, object, /)", text = "")]
    fn setstate(&self, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        let index = state_position(vm, state)?;
        if self.sequence.with(Option::is_some) {
            self.index.set(index.max(0));
        }
        Ok(())
    }
}
