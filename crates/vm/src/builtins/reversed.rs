//! `reversed` over sequences; objects with `__reversed__` give their own iterators.

use crate::builtins::sequences::state_position;
use crate::prelude::*;
use std::cell::Cell;

/// An iterator over the items of a sequence, last one first.
#[pyclass(name = "reversed", flags(BASETYPE, HAVE_GC))]
#[derive(Traverse)]
pub struct PyReversed {
    /// Gone once exhausted.
    sequence: PyCell<Option<PyObjectRef>>,
    index: Cell<isize>,
}

#[pymethods]
impl PyReversed {
    #[slot(sig = "(sequence, /)")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, sequence: PyObject<'_>) -> PyResult {
        if let Some(f) = vm.look_up_special(sequence, &vm.names().__reversed__)? {
            if !f.is_none() {
                return vm.call_positional(f.as_object(), &[]);
            }
        } else {
            let typ = sequence.class(vm);
            if typ.slots.sq_item.get().is_some() && !typ.has_flags(TypeFlags::DICT_SUBCLASS) {
                let index = vm.length(sequence)? as isize - 1;
                let sequence = PyCell::new(Some(sequence.to_owned()));
                return Ok(vm.alloc(cls, PyReversed { sequence, index: Cell::new(index) }).into());
            }
        }
        Err(vm.type_error(format!(
            "'{}' object is not reversible",
            sequence.class(vm).display_name()
        )))
    }

    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PyReversed>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let i = zelf.index.get();
        let Some(sequence) = zelf.sequence.get().filter(|_| i >= 0) else { return Ok(None) };
        match vm.sequence_item(sequence.as_object(), i) {
            Ok(v) => {
                zelf.index.set(i - 1);
                Ok(Some(v))
            }
            Err(e) => {
                zelf.index.set(-1);
                zelf.sequence.set(None);
                let end = vm.is_error(&e, &vm.exc().index_error)
                    || vm.is_error(&e, &vm.exc().stop_iteration);
                if end { Ok(None) } else { Err(e) }
            }
        }
    }

    /// How many items are left, as far as is known.
    #[method(name = "__length_hint__", sig = "(self, /)", text = "")]
    fn length_hint(&self, vm: &VirtualMachine) -> PyResult<isize> {
        let Some(sequence) = self.sequence.get() else { return Ok(0) };
        let there = vm.length(sequence.as_object())? as isize;
        let left = self.index.get() + 1;
        Ok(if there < left { 0 } else { left })
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(zelf: &Py<PyReversed>, vm: &VirtualMachine) -> PyResult {
        match zelf.sequence.get() {
            Some(s) => (zelf.class(), (s,), zelf.index.get()).into_py_result(vm),
            None => (zelf.class(), (PyTuple::empty(vm),)).into_py_result(vm),
        }
    }

    /// Sets the state that __reduce__ gave.
    #[method(name = "__setstate__", sig = "(self, object, /)", text = "")]
    fn setstate(&self, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        let i = state_position(vm, state)?;
        if let Some(s) = self.sequence.get() {
            let len = vm.length(s.as_object())? as isize;
            self.index.set(i.clamp(-1, len - 1));
        }
        Ok(())
    }
}
