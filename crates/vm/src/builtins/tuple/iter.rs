//! The iterator of `tuple`.

use crate::builtins::sequences::{builtin, state_position};
use crate::prelude::*;
use std::cell::Cell;

/// The tuple goes once it is exhausted.
#[pyclass(name = "tuple_iterator", doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyTupleIter {
    pub(crate) tuple: PyCell<Option<PyRef<PyTuple>>>,
    pub(crate) index: Cell<usize>,
}

impl PyTupleIter {
    #[inline]
    pub fn new(tuple: &Py<PyTuple>) -> PyTupleIter {
        PyTupleIter { tuple: PyCell::new(Some(tuple.to_ref())), index: Cell::new(0) }
    }
}

impl IntoPyResult for PyTupleIter {
    #[inline]
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.new_object(self).into())
    }
}

#[pymethods]
impl PyTupleIter {
    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PyTupleIter>) -> Option<PyObjectRef> {
        let i = zelf.index.get();
        match zelf.tuple.with(|t| t.as_ref().and_then(|t| t.as_slice().get(i).cloned())) {
            Some(v) => {
                zelf.index.set(i + 1);
                Some(v)
            }
            None => {
                zelf.tuple.set(None);
                None
            }
        }
    }

    /// How many items are left, as far as is known.
    #[method(name = "__length_hint__", sig = "(self, /)")]
    fn length_hint(&self) -> usize {
        self.tuple.with(|t| t.as_ref().map_or(0, |t| t.len().saturating_sub(self.index.get())))
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(&self, vm: &VirtualMachine) -> PyResult {
        let iter = builtin(vm, "iter")?;
        match self.tuple.get() {
            Some(t) => (iter, (t,), self.index.get()).into_py_result(vm),
            None => (iter, (PyTuple::empty(vm),)).into_py_result(vm),
        }
    }

    /// Sets the state that __reduce__ gave.
    #[method(name = "__setstate__", sig = "(self, object, /)")]
    fn setstate(&self, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        let i = state_position(vm, state)?;
        if let Some(t) = self.tuple.get() {
            self.index.set((i.max(0) as usize).min(t.len()));
        }
        Ok(())
    }
}
