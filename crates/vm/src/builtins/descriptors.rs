//! The descriptors that native types' dicts hold: slots as methods (`wrapper`), native
//! methods (`method`), and native attributes (`attribute`).

pub mod attribute;
pub mod method;
pub mod wrapper;

pub use attribute::{PyGetSetDescriptor, PyMemberDescriptor};
pub use method::{PyClassMethodDescriptor, PyMethodDescriptor};
pub use wrapper::{PyMethodWrapper, PyWrapperDescriptor};

use crate::prelude::*;

/// A static method of a native type, as its dict holds it.
pub fn new_staticmethod(vm: &VirtualMachine, function: PyObjectRef) -> PyObjectRef {
    vm.new_object(super::staticmethod::PyStaticMethod::new(function)).into()
}

/// The class method that a class body's `__init_subclass__` becomes.
pub fn new_classmethod(vm: &VirtualMachine, function: PyObjectRef) -> PyObjectRef {
    vm.new_object(super::staticmethod::PyClassMethod::new(function)).into()
}

/// Checks that a descriptor of `objclass` can serve `obj`.
#[inline]
fn check(
    vm: &VirtualMachine,
    objclass: &Py<PyType>,
    name: &str,
    obj: PyObject<'_>,
) -> PyResult<()> {
    if obj.is_type(objclass) || obj.is_instance_of(vm, objclass) {
        return Ok(());
    }
    Err(crate::native::wrong_receiver(vm, name, &objclass.display_name(), obj))
}

/// `list.append`.
fn qualified(objclass: &Py<PyType>, name: &str) -> String {
    format!("{}.{name}", objclass.qualname().to_string_lossy())
}

/// `getattr(objclass, name)`, as `__reduce__` tells it.
fn reduce(vm: &VirtualMachine, holder: PyObject<'_>, name: &str) -> PyResult {
    (vm.builtin("getattr")?, (holder, vm.new_str(name))).into_py_result(vm)
}
