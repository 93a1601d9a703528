//! `callable_iterator`: `iter(callable, sentinel)`.

use crate::builtins::sequences::{builtin, equal};
use crate::prelude::*;

#[pyclass(name = "callable_iterator", doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyCallIter {
    /// Both gone once exhausted.
    callable: PyCell<Option<PyObjectRef>>,
    sentinel: PyCell<Option<PyObjectRef>>,
}

impl PyCallIter {
    pub fn new(callable: PyObjectRef, sentinel: PyObjectRef) -> PyCallIter {
        PyCallIter { callable: PyCell::new(Some(callable)), sentinel: PyCell::new(Some(sentinel)) }
    }

    fn finish(&self) {
        self.callable.set(None);
        self.sentinel.set(None);
    }
}

#[pymethods]
impl PyCallIter {
    #[slot]
    fn iter(zelf: PyObject<'_>) -> PyObjectRef {
        zelf.to_owned()
    }

    #[slot]
    fn iternext(zelf: &Py<PyCallIter>, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        let Some(callable) = zelf.callable.get() else { return Ok(None) };
        match vm.call_positional(callable.as_object(), &[]) {
            Ok(v) => {
                // The call may have exhausted this very iterator.
                let Some(sentinel) = zelf.sentinel.get() else { return Ok(None) };
                if equal(vm, sentinel.as_object(), v.as_object())? {
                    zelf.finish();
                    return Ok(None);
                }
                Ok(Some(v))
            }
            Err(e) if vm.is_error(&e, &vm.exc().stop_iteration) => {
                zelf.finish();
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }

    /// How to rebuild the iterator.
    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(&self, vm: &VirtualMachine) -> PyResult {
        let iter = builtin(vm, "iter")?;
        match (self.callable.get(), self.sentinel.get()) {
            (Some(c), Some(s)) => (iter, (c, s)).into_py_result(vm),
            _ => (iter, (PyTuple::empty(vm),)).into_py_result(vm),
        }
    }
}
