//! Template strings (PEP 750).

use crate::prelude::*;
use bytecode::oparg::Conversion;

pub fn new_template(vm: &VirtualMachine, _s: PyObject<'_>, _i: PyObject<'_>) -> PyResult {
    Err(vm.system_error("template strings"))
}

pub fn new_interpolation(
    vm: &VirtualMachine,
    _value: PyObject<'_>,
    _text: PyObject<'_>,
    _conversion: Conversion,
    _spec: Option<PyObject<'_>>,
) -> PyResult {
    Err(vm.system_error("template strings"))
}
