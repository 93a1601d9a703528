//! `super`.

use crate::interp::ops::attrs::Loaded;
use crate::prelude::*;

pub fn is_super_type(_vm: &VirtualMachine, _o: PyObject<'_>) -> bool {
    false
}

pub fn lookup(
    vm: &VirtualMachine,
    _cls: &Py<PyType>,
    this: PyObject<'_>,
    name: &Py<PyStr>,
    _method: bool,
) -> PyResult<Loaded> {
    Err(vm.no_attribute(this, name))
}
