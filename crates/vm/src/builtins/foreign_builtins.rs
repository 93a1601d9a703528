//! A `__builtins__` that is no dict: the dict that functions and frames keep in its place.
//!
//! Invariant: Python never sees it.  Its table stays empty and its class is not `dict`, so no
//! inline cache takes it for builtins and every look goes to the object behind it.

use crate::prelude::*;

/// Stands for an object that code has for its builtins.
#[pyclass(name = "foreign_builtins", base = PyDict, flags(HAVE_GC), doc = None)]
#[repr(C)]
pub struct PyForeignBuiltins {
    dict: PyDict,
    object: PyObjectRef,
}

impl Traverse for PyForeignBuiltins {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.dict.traverse(visit);
        self.object.traverse(visit);
    }
}

impl PyForeignBuiltins {
    pub fn stand_in(vm: &VirtualMachine, object: PyObjectRef) -> PyRef<PyDict> {
        let made = vm.new_object(PyForeignBuiltins { dict: PyDict::new(), object });
        made.as_object().expect_payload::<PyDict>().to_ref()
    }
}

#[pymethods]
impl PyForeignBuiltins {
    #[slot]
    fn subscript(&self, vm: &VirtualMachine, key: PyObject<'_>) -> PyResult {
        vm.get_item(self.object.as_object(), key)
    }
}

/// The builtins as Python sees them.
pub fn visible(builtins: PyRef<PyDict>) -> PyObjectRef {
    match builtins.as_object().downcast::<PyForeignBuiltins>() {
        Some(f) => f.object.clone(),
        None => builtins.into(),
    }
}
