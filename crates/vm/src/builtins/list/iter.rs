//! The iterators of `list`.

use crate::builtins::sequences::{builtin, state_position};
use crate::prelude::*;
use std::cell::Cell;

/// Forward; the list goes once it is exhausted, so that it stays so.
#[pyclass(name = "list_iterator", doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyListIter {
    pub(crate) list: PyCell<Option<PyRef<PyList>>>,
    pub(crate) index: Cell<usize>,
}

impl PyListIter {
    #[inline]
    pub fn new(list: &Py<PyList>) -> PyListIter {
        PyListIter { list: PyCell::new(Some(list.to_ref())), index: Cell::new(0) }
    }
}

impl IntoPyResult for PyListIter {
    #[inline]
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.new_object(self).into())
    }
}

#[pymethods]
impl PyListIter {
    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PyListIter>) -> Option<PyObjectRef> {
        let i = zelf.index.get();
        match zelf.list.with(|l| l.as_ref().and_then(|l| l.items.get(i))) {
            Some(v) => {
                zelf.index.set(i + 1);
                Some(v)
            }
            None => {
                zelf.list.set(None);
                None
            }
        }
    }

    /// How many items are left, as far as is known.
    #[method(name = "__length_hint__", sig = "(self, /)")]
    fn length_hint(&self) -> usize {
        self.list.with(|l| l.as_ref().map_or(0, |l| l.len().saturating_sub(self.index.get())))
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(&self, vm: &VirtualMachine) -> PyResult {
        let iter = builtin(vm, "iter")?;
        match self.list.get() {
            Some(l) => (iter, (l,), self.index.get()).into_py_result(vm),
            None => (iter, (vm.new_list(Vec::new()),)).into_py_result(vm),
        }
    }

    /// Sets the state that __reduce__ gave.
    #[method(name = "__setstate__", sig = "(self, object, /)")]
    fn setstate(&self, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        let i = state_position(vm, state)?;
        if let Some(l) = self.list.get() {
            self.index.set((i.max(0) as usize).min(l.len()));
        }
        Ok(())
    }
}

/// Backward.
#[pyclass(name = "list_reverseiterator", doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyListReverseIter {
    list: PyCell<Option<PyRef<PyList>>>,
    /// The next item's index; -1 at the end.
    index: Cell<isize>,
}

impl PyListReverseIter {
    pub fn new(list: &Py<PyList>) -> PyListReverseIter {
        let index = Cell::new(list.len() as isize - 1);
        PyListReverseIter { list: PyCell::new(Some(list.to_ref())), index }
    }
}

impl IntoPyResult for PyListReverseIter {
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.new_object(self).into())
    }
}

#[pymethods]
impl PyListReverseIter {
    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PyListReverseIter>) -> Option<PyObjectRef> {
        let i = zelf.index.get();
        let item = usize::try_from(i)
            .ok()
            .and_then(|i| zelf.list.with(|l| l.as_ref().and_then(|l| l.items.get(i))));
        match item {
            Some(v) => {
                zelf.index.set(i - 1);
                Some(v)
            }
            None => {
                zelf.index.set(-1);
                zelf.list.set(None);
                None
            }
        }
    }

    /// How many items are left, as far as is known.
    #[method(name = "__length_hint__", sig = "(self, /)")]
    fn length_hint(&self) -> isize {
        let len = self.index.get() + 1;
        let there = self.list.with(|l| l.as_ref().map_or(0, |l| l.len() as isize));
        if there < len { 0 } else { len }
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(&self, vm: &VirtualMachine) -> PyResult {
        let reversed = builtin(vm, "reversed")?;
        match self.list.get().filter(|_| self.index.get() >= 0) {
            Some(l) => (reversed, (l,), self.index.get()).into_py_result(vm),
            None => (reversed, (vm.new_list(Vec::new()),)).into_py_result(vm),
        }
    }

    /// Sets the state that __reduce__ gave.
    #[method(name = "__setstate__", sig = "(self, object, /)")]
    fn setstate(&self, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        let i = state_position(vm, state)?;
        if let Some(l) = self.list.get() {
            self.index.set(i.clamp(-1, l.len() as isize - 1));
        }
        Ok(())
    }
}
